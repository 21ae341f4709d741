"""Runs smoke tests side by side, each in its runtime. Returns their outcomes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from wasmforge.errors import did_you_mean
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.smoke import Outcome, SmokeRun
from wasmforge.runtimes.context import RuntimeContext

if TYPE_CHECKING:
    from wasmforge.runtimes.driver import Driver


@runtime_checkable
class _Closes(Protocol):
    """A driver that keeps something open between jobs."""

    def close(self) -> None:
        """Close it."""


def run(
    smoke_runs: Sequence[SmokeRun], context: RuntimeContext, *, workers: int, emit: Callable[[Outcome], None]
) -> tuple[Outcome, ...]:
    """Run smoke tests, `workers` at a time, and return their outcomes in the same order.

    `emit` gets each outcome when it is known, in the caller's thread. A misbehaving module is a failed outcome; an
    unavailable runtime or a cancelled context is a skipped one. Neither raises.
    """
    if not smoke_runs:
        return ()
    drivers = {name: _make(name, context) for name in dict.fromkeys(t.runtime for t in smoke_runs)}
    with ExitStack() as end, ThreadPoolExecutor(max(workers, 1), thread_name_prefix="smoke") as pool:
        for driver in drivers.values():
            if isinstance(driver, _Closes):
                end.callback(driver.close)
        futures = [pool.submit(_one, smoke_run, drivers[smoke_run.runtime], context) for smoke_run in smoke_runs]
        try:
            for future in as_completed(futures):
                emit(future.result())
        except BaseException:
            context.cancel.set()
            raise
        return tuple(f.result() for f in futures)


def identity(runtime: str, context: RuntimeContext) -> str:
    """Name and version of a runtime (`wasmtime 50.0.1`), part of a cached result's key; empty when not available."""
    driver = _make(runtime, context)
    return driver.identity() if driver else ""


def toolchains_of(runtimes: Iterable[str], files: Mapping[str, RuntimeFile]) -> tuple[str, ...]:
    """The toolchains that runtimes come from, each once."""
    chosen = [files[r] for r in runtimes if r in files]
    return tuple(dict.fromkeys(f.toolchain for f in chosen if f.toolchain))


def _make(runtime: str, context: RuntimeContext) -> "Driver | None":
    """The driver of a runtime; None for a name that no runtime has."""
    from wasmforge.runtimes.driver import make_driver

    file = context.files.get(runtime)
    return make_driver(file, context) if file else None


def _one(smoke_run: SmokeRun, driver: "Driver | None", context: RuntimeContext) -> Outcome:
    from wasmforge.smoke.run_one import make_outcome, run_one

    if context.cancel:
        return make_outcome(smoke_run, "skipped", "interrupted")
    if driver is None:
        known = did_you_mean(smoke_run.runtime, [*context.files])
        return make_outcome(smoke_run, "failed", f"unknown runtime {smoke_run.runtime!r}: {known}")
    if not smoke_run.load and smoke_run.smoke.kind not in context.files[smoke_run.runtime].tests:
        return make_outcome(smoke_run, "skipped", f"{smoke_run.runtime} runs no test that {smoke_run.smoke.does}")
    if smoke_run.refused:
        return make_outcome(smoke_run, "failed", smoke_run.refused)
    reason = driver.unavailable()
    if reason is not None:
        return make_outcome(smoke_run, "skipped", f"{reason.why}: {reason.fix}")
    return run_one(smoke_run, driver, context)
