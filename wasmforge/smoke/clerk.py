"""HTTP on the loopback device for pages of a browser of ours: who has what, answers; knows nothing of what is said."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from wasmforge.model.sent import HEADERS, TYPES
from wasmforge.smoke.serving import HOST

MOST = 1 << 30
"""Bytes of what a page may send."""

Reply = tuple[int, str, bytes]
"""Status, type and body."""


class Counter(Protocol):
    """Where a page gets things and hands them in; called from many threads."""

    def get(self, path: str) -> Reply:
        """What lies at a path."""

    def post(self, path: str, body: bytes) -> Reply:
        """Take something."""


class Office:
    """Serves a counter at `url` until it is closed."""

    def __init__(self, counter: Counter) -> None:
        self._server = _Server((HOST, 0), lambda *given: _Clerk(counter, *given))
        threading.Thread(target=self._server.serve_forever, name="clerk", daemon=True).start()
        self.url = f"http://{HOST}:{self._server.server_port}/"

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()


def file_of(folder: Path, name: str) -> Reply:
    """A file of a folder by its name in an address; none that a link leads to elsewhere."""
    file = (folder / unquote(name)).resolve()
    if file.is_file() and file.is_relative_to(folder.resolve()):
        return 200, TYPES.get(file.suffix, "application/octet-stream"), file.read_bytes()
    return 404, TYPES[".json"], b""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A browser that is ended lets go of its connections in the middle; what matters is that no answer came."""


class _Clerk(BaseHTTPRequestHandler):
    """Speaks HTTP for a counter."""

    protocol_version = "HTTP/1.1"

    def __init__(self, counter: Counter, *given: Any) -> None:
        self._counter = counter
        super().__init__(*given)

    def do_GET(self) -> None:
        """Hand something out."""
        self._send(*self._counter.get(urlsplit(self.path).path))

    def do_POST(self) -> None:
        """Take something."""
        size = int(self.headers.get("content-length") or 0)
        if size > MOST:
            self._send(413, TYPES[".json"], b"")
            self.close_connection = True
            return
        self._send(*self._counter.post(urlsplit(self.path).path, self.rfile.read(size)))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, status: int, kind: str, body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in {**HEADERS, "content-type": kind, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:  # the browser was ended
            self.close_connection = True
