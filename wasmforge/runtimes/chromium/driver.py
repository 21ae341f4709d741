"""The driver for headless Chromium: a page loads the ES module over HTTP, cross-origin isolated as threads need it.

One browser runs all jobs of a run, each in its own iframe. A job that hangs ends the browser; the next one starts it
again.
"""

import tempfile
import threading
import time
from pathlib import Path

from wasmforge.model.module import PAGE_BYTES
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.process import CancelToken, ProcessResult
from wasmforge.runtimes.chromium.job_queue import JobQueue
from wasmforge.runtimes.chromium.launch import headless_command, run_browser
from wasmforge.runtimes.chromium.screenshot import take_screenshot
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.program import resolve_program, runtime_files
from wasmforge.runtimes.protocol import MAX_TIMEOUT_S, Answer, Job
from wasmforge.sandbox import Sandbox

START_TIMEOUT_S = 60.0
"""Seconds that a browser has to start and to take a job, on a busy machine."""

LOAD_MARGIN_S = 10.0
"""Seconds beyond the timeout of a job, to load and to compile the module; the timeout begins after that."""

POLL_INTERVAL_S = 0.25


class Chromium:
    """The runtime `chromium`."""

    def __init__(self, *, file: RuntimeFile, context: RuntimeContext) -> None:
        self.file = file
        self.context = context
        self.uses_glue, self.uses_aot, self.shares_memory = True, False, True
        self._lock = threading.Lock()
        self._browser: _Browser | None = None

    def unavailable(self) -> UnavailableRuntime | None:
        """Why its program cannot be used; None when it can."""
        return self.context.unavailable(self.file)

    def identity(self) -> str:
        """The identity of its toolchain."""
        return self.context.identity(self.file)

    def run(self, job: Job, folder: Path) -> Answer:
        """Call the delivered JavaScript in a page."""
        del folder  # the page answers over HTTP
        return self._ask(job, Path(job.glue or ""))

    def screenshot(self, job: Job, file: Path) -> Path | None:
        """Run the job once more in a new page and write a picture of it to `file`; None where that fails."""
        with self._lock:
            tool = resolve_program(self.context.tool(self.file))
            readable = runtime_files(self.context, self.file)
            glue, cancel = Path(job.glue or ""), self.context.cancel
            return take_screenshot(tool, job, glue, file, cancel, self.context.sandbox, readable)

    def close(self) -> None:
        """End the browser."""
        if self._browser:
            self._browser.close()
            self._browser = None

    def _ask(self, job: Job, glue: Path) -> Answer:
        """Run one job at a time: a page that hangs must not delay others."""
        with self._lock:
            pages = min(job.memory // PAGE_BYTES, 65536)
            if self._browser and (self._browser.pages != pages or not self._browser.alive):
                self.close()
            if self._browser is None:
                readable = runtime_files(self.context, self.file)
                self._browser = _Browser(
                    resolve_program(self.context.tool(self.file)), pages, self.context.sandbox, readable
                )
            answer = self._browser.ask(job, glue, self.context.cancel)
            if answer is None or answer.ended in {"timeout", "refused"}:
                self.close()
            return answer or Answer(ended="unsupported", message="interrupted")


class _Browser:
    """A browser with one page, which takes jobs from our queue."""

    def __init__(self, tool: tuple[str, ...], pages: int, sandbox: Sandbox, readable: tuple[str, ...]) -> None:
        self.pages = pages
        self._held, self._reads = sandbox, readable
        self._job_queue = JobQueue()
        self._folder = tempfile.TemporaryDirectory(prefix="wasmforge-browser-", ignore_cleanup_errors=True)
        self._stop = CancelToken()
        self._done: list[ProcessResult] = []
        landlock = sandbox.kind == "landlock"
        self._argv = (*headless_command(tool, Path(self._folder.name), pages, within=landlock), self._job_queue.url)
        self._thread = threading.Thread(target=self._run, name="browser", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._thread.is_alive()

    def ask(self, job: Job, glue: Path, cancel: CancelToken) -> Answer | None:
        """The page's answer to a job; None when it was cancelled."""
        number = self._job_queue.submit(job, glue.parent, glue.name)
        submitted = time.monotonic()
        while not cancel:
            answer = self._job_queue.answer(number, POLL_INTERVAL_S)
            if answer is not None:
                return answer
            if not self.alive:
                return Answer(
                    ended="refused", message=f"the browser ended before the test did: {self._end_reason(job)}"
                )
            taken = self._job_queue.taken_at(number)
            if taken is None and time.monotonic() - submitted > START_TIMEOUT_S:
                return Answer(ended="refused", message=f"the browser did not begin within {START_TIMEOUT_S:g} s")
            if taken is not None and time.monotonic() - taken > job.timeout + LOAD_MARGIN_S:
                return Answer(ended="timeout")
        return None

    def close(self) -> None:
        """End it, and delete its profile."""
        self._stop.set()
        self._thread.join()
        self._job_queue.close()
        self._folder.cleanup()

    def _run(self) -> None:
        folder = Path(self._folder.name)
        try:
            server = self._job_queue.server
            self._done.append(
                run_browser(self._held, server, self._argv, folder, self._reads, MAX_TIMEOUT_S, self._stop)
            )
        except OSError as e:
            self._done.append(ProcessResult(exit=127, output=f"cannot start: {e.strerror}".encode(), seconds=0))

    def _end_reason(self, job: Job) -> str:
        result = self._done[0]
        lines = [line for line in result.text.splitlines() if line.strip()]
        return ": ".join([result.reason(job.timeout), *lines[-1:]])
