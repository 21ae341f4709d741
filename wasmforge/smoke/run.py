"""Runs trials side by side, each in its runtime; knows what a runtime is, not how one works."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from wasmforge.errors import did_you_mean
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Cancel
from wasmforge.smoke.in_node import Node
from wasmforge.smoke.in_wasmtime import Wasmtime, WasmtimeAot
from wasmforge.smoke.runtime import Runtime, outcome

RUNTIMES: Mapping[str, Callable[..., Runtime]] = {"wasmtime": Wasmtime, "wasmtime-aot": WasmtimeAot, "node": Node}
"""Every runtime by its name; each is made with `cancel` and `node`, the command that starts Node.js."""


def run(
    trials: Sequence[Trial],
    *,
    node: tuple[str, ...] | None,
    workers: int,
    cancel: Cancel,
    tell: Callable[[Outcome], None],
) -> tuple[Outcome, ...]:
    """Run the trials, `workers` at a time, and return their outcomes in the same order.

    `node` is the command that starts Node.js (None: there is none). `tell` hears each outcome as it comes, in the
    caller's thread. What a module does wrong is a failed outcome, a runtime that is not there or `cancel` a skipped
    one; nothing is raised for either.
    """
    with ThreadPoolExecutor(max(workers, 1), thread_name_prefix="smoke") as pool:
        futures = [pool.submit(_one, trial, node, cancel) for trial in trials]
        try:
            for future in as_completed(futures):
                tell(future.result())
        except BaseException:
            cancel.set()
            raise
        return tuple(f.result() for f in futures)


def identity(runtime: str, *, node: tuple[str, ...] | None = None) -> str:
    """Which runtime it is on this machine (`wasmtime 50.0.1`), for remembering outcomes; empty when not there."""
    make = RUNTIMES.get(runtime)
    return make(cancel=Cancel(), node=node).identity() if make else ""


def _one(trial: Trial, node: tuple[str, ...] | None, cancel: Cancel) -> Outcome:
    if cancel:
        return outcome(trial, "skipped", "interrupted")
    make = RUNTIMES.get(trial.runtime)
    if make is None:
        return outcome(
            trial, "failed", f"unknown runtime {trial.runtime!r}: {did_you_mean(trial.runtime, [*RUNTIMES])}"
        )
    runtime = make(cancel=cancel, node=node)
    absent = runtime.available()
    if absent is not None:
        return outcome(trial, "skipped", f"{absent.why}: {absent.fix}")
    return runtime.run(trial)
