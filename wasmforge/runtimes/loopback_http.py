"""A minimal HTTP server on the loopback device for our own browser pages; a handler answers GET and POST."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from wasmforge.model.http import HEADERS, TYPES
from wasmforge.runtimes.http_exchange import HOST

MAX_BODY_BYTES = 1 << 30
"""Bytes that a page may send in one request."""

Reply = tuple[int, str, bytes]
"""Status, type and body."""


class Handler(Protocol):
    """Answers requests; called from many threads."""

    def get(self, path: str) -> Reply:
        """The reply to a GET of this path."""

    def post(self, path: str, body: bytes) -> Reply:
        """The reply to a POST."""


class LoopbackServer:
    """Serves a handler at `url` until it is closed."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server = _Server((HOST, 0), lambda *args: _RequestHandler(handler, *args))
        threading.Thread(target=self._server.serve_forever, name="loopback-http", daemon=True).start()
        self.port: int = self._server.server_port
        self.url = f"http://{HOST}:{self.port}/"

    @contextmanager
    def also_on_socket(self, path: str) -> Iterator[None]:
        """Serve on a Unix socket as well, within the `with` block."""
        server = _UnixServer(path, lambda *args: _RequestHandler(self._handler, *args))
        threading.Thread(target=server.serve_forever, name="loopback-http", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def file_reply(folder: Path, name: str) -> Reply:
    """The reply with a file of the folder; 404 for a path that leads out of it, also through a link."""
    file = (folder / unquote(name)).resolve()
    if file.is_file() and file.is_relative_to(folder.resolve()):
        return 200, TYPES.get(file.suffix, "application/octet-stream"), file.read_bytes()
    return 404, TYPES[".json"], b""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Ignore it: a browser that is ended breaks its connections; the caller notices that no answer came."""


class _UnixServer(ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Ignore it, as above."""


class _RequestHandler(BaseHTTPRequestHandler):
    """Speaks HTTP for a handler."""

    protocol_version = "HTTP/1.1"

    def __init__(self, handler: Handler, *args: Any) -> None:
        self._handler = handler
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer a GET."""
        self._send(*self._handler.get(urlsplit(self.path).path))

    def do_POST(self) -> None:
        """Answer a POST."""
        size = int(self.headers.get("content-length") or 0)
        if size > MAX_BODY_BYTES:
            self._send(413, TYPES[".json"], b"")
            self.close_connection = True
            return
        self._send(*self._handler.post(urlsplit(self.path).path, self.rfile.read(size)))

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def _send(self, status: int, kind: str, body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in {**HEADERS, "content-type": kind, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:  # the browser was ended
            self.close_connection = True
