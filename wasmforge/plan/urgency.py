"""How urgent each action is: the time until all is done that must come after it. Pure."""

from collections.abc import Mapping
from graphlib import TopologicalSorter

from wasmforge.model.plan import Plan


def urgency(plan: Plan, seconds: Mapping[str, float]) -> dict[str, float]:
    """Seconds from each action's start to the end of the longest chain that needs it, by label.

    `seconds` is how long actions took before; one that is not known is taken to be like most.
    """
    usual = _median([*seconds.values()]) if seconds else 1.0
    longest: dict[str, float] = {}
    graph = {label: {g.action for g in action.givens} for label, action in plan.actions.items()}
    for label in reversed([*TopologicalSorter(graph).static_order()]):
        longest[label] = longest.get(label, 0.0) + seconds.get(label, usual)
        for needed in graph[label]:
            longest[needed] = max(longest.get(needed, 0.0), longest[label])
    return longest


def _median(values: list[float]) -> float:
    """As in `statistics`, whose import takes longer than this."""
    values.sort()
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
