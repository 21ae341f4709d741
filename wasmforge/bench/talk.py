"""A conversation with a process: one line of JSON asks, one answers; knows nothing of what is said.

The process gets the path of a socket as its last word and connects to it, so that whatever is printed on its streams,
by a module or by an engine, is not taken for an answer.
"""

import json
import os
import socket
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from wasmforge import process
from wasmforge.process import TICK, Cancel, Done

DAY = 86400.0

LONGEST = 80
"""Bytes of the folder for temporary files in which a socket's path, at most 104 in all, has room everywhere."""


class Closing(Protocol):
    """Something that goes on until it is ended."""

    def close(self) -> None:
        """End it."""


C = TypeVar("C", bound=Closing)


class Silent(Exception):  # noqa: N818 - a reason, and no error
    """Why there is no answer, in one line."""


class Asked(Protocol):
    """Whoever answers questions."""

    def ask(self, question: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """The answer. Raises Silent when none comes, or when it is `{"error": why}`."""


class Talk:
    """One side of it; the process is started at once."""

    def __init__(
        self, argv: Sequence[str | Path], folder: Path, env: Mapping[str, str], cancel: Cancel, cpus: Collection[int]
    ) -> None:
        self._cancel = cancel
        self._stop, self._ended = Cancel(), threading.Event()
        self._done: Done | None = None
        self._server = socket.socket(socket.AF_UNIX)
        self._line: socket.socket | None = None
        self._rest = b""
        path = folder / "talk"
        self._server.bind(str(path))
        self._server.listen(1)
        self._server.settimeout(TICK)
        self._thread = threading.Thread(
            target=self._run, args=((*argv, path), folder, env, cpus), name="contestant", daemon=True
        )
        self._thread.start()

    def _run(self, argv: Sequence[str | Path], folder: Path, env: Mapping[str, str], cpus: Collection[int]) -> None:
        hold(cpus)
        try:
            self._done = process.run(argv, cwd=folder, env=env, timeout=DAY, cancel=self._stop)
        except OSError as e:
            self._done = Done(exit=127, output=f"cannot start {argv[0]}: {e.strerror}".encode(), seconds=0)
        self._ended.set()

    def ask(self, question: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """The answer. Raises Silent when none comes, or when it is `{"error": why}`."""
        deadline = time.monotonic() + timeout
        line = self._connected(deadline)
        with suppress(OSError):
            line.sendall(json.dumps(question).encode() + b"\n")
        while b"\n" not in self._rest:
            data = self._received(line, deadline, timeout)
            if not data:
                raise Silent(self._why())
            self._rest += data
        said, _, self._rest = self._rest.partition(b"\n")
        answer: dict[str, Any] = json.loads(said)
        if "error" in answer:
            raise Silent(" ".join(str(answer["error"]).split()))
        return answer

    def close(self) -> None:
        """End the process, and everything that it started."""
        for end in (self._line, self._server):
            if end is not None:
                end.close()
        self._ended.wait(TICK)
        self._stop.set()
        self._thread.join()

    def _connected(self, deadline: float) -> socket.socket:
        while self._line is None:
            try:
                self._line, _ = self._server.accept()
                self._line.settimeout(TICK)
            except TimeoutError:
                if self._ended.is_set() or self._cancel or time.monotonic() > deadline:
                    raise Silent(self._why()) from None
        return self._line

    def _received(self, line: socket.socket, deadline: float, timeout: float) -> bytes:
        while True:
            try:
                return line.recv(1 << 16)
            except TimeoutError:
                if self._cancel or time.monotonic() > deadline:
                    why = "interrupted" if self._cancel else f"gave no answer within {timeout:g} s"
                    raise Silent(why) from None
            except OSError:
                return b""

    def _why(self) -> str:
        """How the process ended, and the last line that it printed."""
        self._ended.wait(2.0)
        if self._done is None:
            return "interrupted" if self._cancel else "closed the conversation, or never began it"
        said = [line.strip() for line in self._done.text.splitlines() if line.strip()]
        return f"{self._done.reason(DAY)}{f': {said[-1]}' if said else ''}"


def hold(cpus: Collection[int]) -> None:
    """Hold this thread, and what it starts, to these processors, where the system can do so; none are all."""
    if cpus and hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(0, cpus)


@contextmanager
def talks() -> Iterator["Talks"]:
    """A room for conversations, which are all ended when it is left."""
    room = Talks()
    try:
        yield room
    finally:
        room.close()


class Talks:
    """Begins conversations, each in a folder of its own with a short name, since those of sockets must be short."""

    def __init__(self) -> None:
        self._open: list[Closing] = []
        self._folders: list[tempfile.TemporaryDirectory[str]] = []

    def folder(self) -> Path:
        """A new folder for a conversation."""
        within = None if len(os.fsencode(tempfile.gettempdir())) <= LONGEST else "/tmp"  # noqa: S108 - made for us alone
        self._folders.append(tempfile.TemporaryDirectory(prefix="wf-", dir=within, ignore_cleanup_errors=True))
        return Path(self._folders[-1].name)

    def begin(
        self,
        argv: Sequence[str | Path],
        folder: Path,
        env: Mapping[str, str],
        cancel: Cancel,
        cpus: Collection[int] = (),
    ) -> Talk:
        """Start a process in its folder; `cpus` are the only ones it may run on, where the system can say so."""
        return self.keep(Talk(argv, folder, env, cancel, cpus))

    def keep(self, talk: C) -> C:
        """End this one, too, when the room is left."""
        self._open.append(talk)
        return talk

    def close(self) -> None:
        """End all of them."""
        for talk in self._open:
            talk.close()
        for folder in self._folders:
            folder.cleanup()
