"""Connects us to a program in a network namespace; the other end is relay.py, which runs inside."""

import os
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from wasmforge.sandbox.relay import YES

RELAY = Path(__file__).parent / "relay.py"

MAX_SOCKET_DIR_BYTES = 80
"""Longest temporary folder for sockets: the path of a socket has at most 104 bytes on all systems."""


class Tunnel:
    """A folder with the sockets that the relay connects to. Inside the sandbox it is read-only."""

    def __init__(self) -> None:
        parent = None if len(os.fsencode(tempfile.gettempdir())) <= MAX_SOCKET_DIR_BYTES else "/tmp"  # noqa: S108 - made for us alone
        self._folder = tempfile.TemporaryDirectory(prefix="wf-", dir=parent, ignore_cleanup_errors=True)
        self.folder = self._folder.name
        self.out = f"{self.folder}/out"
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(f"{self.folder}/in")
        self._server.listen(16)

    def words(self, argv: Sequence[str], port: int = 0) -> tuple[str, ...]:
        """The command started by the relay. A connection to `port` inside is forwarded to the socket `out`."""
        return (sys.executable, "-IS", str(RELAY), self.folder, str(port), *argv)

    def connect(self, port: int, timeout: float) -> socket.socket:
        """Connect to a port of the loopback device inside. Raises OSError on failure or after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        self._server.settimeout(timeout)
        connection, _ = self._server.accept()
        try:
            connection.settimeout(max(deadline - time.monotonic(), 0.01))
            connection.sendall(str(port).encode())
            if connection.recv(1) != YES:
                raise ConnectionRefusedError(port)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the sockets and delete the folder."""
        self._server.close()
        self._folder.cleanup()
