"""Runs trials side by side, each in its runtime; knows what a runtime is, not how one works."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from wasmforge.errors import did_you_mean
from wasmforge.model.runtime import Driver, RuntimeFile
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.smoke.hands import Hands

if TYPE_CHECKING:
    from wasmforge.smoke.runtime import Runtime


@runtime_checkable
class _Closes(Protocol):
    """A runtime that keeps something open between its trials."""

    def close(self) -> None:
        """Close it."""


def run(trials: Sequence[Trial], hands: Hands, *, workers: int, tell: Callable[[Outcome], None]) -> tuple[Outcome, ...]:
    """Run the trials, `workers` at a time, and return their outcomes in the same order.

    `tell` hears each outcome as it comes, in the caller's thread. What a module does wrong is a failed outcome, a
    runtime that is not there or `hands.cancel` a skipped one; nothing is raised for either.
    """
    if not trials:
        return ()
    made = {name: _make(name, hands) for name in dict.fromkeys(t.runtime for t in trials)}
    with ExitStack() as end, ThreadPoolExecutor(max(workers, 1), thread_name_prefix="smoke") as pool:
        for runtime in made.values():
            if isinstance(runtime, _Closes):
                end.callback(runtime.close)
        futures = [pool.submit(_one, trial, made[trial.runtime], hands) for trial in trials]
        try:
            for future in as_completed(futures):
                tell(future.result())
        except BaseException:
            hands.cancel.set()
            raise
        return tuple(f.result() for f in futures)


def identity(runtime: str, hands: Hands) -> str:
    """Which runtime it is on this machine (`wasmtime 50.0.1`), for remembering outcomes; empty when not there."""
    made = _make(runtime, hands)
    return made.identity() if made else ""


def toolchains(runtimes: Iterable[str], files: Mapping[str, RuntimeFile]) -> tuple[str, ...]:
    """The toolchains that runtimes come from, each once."""
    chosen = [files[r] for r in runtimes if r in files]
    return tuple(dict.fromkeys(f.toolchain for f in chosen if f.toolchain))


def _make(runtime: str, hands: Hands) -> "Runtime | None":
    file = hands.files.get(runtime)
    return _driver(file.driver)(file=file, hands=hands) if file else None


def _driver(name: Driver) -> "Callable[..., Runtime]":
    """The driver of that name, imported only now; each is made with a runtime's `file` and `hands`."""
    match name:
        case "wasmtime":
            from wasmforge.smoke.in_wasmtime import Wasmtime

            return Wasmtime
        case "wasmtime-aot":
            from wasmforge.smoke.in_wasmtime import WasmtimeAot

            return WasmtimeAot
        case "node":
            from wasmforge.smoke.in_node import Node

            return Node
        case "command-line":
            from wasmforge.smoke.in_command_line import CommandLine

            return CommandLine
        case "workerd":
            from wasmforge.smoke.in_workerd import Workerd

            return Workerd
        case "viceroy":
            from wasmforge.smoke.in_viceroy import Viceroy

            return Viceroy
        case "lambda-edge":
            from wasmforge.smoke.in_lambda import LambdaEdge

            return LambdaEdge
        case "chromium":
            from wasmforge.smoke.in_chromium import Chromium

            return Chromium


def _one(trial: Trial, runtime: "Runtime | None", hands: Hands) -> Outcome:
    from wasmforge.smoke.runtime import outcome

    if hands.cancel:
        return outcome(trial, "skipped", "interrupted")
    if runtime is None:
        known = did_you_mean(trial.runtime, [*hands.files])
        return outcome(trial, "failed", f"unknown runtime {trial.runtime!r}: {known}")
    if trial.smoke.kind not in hands.files[trial.runtime].tests:
        return outcome(trial, "skipped", f"{trial.runtime} runs no test that {trial.smoke.does}")
    absent = runtime.available()
    if absent is not None:
        return outcome(trial, "skipped", f"{absent.why}: {absent.fix}")
    return runtime.run(trial)
