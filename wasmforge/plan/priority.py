"""Computes the priority of actions: changed ones first, then by the longest chain that depends on them. Pure."""

from collections.abc import Mapping
from graphlib import TopologicalSorter

from wasmforge.model.plan import Plan


def priorities(plan: Plan, seconds: Mapping[str, float]) -> dict[str, float]:
    """Seconds from each action's start to the end of the longest chain that needs it, by label.

    `seconds` is how long actions took before; one that is not known is taken to be like most.
    """
    usual = _median([*seconds.values()]) if seconds else 1.0
    longest: dict[str, float] = {}
    graph = {label: {g.action for g in action.generated_inputs} for label, action in plan.actions.items()}
    for label in reversed([*TopologicalSorter(graph).static_order()]):
        longest[label] = longest.get(label, 0.0) + seconds.get(label, usual)
        for needed in graph[label]:
            longest[needed] = max(longest.get(needed, 0.0), longest[label])
    return longest


def changed_actions(plan: Plan, seen: Mapping[str, str]) -> set[str]:
    """Actions that have other sources than those `seen` in the last build (digests by path), and all that need them.

    They come first: the others most likely are only to be found in the store, which can be done while compilers run.
    """
    found: set[str] = set()
    graph = {label: {g.action for g in action.generated_inputs} for label, action in plan.actions.items()}
    for label in TopologicalSorter(graph).static_order():
        sources = plan.actions[label].sources.values()
        if any(seen.get(s.path) != s.digest for s in sources) or not found.isdisjoint(graph[label]):
            found.add(label)
    return found


def _median(values: list[float]) -> float:
    """As in `statistics`, whose import takes longer than this."""
    values.sort()
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
