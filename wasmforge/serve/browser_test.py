"""A smoke test in the user's browser: makes its job, and evaluates the page's answer. No HTTP here."""

from pathlib import Path

import msgspec

from wasmforge.model.smoke import Outcome, SmokeRun
from wasmforge.runtimes.protocol import Answer, Job
from wasmforge.serve.state import SiteState
from wasmforge.smoke.evaluate import evaluate, summarize
from wasmforge.smoke.job import make_job
from wasmforge.smoke.run_one import NOT_RUN, make_outcome, why_not_run
from wasmforge.wasm import read


def job_for(state: SiteState, smoke_run: SmokeRun) -> Job | Outcome:
    """The job for the page, or the outcome where the test cannot be run in a page."""
    if smoke_run.smoke.kind != "call":
        return make_outcome(smoke_run, "skipped", f"a page runs no test that {smoke_run.smoke.does}")
    try:
        module = read(Path(smoke_run.module).read_bytes())
        job = make_job(smoke_run, module, Path("/"), glue=True, threads=True)
    except NOT_RUN as e:
        return make_outcome(smoke_run, *why_not_run(smoke_run, e))
    return msgspec.structs.replace(job, glue=state.entry(smoke_run), module=Path(smoke_run.module).name)


def evaluate_answer(smoke_run: SmokeRun, answer: Answer, seconds: float) -> Outcome:
    """The outcome that follows from the page's answer."""
    try:
        module = read(Path(smoke_run.module).read_bytes())
    except NOT_RUN as e:
        return make_outcome(smoke_run, *why_not_run(smoke_run, e), seconds)
    reason = evaluate(smoke_run.smoke, module, answer, b"", b"")
    return make_outcome(smoke_run, "failed" if reason else "passed", reason, seconds, answer=summarize(answer, b""))
