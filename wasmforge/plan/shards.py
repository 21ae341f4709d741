"""Splits build units among jobs by recorded durations: the longest first, each to the least loaded job. Pure."""

from collections.abc import Iterable, Mapping
from statistics import median

from wasmforge.plan.select import BuildUnit

Pair = tuple[str, str]


def shards(units: Iterable[BuildUnit], seconds: Mapping[Pair, float], of: int) -> tuple[tuple[Pair, ...], ...]:
    """Pairs of component and target for each of `of` jobs; the same for the same facts, whatever their order.

    What needs each other stays together, so that nothing is built in two jobs. Of what has no recorded time, the
    middle of those recorded is expected.
    """
    usual = median(seconds.values()) if seconds else 1.0
    groups = _groups(units)
    costs = {group: sum(seconds.get(pair, usual) for pair in group) for group in groups}
    jobs: list[list[Pair]] = [[] for _ in range(of)]
    loads = [0.0] * of
    for group in sorted(groups, key=lambda g: (-costs[g], g)):
        least = min(range(of), key=lambda job: (loads[job], len(jobs[job]), job))
        jobs[least] += group
        loads[least] += costs[group]
    return tuple(tuple(sorted(job)) for job in jobs)


def _groups(units: Iterable[BuildUnit]) -> tuple[tuple[Pair, ...], ...]:
    """Pairs that need each other, directly or through others."""
    home: dict[Pair, set[Pair]] = {}
    for unit in units:
        pair = (unit.resolved.name, unit.resolved.target)
        together = {pair}
        for near in (pair, *((need, pair[1]) for need in unit.needs)):
            together |= home.get(near, set())
        home.update(dict.fromkeys(together, together))
    return tuple(sorted({tuple(sorted(group)) for group in home.values()}))
