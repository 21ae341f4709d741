"""A conversation with a contestant in a page of headless Chromium, over HTTP; the other side is page.mjs.

A page is asked as a process is (`talk.py`), but asks itself for the next question.
"""

import json
import queue
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from wasmforge import process
from wasmforge.bench.talk import DAY, Silent, hold
from wasmforge.model.sent import TYPES
from wasmforge.process import TICK, Cancel, Done
from wasmforge.smoke.clerk import Office, Reply, file_of
from wasmforge.smoke.headless import at, headless

HERE = Path(__file__).parent

OWN = {"/": "page.html", "/-/page.mjs": "page.mjs", "/-/calling.mjs": "calling.mjs"}

POLL = 10.0
"""Seconds that a page waits for a question before it asks again."""

PAGES = 65536
"""Of 64 KiB, that a memory may have."""

NOTHING: Reply = (404, TYPES[".json"], b"")


class Page:
    """One page in a browser of its own, which is started at once.

    `job` is that of contestants.py, with the addresses of its ES module below `/code/`, which are files of `code`.
    """

    def __init__(
        self,
        tool: Sequence[str],
        code: Path,
        job: Mapping[str, Any],
        folder: Path,
        cancel: Cancel,
        cpus: Collection[int],
    ) -> None:
        self._code, self._job, self._cancel = code, job, cancel
        self._questions: queue.Queue[tuple[int, Mapping[str, object]]] = queue.Queue()
        self._asked = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._said = threading.Condition()
        self._stop = Cancel()
        self._done: Done | None = None
        self._office = Office(self)
        argv = (*headless(tool, folder, PAGES), self._office.url)
        self._thread = threading.Thread(target=self._run, args=(argv, folder, cpus), name="browser", daemon=True)
        self._thread.start()

    def ask(self, question: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """The answer. Raises Silent when none comes, or when it is `{"error": why}`."""
        self._asked += 1
        self._questions.put((self._asked, question))
        answer = self._answered(self._asked, timeout)
        if "error" in answer:
            raise Silent(" ".join(str(answer["error"]).split()))
        return answer

    def close(self) -> None:
        """End the browser."""
        self._stop.set()
        self._thread.join()
        self._office.close()

    def get(self, path: str) -> Reply:
        """What lies at a path."""
        if path in OWN:
            return file_of(HERE, OWN[path])
        if path == "/-/job":
            return 200, TYPES[".json"], json.dumps(self._job).encode()
        if path == "/-/ask":
            return self._next()
        kind, _, rest = path.removeprefix("/").removeprefix("-/").partition("/")
        if kind == "argument" and rest.isdecimal() and int(rest) < len(self._job["args"]):
            return 200, "application/octet-stream", Path(self._job["args"][int(rest)]["value"]).read_bytes()
        return file_of(self._code, rest) if kind == "code" else NOTHING

    def post(self, path: str, body: bytes) -> Reply:
        """Take an answer, or what a buffer holds."""
        kind, _, number = path.removeprefix("/-/").partition("/")
        if not number.isdecimal() or kind not in {"answer", "out"}:
            return NOTHING
        if kind == "out":
            Path(f"{self._job['out']}.{number}").write_bytes(body)
        else:
            with self._said:
                self._answers[int(number)] = json.loads(body)
                self._said.notify_all()
        return 200, TYPES[".json"], b"{}"

    def _next(self) -> Reply:
        try:
            number, question = self._questions.get(timeout=POLL)
        except queue.Empty:
            return 204, TYPES[".json"], b""
        return 200, TYPES[".json"], json.dumps({"number": number, "question": question}).encode()

    def _answered(self, number: int, timeout: float) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        with self._said:
            while not self._said.wait_for(lambda: number in self._answers, TICK):
                if self._cancel:
                    raise Silent("interrupted")
                if self._done is not None:
                    said = [line for line in self._done.text.splitlines() if line.strip()]
                    raise Silent(": ".join(("the browser ended", self._done.reason(DAY), *said[-1:])))
                if time.monotonic() > deadline:
                    raise Silent(f"gave no answer within {timeout:g} s")
            return self._answers.pop(number)

    def _run(self, argv: Sequence[str], folder: Path, cpus: Collection[int]) -> None:
        hold(cpus)
        try:
            self._done = process.run(argv, cwd=folder, env=at(folder), timeout=DAY, cancel=self._stop)
        except OSError as e:
            self._done = Done(exit=127, output=f"cannot start {argv[0]}: {e.strerror}".encode(), seconds=0)
