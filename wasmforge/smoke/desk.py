"""A server on the loopback device that hands a browser one job at a time, and takes its answer. Starts no browser."""

import json
import queue
import threading
import time
from pathlib import Path

import msgspec

from wasmforge.model.sent import TYPES
from wasmforge.smoke.clerk import Office, Reply, file_of
from wasmforge.smoke.wire import Answer, Job

HERE = Path(__file__).parent

OWN = {"/": "desk.html", "/-/frame": "frame.html", "/-/frame.mjs": "frame.mjs", "/-/call.mjs": "call.mjs"}

POLL = 10.0
"""Seconds that a page waits for a next job before it asks again."""


class Desk:
    """Jobs for the page that has opened `url`. Each is told with the folder whose files it may load."""

    def __init__(self) -> None:
        self._next: queue.Queue[int] = queue.Queue()
        self._jobs: dict[int, tuple[Job, Path]] = {}
        self._taken: dict[int, float] = {}
        self._answers: dict[int, Answer] = {}
        self._said = threading.Condition()
        self._office = Office(self)
        self.url = self._office.url

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
        self._office.close()

    def get(self, path: str) -> Reply:
        """What lies at a path."""
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
            return file_of(known[1], name)
        return 404, TYPES[".json"], b""

    def post(self, path: str, body: bytes) -> Reply:
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
