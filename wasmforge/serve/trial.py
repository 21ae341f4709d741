"""A smoke test in a page: what the page is to do, and what its answer comes to. Knows no HTTP."""

from pathlib import Path

import msgspec

from wasmforge.model.smoke import Outcome, Trial
from wasmforge.serve.hall import Hall
from wasmforge.smoke.judge import in_words, judge
from wasmforge.smoke.prepare import prepare
from wasmforge.smoke.runtime import outcome
from wasmforge.smoke.values import Unable, Unfit
from wasmforge.smoke.wire import Answer, Job
from wasmforge.wasm import Malformed, read


def job_for(hall: Hall, trial: Trial) -> Job | Outcome:
    """What the page is to call and with what, or the outcome where it cannot be run in a page at all."""
    if trial.smoke.kind != "call":
        return outcome(trial, "skipped", f"a page runs no test that {trial.smoke.does}")
    try:
        module = read(Path(trial.module).read_bytes())
        job = prepare(trial, module, Path("/"), glue=True, threads=True)
    except Unable as e:
        return outcome(trial, "skipped", str(e))
    except (Unfit, Malformed) as e:
        return outcome(trial, "failed", str(e))
    except OSError as e:
        return outcome(trial, "failed", f"{Path(trial.module).name}: {e.strerror}")
    return msgspec.structs.replace(job, glue=hall.entry(trial), module=Path(trial.module).name)


def judged(trial: Trial, answer: Answer, seconds: float) -> Outcome:
    """What the page's answer comes to."""
    try:
        module = read(Path(trial.module).read_bytes())
    except (Malformed, OSError) as e:
        return outcome(trial, "failed", str(e), seconds)
    reason = judge(trial.smoke, module, answer, b"", b"")
    return outcome(trial, "failed" if reason else "passed", reason, seconds, answer=in_words(answer, b""))
