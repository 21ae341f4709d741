"""The longest chain is begun first."""

from tests.unit.execute.fabricated import action, plan
from wasmforge.plan.urgency import urgency

GRAPH = plan(
    action("link", needs=("slow", "quick")),
    action("slow", sources={"a.c": "1"}),
    action("quick", sources={"b.c": "1"}),
    action("alone", sources={"c.c": "1"}),
)


def test_is_the_time_of_the_longest_chain() -> None:
    took = {"slow": 5.0, "quick": 1.0, "link": 2.0, "alone": 4.0}
    assert urgency(GRAPH, took) == {"slow": 7.0, "quick": 3.0, "link": 2.0, "alone": 4.0}


def test_what_is_not_known_is_like_most() -> None:
    said = urgency(GRAPH, {"slow": 5.0, "alone": 3.0})
    assert said == {"slow": 9.0, "quick": 8.0, "link": 4.0, "alone": 3.0}


def test_without_any_times_a_chain_comes_before_what_is_alone() -> None:
    said = urgency(GRAPH, {})
    assert said["slow"] == said["quick"] > said["alone"]
