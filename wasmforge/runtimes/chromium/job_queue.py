"""Serves jobs to a page in a browser over loopback HTTP, one at a time, and receives the answers."""

import json
import time
from pathlib import Path

import msgspec

from wasmforge.model.http import TYPES
from wasmforge.runtimes.answer_queue import AnswerQueue
from wasmforge.runtimes.loopback_http import LoopbackServer, Reply, file_reply
from wasmforge.runtimes.protocol import Answer, Job

HERE = Path(__file__).parent

PAGES = {
    "/": HERE / "queue.html",
    "/-/frame": HERE / "frame.html",
    "/-/frame.mjs": HERE / "frame.mjs",
    "/-/call.mjs": HERE.parent / "js" / "call.mjs",
}

POLL_TIMEOUT_S = 10.0
"""Seconds that a page waits for a next job before it asks again."""


class JobQueue:
    """Jobs for the page that has opened `url`. Each comes with the folder whose files the page may load."""

    def __init__(self) -> None:
        self._queue: AnswerQueue[tuple[Job, Path], Answer] = AnswerQueue()
        self._taken: dict[int, float] = {}
        self.server = LoopbackServer(self)
        self.url = self.server.url

    def submit(self, job: Job, folder: Path, glue: str) -> int:
        """Add a job; `glue` is its ES module, relative to `folder`. Returns the job's number."""
        return self._queue.submit((msgspec.structs.replace(job, glue=glue), folder))

    def taken_at(self, number: int) -> float | None:
        """When the page took a job, by the monotonic clock; None when it has not yet."""
        return self._taken.get(number)

    def answer(self, number: int, timeout: float) -> Answer | None:
        """The answer to a job; None when none came within so many seconds."""
        return self._queue.wait_answer(number, timeout)

    def close(self) -> None:
        """Stop the server."""
        self.server.close()

    def get(self, path: str) -> Reply:
        """The reply to a GET: our page, the next number, a job, or a file of its delivery."""
        if path in PAGES:
            file = PAGES[path]
            return 200, TYPES[file.suffix], file.read_bytes()
        if path == "/-/next":
            next_number = self._queue.next_number(POLL_TIMEOUT_S)
            if next_number is None:
                return 204, TYPES[".json"], b""
            return 200, TYPES[".json"], json.dumps(next_number).encode()
        kind, _, rest = path.lstrip("/").removeprefix("-/").partition("/")
        number, _, name = rest.partition("/")
        item = self._queue.item(int(number)) if number.isdecimal() else None
        if item and kind == "job":
            self._taken[int(number)] = time.monotonic()
            job = msgspec.structs.replace(item[0], glue=f"/files/{number}/{item[0].glue}")
            return 200, TYPES[".json"], msgspec.json.encode({"job": job})
        if item and kind == "files":
            return file_reply(item[1], name)
        return 404, TYPES[".json"], b""

    def post(self, path: str, body: bytes) -> Reply:
        """Receive the answer to a job."""
        number = path.removeprefix("/-/answer/")
        try:
            answer = msgspec.json.decode(body, type=_Body).answer
        except msgspec.DecodeError as e:
            answer = Answer(ended="refused", message=f"the page sent no valid answer: {e}")
        if not number.isdecimal():
            return 404, TYPES[".json"], b""
        self._queue.put_answer(int(number), answer)
        return 200, TYPES[".json"], b"{}"


class _Body(msgspec.Struct):
    """What a page posts."""

    answer: Answer
