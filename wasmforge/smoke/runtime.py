"""What a runtime is to the smoke stage, and how a trial is run in any of them."""

import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from wasmforge.model.runtime import Absent
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Cancel, Done
from wasmforge.smoke.folder import lay, written
from wasmforge.smoke.judge import in_words, judge, one_line, printed, unanswered
from wasmforge.smoke.prepare import prepare, title
from wasmforge.smoke.values import Unable, Unfit
from wasmforge.smoke.wire import MOST_OUTPUT, Answer, Job

MARGIN = 60.0
"""Seconds beyond a test's own timeout that its process gets, to start and to compile on a busy machine."""

SPARE = 4 << 30
"""Bytes that a runtime's process may reserve for writing beside the module's linear memory, many never touched:
Node.js 24 reserves half a gigabyte of code space for each thread."""

THREADS = 64
"""How many threads a module with shared memory may keep ready."""

ANSWER = 64 << 20
"""Bytes that the answer may have beside its buffers; no file that a run writes may grow further."""


class Runtime(Protocol):
    """Something that runs modules."""

    def available(self) -> Absent | None:
        """None when it is there."""

    def identity(self) -> str:
        """Its name and version; empty when it is not there."""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial; never raises for anything that the module does."""


Launch = Callable[[Job, Path], Done]
"""Runs the job written in the file to its end."""


def perform(
    trial: Trial, launch: Launch, *, glue: bool, cancel: Cancel, aot: bool = False, threads: bool = False
) -> Outcome:
    """Run a trial with `launch`, in a folder of its own that is gone afterwards."""
    started = time.monotonic()
    came = ""
    try:
        with tempfile.TemporaryDirectory(prefix="wasmforge-smoke-") as folder:
            reason, came = _reason(trial, launch, Path(folder), glue=glue, aot=aot, threads=threads)
    except Unable as e:
        return outcome(trial, "skipped", str(e), time.monotonic() - started)
    except Unfit as e:
        reason = str(e)
    except OSError as e:
        reason = f"cannot run: {e.filename or ''}: {e.strerror or e}"
    seconds = time.monotonic() - started
    if cancel:
        return outcome(trial, "skipped", "interrupted", seconds)
    return outcome(trial, "failed" if reason else "passed", reason, seconds, answer=came)


def limits(job: Job) -> tuple[int, int, int]:
    """The kernel's limits for a job: seconds of processor time, bytes of memory, bytes of any file."""
    buffers = sum(len(v.text) for v in job.args if v.kind == "buffer")
    spare = SPARE + (THREADS << 29 if job.threads else 0)
    return math.ceil(4 * (job.timeout + MARGIN)), job.memory + spare, ANSWER + 2 * buffers


def outcome(
    trial: Trial,
    status: Literal["passed", "failed", "skipped"],
    reason: str = "",
    seconds: float = 0.0,
    *,
    answer: str = "",
) -> Outcome:
    """What a trial came to."""
    return Outcome(
        label=trial.label,
        component=trial.component,
        target=trial.target,
        runtime=trial.runtime,
        test=f"{trial.variant}: {title(trial.smoke)}" if trial.variant else title(trial.smoke),
        status=status,
        reason=one_line(reason),
        answer=answer,
        seconds=seconds,
    )


def _reason(trial: Trial, launch: Launch, folder: Path, *, glue: bool, aot: bool, threads: bool) -> tuple[str, str]:
    """Run the trial in `folder`; '' or why it failed, and what came out."""
    from wasmforge.wasm import Malformed, read

    try:
        module = read(Path(trial.module).read_bytes())
    except Malformed as e:
        return f"{Path(trial.module).name}: {e}", ""
    job = prepare(trial, module, folder, glue=glue, aot=aot, threads=threads)
    if job.preopen:
        lay(trial.preopen, Path(job.preopen))
    for path, data in ((job.stdin, trial.smoke.stdin.encode()), (job.stdout, b""), (job.stderr, b"")):
        Path(path).write_bytes(data)
    paper = folder / "job.json"
    paper.write_bytes(msgspec.json.encode(job))
    done = launch(job, paper)
    stdout, stderr = _printed(job.stdout), _printed(job.stderr)
    if done.too_much or max(len(stdout), len(stderr)) > job.most_output:
        return printed(), "prints without end"
    try:
        answer = msgspec.json.decode(Path(job.answer).read_bytes(), type=Answer)
    except (OSError, msgspec.DecodeError):  # none was written, or its writer was ended half-way
        return unanswered(trial.smoke, trial.runtime, done, stderr), ""
    reason = judge(trial.smoke, module, answer, stdout, stderr)
    if not reason and job.preopen:
        reason = written(trial.smoke.writes, Path(job.preopen))
    return reason, in_words(answer, stdout)


def _printed(path: str) -> bytes:
    """What a module printed, no more than one byte beyond what it may."""
    with Path(path).open("rb") as file:
        return file.read(MOST_OUTPUT + 1)
