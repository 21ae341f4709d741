"""Runs a component's ES module in a page of headless Chromium, over HTTP, isolated as threads need it.

One browser serves all the tests of a run, each in a frame of its own; who hangs takes the browser along.
"""

import tempfile
import threading
import time
from pathlib import Path

import msgspec

from wasmforge import process
from wasmforge.model.runtime import Absent, RuntimeFile
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Cancel, Done
from wasmforge.smoke.desk import Desk
from wasmforge.smoke.hands import Hands
from wasmforge.smoke.headless import at, headless
from wasmforge.smoke.in_node import found
from wasmforge.smoke.in_server import note
from wasmforge.smoke.picture import named, take
from wasmforge.smoke.prepare import DAY, PAGE
from wasmforge.smoke.runtime import outcome, perform
from wasmforge.smoke.wire import Answer, Job

START = 60.0
"""Seconds that a browser has to start and to take a job, on a busy machine."""

LOAD = 10.0
"""Seconds beyond a test's own timeout, which begins when the module is there, to load and to compile it."""

TICK = 0.25


class Chromium:
    """The runtime `chromium`."""

    def __init__(self, *, file: RuntimeFile, hands: Hands) -> None:
        self.file = file
        self.hands = hands
        self._turn = threading.Lock()
        self._browser: _Browser | None = None

    def available(self) -> Absent | None:
        """None when its program is there."""
        return self.hands.absent(self.file)

    def identity(self) -> str:
        """The identity of its toolchain."""
        return self.hands.identity(self.file)

    def run(self, trial: Trial) -> Outcome:
        """Run one trial through its glue."""
        if trial.glue is None:
            return outcome(trial, "failed", f"{Path(trial.module).name} has no JavaScript glue to import")
        glue, jobs = Path(trial.glue), []

        def launch(job: Job, _: Path) -> Done:
            done = self._launch(job, glue)
            if not done.timed_out:  # it would hang again, and a page that hangs gives no picture
                jobs.append(job)
            return done

        came = perform(trial, launch, glue=True, threads=True, cancel=self.hands.cancel)
        if came.status == "failed" and jobs and self.hands.pictures and not self.hands.cancel:
            return self._pictured(trial, came, jobs[0], glue, self.hands.pictures)
        return came

    def _pictured(self, trial: Trial, came: Outcome, job: Job, glue: Path, folder: Path) -> Outcome:
        """What came of it, with a picture of the page."""
        with self._turn:
            tool = found(self.hands.tool(self.file))
            picture = take(tool, job, glue, folder / named(trial), self.hands.cancel)
        reason = f"{came.reason}; the page: {picture}" if picture else came.reason
        return msgspec.structs.replace(came, reason=reason)

    def close(self) -> None:
        """End the browser."""
        if self._browser:
            self._browser.close()
            self._browser = None

    def _launch(self, job: Job, glue: Path) -> Done:
        """One test at a time: a page that hangs must not make others late."""
        with self._turn:
            pages = min(job.memory // PAGE, 65536)
            if self._browser and (self._browser.pages != pages or not self._browser.alive):
                self.close()
            if self._browser is None:
                self._browser = _Browser((*found(self.hands.tool(self.file)),), pages)
            started = time.monotonic()
            answer = self._browser.ask(job, glue, self.hands.cancel)
            if answer is None or answer.ended in {"timeout", "refused"}:
                self.close()
            note(job, answer)
            late = answer is not None and answer.ended == "timeout"
            return Done(exit=0 if answer else 1, output=b"", seconds=time.monotonic() - started, timed_out=late)


class _Browser:
    """A browser whose one page asks a desk of ours for work."""

    def __init__(self, tool: tuple[str, ...], pages: int) -> None:
        self.pages = pages
        self._desk = Desk()
        self._folder = tempfile.TemporaryDirectory(prefix="wasmforge-browser-", ignore_cleanup_errors=True)
        self._stop = Cancel()
        self._done: list[Done] = []
        self._argv = (*headless(tool, Path(self._folder.name), pages), self._desk.url)
        self._thread = threading.Thread(target=self._run, name="browser", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """It has not ended."""
        return self._thread.is_alive()

    def ask(self, job: Job, glue: Path, cancel: Cancel) -> Answer | None:
        """What the page says of a job; None when it was cancelled."""
        number = self._desk.give(job, glue.parent, glue.name)
        given = time.monotonic()
        while not cancel:
            answer = self._desk.answer(number, TICK)
            if answer is not None:
                return answer
            if not self.alive:
                return Answer(ended="refused", message=f"the browser ended before the test did: {self._how(job)}")
            taken = self._desk.taken(number)
            if taken is None and time.monotonic() - given > START:
                return Answer(ended="refused", message=f"the browser did not begin within {START:g} s")
            if taken is not None and time.monotonic() - taken > job.timeout + LOAD:
                return Answer(ended="timeout")
        return None

    def close(self) -> None:
        """End it, and forget its profile."""
        self._stop.set()
        self._thread.join()
        self._desk.close()
        self._folder.cleanup()

    def _run(self) -> None:
        folder = Path(self._folder.name)
        try:
            self._done.append(process.run(self._argv, cwd=folder, env=at(folder), timeout=DAY, cancel=self._stop))
        except OSError as e:
            self._done.append(Done(exit=127, output=f"cannot start: {e.strerror}".encode(), seconds=0))

    def _how(self, job: Job) -> str:
        done = self._done[0]
        lines = [line for line in done.text.splitlines() if line.strip()]
        return ": ".join([done.reason(job.timeout), *lines[-1:]])
