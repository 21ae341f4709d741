"""The server itself: a socket of this machine, and a thread that answers on it."""

import errno
import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from wasmforge.errors import machine

PORT = 8080

NEXT = 20
"""How many ports are tried from the usual one on, where none was asked for."""


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens on `port`, or on the first free one from 8080 on. Raises ForgeError (exit 3)."""
    tried = [port] if port is not None else [*range(PORT, PORT + NEXT)]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in tried:
        found = socket.socket(family)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, number))
            found.listen(128)
        except OSError as e:
            found.close()
            if e.errno == errno.EADDRINUSE and number != tried[-1]:
                continue
            hint = "another program listens there: choose another with --port" if e.errno == errno.EADDRINUSE else ""
            raise machine((e.strerror or str(e)).lower(), where=f"{host}:{number}", hint=hint) from None
        return found
    raise AssertionError("unreachable: the last port returns or raises")


class Server:
    """Answers in a thread of its own, from `with` on until its end."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._socket = listening
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    def wait(self) -> None:
        """Until the server ends, which it does of itself only when it fails."""
        while self._thread.is_alive():
            self._thread.join(timeout=0.5)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])
