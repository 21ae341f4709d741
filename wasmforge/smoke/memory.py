"""Remembers trials that passed: the same test on the same bytes in the same runtime need not be run again."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from wasmforge.model.smoke import Outcome, Trial
from wasmforge.smoke.hands import Hands
from wasmforge.smoke.run import identity, run

KIND = "passed"

RULES = "1"
"""Raise when what counts as passing changes: outcomes remembered under other rules are then forgotten."""


class Memory(Protocol):
    """Something that keeps JSON values by kind and key."""

    def recall(self, kind: str, key: str) -> Any:
        """The value, or None."""

    def remember(self, kind: str, key: str, value: object) -> None:
        """Keep the value."""


def run_new(
    trials: Sequence[Trial],
    memory: Memory | None,
    hands: Hands,
    *,
    workers: int,
    tell: Callable[[Outcome], None],
) -> tuple[Outcome, ...]:
    """Like `run`, but a trial that passed before is answered from memory. Only what passed is remembered."""
    if memory is None:
        return run(trials, hands, workers=workers, tell=tell)
    runtimes = {name: identity(name, hands) for name in {t.runtime for t in trials}}
    keys = [_key(trial, runtimes[trial.runtime]) for trial in trials]
    known = [_recall(memory, key) for key in keys]
    for outcome in known:
        if outcome is not None:
            tell(outcome)
    new = iter(
        run(
            [t for t, outcome in zip(trials, known, strict=True) if outcome is None],
            hands,
            workers=workers,
            tell=tell,
        )
    )
    outcomes = []
    for key, before in zip(keys, known, strict=True):
        outcome = before or next(new)
        if before is None and outcome.status == "passed" and key:
            memory.remember(KIND, key, msgspec.to_builtins(outcome))
        outcomes.append(outcome)
    return tuple(outcomes)


def _recall(memory: Memory, key: str) -> Outcome | None:
    said = memory.recall(KIND, key) if key else None
    return None if said is None else msgspec.structs.replace(msgspec.convert(said, Outcome), cached=True)


def _key(trial: Trial, runtime: str) -> str:
    """Everything that an outcome depends on; empty when that cannot be told (a folder that may change is open)."""
    if not runtime or trial.preopen:
        return ""
    try:
        files = [hashlib.sha256(Path(p).read_bytes()).hexdigest() for p in (trial.module, trial.glue, trial.aot) if p]
    except OSError:
        return ""
    facts = (RULES, runtime, trial.label, trial.component, files, msgspec.to_builtins(trial.smoke))
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
