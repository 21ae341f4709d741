"""A session with a process: each question and each answer is one line of JSON on a socket.

The process gets the path of the socket as its last argument. Its standard streams are not used, since a module or an
engine may print there.
"""

import json
import socket
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from wasmforge import process
from wasmforge.bench.session import NO_DEADLINE_S, NoAnswerError, checked, end_of, pin_to_cpus
from wasmforge.process import POLL_INTERVAL_S, CancelToken, ProcessResult

END_TIMEOUT_S = 2.0
"""Seconds in which a process that closed the connection ends, so that we can say how."""

READ_CHUNK_BYTES = 1 << 16


class ProcessSession:
    """A process that answers questions. It is started at once, in `folder`, and pinned to the processors `cpus`."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        folder: Path,
        env: Mapping[str, str],
        cancel: CancelToken,
        cpus: Collection[int],
    ) -> None:
        self._cancel = cancel
        self._connection: socket.socket | None = None
        self._buffered = b""
        path = folder / "socket"
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(1)
        self._server.settimeout(POLL_INTERVAL_S)

        def run_until(stop: CancelToken) -> ProcessResult:
            pin_to_cpus(cpus)
            return process.run((*argv, path), cwd=folder, env=env, timeout=NO_DEADLINE_S, cancel=stop)

        self._process = process.start(run_until, str(argv[0]))

    def ask(self, question: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """The answer. Raises NoAnswerError when none comes within `timeout` seconds, or when it is an error."""
        deadline = time.monotonic() + timeout
        connection = self._connect(deadline)
        with suppress(OSError):
            connection.sendall(json.dumps(question).encode() + b"\n")
        while b"\n" not in self._buffered:
            data = self._receive(connection, deadline, timeout)
            if not data:
                raise NoAnswerError(self._why_ended())
            self._buffered += data
        line, _, self._buffered = self._buffered.partition(b"\n")
        return checked(json.loads(line))

    def close(self) -> None:
        """End the process, and everything that it started."""
        for end in (self._connection, self._server):
            if end is not None:
                end.close()
        self._process.wait(POLL_INTERVAL_S)
        self._process.stop()

    def _connect(self, deadline: float) -> socket.socket:
        while self._connection is None:
            try:
                self._connection, _ = self._server.accept()
                self._connection.settimeout(POLL_INTERVAL_S)
            except TimeoutError:
                if self._process.result is not None or self._cancel or time.monotonic() > deadline:
                    raise NoAnswerError(self._why_ended()) from None
        return self._connection

    def _receive(self, connection: socket.socket, deadline: float, timeout: float) -> bytes:
        """The next bytes; none when the process has closed the connection."""
        while True:
            try:
                return connection.recv(READ_CHUNK_BYTES)
            except TimeoutError:
                if self._cancel or time.monotonic() > deadline:
                    why = "interrupted" if self._cancel else f"gave no answer within {timeout:g} s"
                    raise NoAnswerError(why) from None
            except OSError:
                return b""

    def _why_ended(self) -> str:
        result = self._process.wait(END_TIMEOUT_S)
        if result is None:
            return "interrupted" if self._cancel else "did not connect, or closed the connection"
        return end_of(result)
