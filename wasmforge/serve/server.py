"""The HTTP server: a listening socket, and a thread that answers on it."""

import errno
import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from wasmforge.errors import machine_error

DEFAULT_PORT = 8080

PORTS_TRIED = 20
"""How many ports are tried from the default one on, when none was given."""


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens on `port`, or on the first free one from 8080 on. Raises ForgeError (exit 3)."""
    ports = [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED)]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in ports:
        listening = socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
            listening.listen(128)
        except OSError as e:
            listening.close()
            if e.errno == errno.EADDRINUSE and number != ports[-1]:
                continue
            hint = "another program listens there: choose another with --port" if e.errno == errno.EADDRINUSE else ""
            raise machine_error((e.strerror or str(e)).lower(), where=f"{host}:{number}", hint=hint) from None
        return listening
    raise AssertionError("unreachable: the last port returns or raises")


class Server:
    """Answers in its own thread, within a `with` block."""

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
        """Wait until the server ends, which happens by itself only when it fails."""
        while self._thread.is_alive():
            self._thread.join(timeout=0.5)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])
