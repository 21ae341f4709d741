"""Finds a dependency cycle."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter


def find_cycle(needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The names of one circle, in the order in which each needs the next; empty when there is none."""
    sorter = TopologicalSorter(needs)  # tuples, not sets: the same circle is found on every run
    try:
        sorter.prepare()
    except CycleError as e:
        path: list[str] = e.args[1]
        return tuple(reversed(path[1:]))
    return ()
