"""The longest chain is begun first."""

from tests.support.factories.runner import action, plan
from wasmforge.plan.priority import changed_actions, priorities

GRAPH = plan(
    action("link", needs=("slow", "quick")),
    action("slow", sources={"a.c": "1"}),
    action("quick", sources={"b.c": "1"}),
    action("alone", sources={"c.c": "1"}),
)


def test_is_the_time_of_the_longest_chain() -> None:
    took = {"slow": 5.0, "quick": 1.0, "link": 2.0, "alone": 4.0}
    assert priorities(GRAPH, took) == {"slow": 7.0, "quick": 3.0, "link": 2.0, "alone": 4.0}


def test_what_is_not_known_is_like_most() -> None:
    said = priorities(GRAPH, {"slow": 5.0, "alone": 3.0})
    assert said == {"slow": 9.0, "quick": 8.0, "link": 4.0, "alone": 3.0}


def test_without_any_times_a_chain_comes_before_what_is_alone() -> None:
    said = priorities(GRAPH, {})
    assert said["slow"] == said["quick"] > said["alone"]


def test_edited_is_what_has_other_sources_and_what_needs_that() -> None:
    seen = {s.path: s.digest for a in GRAPH.actions.values() for s in a.sources.values()}
    assert changed_actions(GRAPH, seen) == set()
    assert changed_actions(GRAPH, {**seen, "b.c": "another"}) == {"quick", "link"}
    assert changed_actions(GRAPH, {path: digest for path, digest in seen.items() if path != "c.c"}) == {"alone"}
    assert changed_actions(GRAPH, {}) == set(GRAPH.actions)
