"""A session with a page of headless Chromium over HTTP; the other side is page.mjs, which polls for questions."""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import wasmforge
from wasmforge import process
from wasmforge.bench.session import NO_DEADLINE_S, NoAnswerError, checked, end_of, pin_to_cpus
from wasmforge.model.http import TYPES
from wasmforge.process import POLL_INTERVAL_S, CancelToken, ProcessResult
from wasmforge.runtimes.answer_queue import AnswerQueue
from wasmforge.runtimes.chromium.launch import environment_in, headless_command
from wasmforge.runtimes.loopback_http import LoopbackServer, Reply, file_reply

PACKAGE = Path(wasmforge.__file__).parent

PAGE = "bench/js/page.html"

SCRIPTS = ("bench/js/page.mjs", "bench/js/bench_call.mjs", "runtimes/js/call.mjs")
"""Our JavaScript, served under its path in the package, so that a page imports it as Node.js does."""

POLL_TIMEOUT_S = 10.0
"""Seconds that a page waits for a question before it asks again."""

MAX_MEMORY_PAGES = 65536

NOT_FOUND: Reply = (404, TYPES[".json"], b"")


class BrowserSession:
    """A page that answers questions, in a browser of its own that is started at once.

    `job` is the one of participants.py; its ES module has an address below `/code/`, for a file in the folder `code`.
    """

    def __init__(
        self,
        tool: Sequence[str],
        code: Path,
        job: Mapping[str, Any],
        folder: Path,
        cancel: CancelToken,
        cpus: Collection[int],
    ) -> None:
        self._code, self._job, self._cancel = code, job, cancel
        self._queue: AnswerQueue[Mapping[str, object], dict[str, Any]] = AnswerQueue()
        self._server = LoopbackServer(self)
        argv = (*headless_command(tool, folder, MAX_MEMORY_PAGES), self._server.url)

        def run_until(stop: CancelToken) -> ProcessResult:
            pin_to_cpus(cpus)
            return process.run(argv, cwd=folder, env=environment_in(folder), timeout=NO_DEADLINE_S, cancel=stop)

        self._browser = process.start(run_until, argv[0])

    def ask(self, question: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """The answer. Raises NoAnswerError when none comes within `timeout` seconds, or when it is an error."""
        number = self._queue.submit(question)
        deadline = time.monotonic() + timeout
        while (answer := self._queue.wait_answer(number, POLL_INTERVAL_S)) is None:
            if self._cancel:
                raise NoAnswerError("interrupted")
            if (result := self._browser.result) is not None:
                raise NoAnswerError(f"the browser ended: {end_of(result)}")
            if time.monotonic() > deadline:
                raise NoAnswerError(f"gave no answer within {timeout:g} s")
        return checked(answer)

    def close(self) -> None:
        """End the browser."""
        self._browser.stop()
        self._server.close()

    def get(self, path: str) -> Reply:
        """The reply to a GET: our page and scripts, the job, a question, an argument, or a file of the participant."""
        name = path.removeprefix("/")
        if not name or name in SCRIPTS:
            return file_reply(PACKAGE, name or PAGE)
        if path == "/-/job":
            return 200, TYPES[".json"], json.dumps(self._job).encode()
        if path == "/-/question":
            return self._next_question()
        kind, _, rest = name.removeprefix("-/").partition("/")
        if kind == "argument" and rest.isdecimal() and int(rest) < len(self._job["args"]):
            return 200, "application/octet-stream", Path(self._job["args"][int(rest)]["value"]).read_bytes()
        return file_reply(self._code, rest) if kind == "code" else NOT_FOUND

    def post(self, path: str, body: bytes) -> Reply:
        """Receive an answer, or the bytes of a buffer."""
        kind, _, number = path.removeprefix("/-/").partition("/")
        if not number.isdecimal() or kind not in {"answer", "out"}:
            return NOT_FOUND
        if kind == "out":
            Path(f"{self._job['out']}.{number}").write_bytes(body)
        else:
            self._queue.put_answer(int(number), json.loads(body))
        return 200, TYPES[".json"], b"{}"

    def _next_question(self) -> Reply:
        number = self._queue.next_number(POLL_TIMEOUT_S)
        if number is None:
            return 204, TYPES[".json"], b""
        return 200, TYPES[".json"], json.dumps({"number": number, "question": self._queue.item(number)}).encode()
