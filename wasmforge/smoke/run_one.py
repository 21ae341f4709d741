"""Runs one smoke test: makes the job, has the driver run it, evaluates the answer. Returns the outcome."""

import base64
import re
import tempfile
import time
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import msgspec

from wasmforge.model.module import Module
from wasmforge.model.smoke import Outcome, SmokeRun
from wasmforge.runtimes.arguments import BadArgumentError, UnsupportedArgumentError
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.driver import Driver
from wasmforge.runtimes.protocol import OUTPUT_LIMIT, Answer, Job
from wasmforge.smoke.engine_messages import lacked_feature
from wasmforge.smoke.evaluate import evaluate, one_line, output_limit_reason, summarize
from wasmforge.smoke.job import has_processes, make_job, title_of
from wasmforge.smoke.preopen import compare_answered_files, compare_written_files, encoded_files, prepare_preopen
from wasmforge.wasm import Malformed, read

Status = Literal["passed", "failed", "skipped"]

NOT_RUN = (UnsupportedArgumentError, BadArgumentError, Malformed, OSError)
"""Errors that keep a test from being run."""


def why_not_run(smoke_run: SmokeRun, error: Exception) -> tuple[Status, str]:
    """The status and the reason for a test that one of the errors NOT_RUN kept from being run."""
    if isinstance(error, UnsupportedArgumentError):
        return "skipped", str(error)
    if isinstance(error, Malformed):
        return "failed", f"{Path(smoke_run.module).name}: {error}"
    if isinstance(error, OSError):
        return "failed", f"cannot run: {error.filename or ''}: {error.strerror or error}"
    return "failed", str(error)


@runtime_checkable
class TakesScreenshots(Protocol):
    """A driver whose runtime shows a page."""

    def screenshot(self, job: Job, file: Path) -> Path | None:
        """Run the job once more and write a picture of it to `file`."""


def run_one(smoke_run: SmokeRun, driver: Driver, context: RuntimeContext) -> Outcome:
    """Run a test in a folder of its own, then deleted. Never raises for anything that the module does."""
    if driver.uses_glue and smoke_run.glue is None:
        return make_outcome(smoke_run, "failed", f"{Path(smoke_run.module).name} has no JavaScript glue to import")
    if driver.uses_aot and smoke_run.aot is None:
        return make_outcome(smoke_run, "failed", f"there is no native code of {Path(smoke_run.module).name}")
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="wasmforge-smoke-") as folder:
            status, reason, summary = _run(smoke_run, driver, context, Path(folder))
    except NOT_RUN as e:
        (status, reason), summary = why_not_run(smoke_run, e), ""
    if context.cancel:
        status, reason, summary = "skipped", "interrupted", ""
    return make_outcome(smoke_run, status, reason, time.monotonic() - started, answer=summary)


def _run(smoke_run: SmokeRun, driver: Driver, context: RuntimeContext, folder: Path) -> tuple[Status, str, str]:
    """The status, the reason in one line where it is not `passed`, and what came out."""
    module = read(Path(smoke_run.module).read_bytes())
    threads = driver.shares_memory
    job = make_job(smoke_run, module, folder, glue=driver.uses_glue, aot=driver.uses_aot, threads=threads)
    if job.preopen:
        own_files = smoke_run.own_files if has_processes(job) else None
        prepare_preopen(smoke_run.preopen, Path(job.preopen), own_files)
    if job.argv and not has_processes(job):
        job = _with_streams(job, smoke_run.smoke.stdin)
    for path, data in ((job.stdin, smoke_run.smoke.stdin.encode()), (job.stdout, b""), (job.stderr, b"")):
        Path(path).write_bytes(data)
    answer = driver.run(job, folder)
    if job.argv and not has_processes(job):
        _write_output(job, answer)
    if answer.ended == "unsupported":
        return "skipped", answer.message, ""
    if answer.ended == "refused" and (feature := lacked_feature(answer.message)):
        return "skipped", f"this {smoke_run.runtime} lacks {feature}, which {smoke_run.target} has", ""
    reason, summary = _evaluate(smoke_run, module, job, answer)
    if not reason:
        return "passed", "", summary
    may_show = answer.ended != "timeout" and not context.cancel  # it would hang again, and such a page gives no picture
    if may_show and context.screenshots and isinstance(driver, TakesScreenshots):
        picture = driver.screenshot(job, context.screenshots / screenshot_name(smoke_run))
        reason = f"{reason}; the page: {picture}" if picture else reason
    return "failed", reason, summary


def _evaluate(smoke_run: SmokeRun, module: Module, job: Job, answer: Answer) -> tuple[str, str]:
    """The reason why the test failed, empty where it passed; and what came out, in one line."""
    stdout, stderr = _read_stream(job.stdout, job), _read_stream(job.stderr, job)
    if max(len(stdout), len(stderr)) > job.most_output:
        return output_limit_reason(), OUTPUT_LIMIT
    reason = evaluate(smoke_run.smoke, module, answer, stdout, stderr)
    if not reason and job.preopen:
        writes = smoke_run.smoke.writes
        in_folder = compare_written_files(writes, Path(job.preopen)) if has_processes(job) else None
        reason = compare_answered_files(writes, answer.wrote) if in_folder is None else in_folder
    return reason, summarize(answer, stdout)


def _with_streams(job: Job, stdin: str) -> Job:
    """The job of a program that has neither streams nor folders: they come with it."""
    given = encoded_files(Path(job.preopen)) if job.preopen else {}
    return msgspec.structs.replace(job, input=base64.b64encode(stdin.encode()).decode(), given=given)


def _write_output(job: Job, answer: Answer) -> None:
    """Put what came with the answer where the output of a process is: there is what the runtime itself said."""
    for path, text in ((job.stdout, answer.stdout), (job.stderr, answer.stderr)):
        Path(path).write_bytes(base64.b64decode(text))


def _read_stream(path: str, job: Job) -> bytes:
    """What a module printed, no more than one byte beyond what it may."""
    with Path(path).open("rb") as file:
        return file.read(job.most_output + 1)


def screenshot_name(smoke_run: SmokeRun) -> str:
    """A file name that says which test it was."""
    words = f"{smoke_run.component} {smoke_run.target} {smoke_run.variant} {title_of(smoke_run.smoke)}"
    return re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower()[:100] + ".png"


def make_outcome(
    smoke_run: SmokeRun, status: Status, reason: str = "", seconds: float = 0.0, *, answer: str = ""
) -> Outcome:
    """The outcome of a test."""
    return Outcome(
        label=smoke_run.label,
        component=smoke_run.component,
        target=smoke_run.target,
        runtime=smoke_run.runtime,
        test=f"{smoke_run.variant}: {title_of(smoke_run.smoke)}" if smoke_run.variant else title_of(smoke_run.smoke),
        status=status,
        reason=one_line(reason),
        answer=answer,
        seconds=seconds,
        load=smoke_run.load,
    )
