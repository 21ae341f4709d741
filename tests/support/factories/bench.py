"""Runs of benches made up for tests: participants with planted speeds, and a machine that is as noisy as is wanted."""

import random
from collections.abc import Mapping

from wasmforge.bench.rounds import make_result
from wasmforge.model.bench import BenchResult, BenchRun, Measurement, SkippedParticipant

MACHINE = "a machine, 2 processors"
DATE = "2026-01-02T03:04:05Z"


def seeded(seed: int) -> random.Random:
    """Chances that are the same each time."""
    return random.Random(seed)  # noqa: S311 - must be the same each time


def entry(code: str, seconds: tuple[float, ...], engine: str = "node 20.1.0") -> Measurement:
    """One that takes these times."""
    middle = sorted(seconds)[len(seconds) // 2]
    return Measurement(code=code, engine=engine, seconds=seconds, median=middle, spread=0.0, calls=1)


def noisy(
    speeds: Mapping[str, float], rounds: int, source: random.Random, noise: float = 0.05
) -> tuple[Measurement, ...]:
    """Participants whose calls take so long, on a machine where whole rounds are slow, and single turns now and then.

    `noise` is how far a turn is usually off; one in ten takes up to twice as long, and rounds differ by a half.
    """
    times: dict[str, list[float]] = {code: [] for code in speeds}
    for _ in range(rounds):
        busy = source.uniform(1.0, 1.5)
        for code, speed in speeds.items():
            hiccup = source.uniform(1.0, 2.0) if source.random() < 0.1 else 1.0
            times[code].append(speed * busy * hiccup * source.lognormvariate(0.0, noise))
    return tuple(entry(code, tuple(seconds)) for code, seconds in times.items())


def raced(
    *entries: Measurement, component: str = "matmul", name: str = "small", absent: tuple[SkippedParticipant, ...] = ()
) -> BenchResult:
    """What is made of these; the first is the reference."""
    rounds = len(entries[0].seconds) if entries else 0
    return make_result(component, name, rounds, entries, absent)


def benched(*tables: BenchResult) -> BenchRun:
    """A run."""
    return BenchRun(machine=MACHINE, date=DATE, results=tables)
