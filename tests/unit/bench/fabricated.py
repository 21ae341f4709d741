"""Runs of benches made up for tests: contestants with planted speeds, and a machine that is as noisy as is wanted."""

import random
from collections.abc import Mapping

from wasmforge.bench.race import table_of
from wasmforge.model.bench import Absentee, Benched, Entry, Table

MACHINE = "a machine, 2 processors"
DATE = "2026-01-02T03:04:05Z"


def seeded(seed: int) -> random.Random:
    """Chances that are the same each time."""
    return random.Random(seed)  # noqa: S311 - must be the same each time


def entry(code: str, seconds: tuple[float, ...], engine: str = "node 20.1.0") -> Entry:
    """One that takes these times."""
    middle = sorted(seconds)[len(seconds) // 2]
    return Entry(code=code, engine=engine, seconds=seconds, median=middle, spread=0.0, calls=1)


def noisy(speeds: Mapping[str, float], rounds: int, source: random.Random, noise: float = 0.05) -> tuple[Entry, ...]:
    """Contestants whose calls take so long, on a machine where whole rounds are slow, and single turns now and then.

    `noise` is how far a turn is usually off; one in ten takes up to twice as long, and rounds differ by a half.
    """
    times: dict[str, list[float]] = {code: [] for code in speeds}
    for _ in range(rounds):
        busy = source.uniform(1.0, 1.5)
        for code, speed in speeds.items():
            hiccup = source.uniform(1.0, 2.0) if source.random() < 0.1 else 1.0
            times[code].append(speed * busy * hiccup * source.lognormvariate(0.0, noise))
    return tuple(entry(code, tuple(seconds)) for code, seconds in times.items())


def raced(*entries: Entry, component: str = "matmul", name: str = "small", absent: tuple[Absentee, ...] = ()) -> Table:
    """What is made of these; the first is the reference."""
    rounds = len(entries[0].seconds) if entries else 0
    return table_of(component, name, rounds, entries, absent)


def benched(*tables: Table) -> Benched:
    """A run."""
    return Benched(machine=MACHINE, date=DATE, tables=tables)
