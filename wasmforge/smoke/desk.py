"""A server on the loopback device that hands a browser one job at a time, and takes its answer. Starts no browser."""

import json
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from wasmforge.model.sent import HEADERS, TYPES
from wasmforge.smoke.serving import HOST
from wasmforge.smoke.wire import Answer, Job

HERE = Path(__file__).parent

OWN = {"/": "desk.html", "/-/frame": "frame.html", "/-/frame.mjs": "frame.mjs", "/-/call.mjs": "call.mjs"}

POLL = 10.0
"""Seconds that a page waits for a next job before it asks again."""

MOST_ANSWER = 256 << 20
"""Bytes of an answer."""


class Desk:
    """Jobs for the page that has opened `url`. Each is told with the folder whose files it may load."""

    def __init__(self) -> None:
        self._next: queue.Queue[int] = queue.Queue()
        self._jobs: dict[int, tuple[Job, Path]] = {}
        self._taken: dict[int, float] = {}
        self._answers: dict[int, Answer] = {}
        self._said = threading.Condition()
        self._server = _Server((HOST, 0), lambda *given: _Clerk(self, *given))
        self._thread = threading.Thread(target=self._server.serve_forever, name="desk", daemon=True)
        self._thread.start()
        self.url = f"http://{HOST}:{self._server.server_port}/"

    def give(self, job: Job, folder: Path, glue: str) -> int:
        """Lay a job on the desk; `glue` is its ES module, from `folder`. The job's number."""
        number = len(self._jobs)
        self._jobs[number] = (msgspec.structs.replace(job, glue=f"/files/{number}/{glue}"), folder)
        self._next.put(number)
        return number

    def taken(self, number: int) -> float | None:
        """When a job was taken from the desk, by the monotonic clock; None when it lies there still."""
        return self._taken.get(number)

    def answer(self, number: int, wait: float) -> Answer | None:
        """The answer to a job, if it came within so many seconds."""
        with self._said:
            self._said.wait_for(lambda: number in self._answers, wait)
            return self._answers.get(number)

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def get(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body for a path."""
        if path in OWN:
            file = HERE / OWN[path]
            return 200, TYPES[file.suffix], file.read_bytes()
        if path == "/-/next":
            try:
                return 200, TYPES[".json"], json.dumps(self._next.get(timeout=POLL)).encode()
            except queue.Empty:
                return 204, TYPES[".json"], b""
        kind, _, rest = path.lstrip("/").removeprefix("-/").partition("/")
        number, _, name = rest.partition("/")
        known = self._jobs.get(int(number)) if number.isdecimal() else None
        if known and kind == "job":
            self._taken[int(number)] = time.monotonic()
            return 200, TYPES[".json"], msgspec.json.encode({"job": known[0]})
        if known and kind == "files":
            file = (known[1] / unquote(name)).resolve()
            if file.is_file() and file.is_relative_to(known[1].resolve()):
                return 200, TYPES.get(file.suffix, "application/octet-stream"), file.read_bytes()
        return 404, TYPES[".json"], b""

    def post(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Take an answer."""
        number = path.removeprefix("/-/answer/")
        try:
            answer = msgspec.json.decode(body, type=_Said).answer
        except msgspec.DecodeError as e:
            answer = Answer(ended="refused", message=f"the page answered what is no answer: {e}")
        if not number.isdecimal():
            return 404, TYPES[".json"], b""
        with self._said:
            self._answers[int(number)] = answer
            self._said.notify_all()
        return 200, TYPES[".json"], b"{}"


class _Said(msgspec.Struct):
    answer: Answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A browser that is ended lets go of its connections in the middle; what matters is that no answer came."""


class _Clerk(BaseHTTPRequestHandler):
    """Speaks HTTP for a desk."""

    protocol_version = "HTTP/1.1"

    def __init__(self, desk: Desk, *given: Any) -> None:
        self._desk = desk
        super().__init__(*given)

    def do_GET(self) -> None:
        """Hand something out."""
        self._send(*self._desk.get(urlsplit(self.path).path))

    def do_POST(self) -> None:
        """Take something."""
        size = int(self.headers.get("content-length") or 0)
        if size > MOST_ANSWER:
            self._send(413, TYPES[".json"], b"")
            self.close_connection = True
            return
        self._send(*self._desk.post(urlsplit(self.path).path, self.rfile.read(size)))

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
