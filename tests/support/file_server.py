"""A file server on loopback that can misbehave: it cuts connections, is slow, redirects, refuses."""

import gzip
import http.server
import os
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wasmforge import process


@dataclass
class Served:
    """What one path answers. `cuts`: the numbers of bytes after which the first answers end; `statuses` come first."""

    data: bytes = b""
    cuts: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    redirect: str = ""
    ranges: bool = True
    length: bool = True
    delay: float = 0.0
    """Seconds before each byte."""


class FileServer:
    """Serves `files` by path; `requests` has the path and the range of each request, in order."""

    def __init__(self, port: int, scheme: str) -> None:
        self.url = f"{scheme}://127.0.0.1:{port}"
        self.files: dict[str, Served] = {}
        self.requests: list[tuple[str, str]] = []
        self.fallback: Callable[[str], bytes | None] = lambda _: None
        """Asked for paths that are not in `files`."""
        self.repositories: str = ""
        """A folder whose repositories are served below /git/ by Git's own server."""

    def add(self, path: str, data: bytes) -> str:
        """Serve these bytes; returns the address."""
        self.files[path] = Served(data)
        return self.url + path


@contextmanager
def file_server(certificate: Path | None = None) -> Iterator[FileServer]:
    """A server on a free port of loopback; with a certificate (and its key, one PEM) it speaks https."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        files = FileServer(server.server_address[1], "http" if certificate is None else "https")
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.files = files  # type: ignore[attr-defined]
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients hang up when they do not trust us
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield files
        finally:
            server.shutdown()
            thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server: FileServer = self.server.files  # type: ignore[attr-defined]
        path, part = self.path, self.headers.get("Range", "")
        if path.startswith("http://"):  # we are asked as a proxy
            path = "/proxy" + path.removeprefix("http:/")
        server.requests.append((path, part))
        if path.startswith("/git/"):
            self._ask_git(server.repositories, b"")
            return
        found = server.files.get(path)
        if found is None and (data := server.fallback(path)) is not None:
            found = Served(data)
        if found is None:
            self.send_error(404)
        elif found.statuses:
            self.send_error(found.statuses.pop(0))
        elif found.redirect:
            self.send_response(302)
            self.send_header("Location", found.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._send(found, part)

    def do_POST(self) -> None:
        server: FileServer = self.server.files  # type: ignore[attr-defined]
        server.requests.append((self.path, "POST"))
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self._ask_git(server.repositories, body)

    def _ask_git(self, folder: str, body: bytes) -> None:
        """Answer what `git http-backend` answers."""
        path, _, query = self.path.removeprefix("/git").partition("?")
        env = {
            "GIT_PROJECT_ROOT": folder,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "PATH": os.environ["PATH"],
        }
        output = bytearray()
        process.run(["git", "http-backend"], env=env, stdin=body, timeout=60, on_output=output.extend)
        head, _, answer = bytes(output).partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line)
        self.send_response(int(fields.pop("Status", "200 OK").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _send(self, found: Served, part: str) -> None:
        start = int(part.removeprefix("bytes=").rstrip("-")) if part and found.ranges else 0
        if start and start >= len(found.data):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(found.data) - 1}/{len(found.data)}")
        if found.length:
            self.send_header("Content-Length", str(len(found.data) - start))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        data = found.data[start:]
        if found.cuts:
            data = data[: found.cuts.pop(0)]
            self.close_connection = True
        try:
            if found.delay:
                for i in range(len(data)):
                    time.sleep(found.delay)
                    self.wfile.write(data[i : i + 1])
            else:
                self.wfile.write(data)
        except OSError:
            self.close_connection = True  # the client has given up

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""
