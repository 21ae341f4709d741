"""Sharing the work out: everything once, what belongs together in one job, the same whatever the order."""

import random

from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.plan import catalog, component, manifest
from wasmforge.model.manifest import Component
from wasmforge.plan import BuildUnit, Request, select
from wasmforge.plan.shards import Pair, shards


def wanted(**components: Component) -> tuple[BuildUnit, ...]:
    return select(manifest(**components), catalog(), Request(targets=("web",)))  # type: ignore[arg-type]


def alone(*names: str) -> tuple[BuildUnit, ...]:
    return wanted(**{name: component(exports=("f",)) for name in names})


def names(jobs: tuple[tuple[Pair, ...], ...]) -> list[list[str]]:
    return [[name for name, _ in job] for job in jobs]


def test_the_longest_is_balanced_by_many_short_ones() -> None:
    seconds = {("a", "web"): 10.0, ("b", "web"): 4.0, ("c", "web"): 3.0, ("d", "web"): 3.0}
    assert names(shards(alone("a", "b", "c", "d"), seconds, 2)) == [["a"], ["b", "c", "d"]]


def test_what_needs_each_other_stays_together() -> None:
    lib = component(exports=("f",))
    app, tool = component(exports=("f",), needs=("lib",)), component(exports=("f",), needs=("app",))
    jobs = names(shards(wanted(lib=lib, app=app, tool=tool, other=lib), {}, 2))
    assert jobs == [["app", "lib", "tool"], ["other"]]


def test_what_is_not_recorded_takes_as_long_as_most() -> None:
    seconds = {("a", "web"): 8.0, ("b", "web"): 8.0}
    assert names(shards(alone("a", "b", "c", "d"), seconds, 2)) == [["a", "c"], ["b", "d"]]


def test_without_any_times_the_numbers_are_even() -> None:
    assert [len(job) for job in shards(alone(*"abcdefg"), {}, 3)] == [3, 2, 2]


def test_more_jobs_than_work() -> None:
    assert names(shards(alone("a"), {}, 3)) == [["a"], [], []]


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.none() | st.floats(0, 100), min_size=1),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_everything_once_and_the_same_in_any_order(
    known: dict[str, float | None], of: int, chance: random.Random
) -> None:
    seconds = {(name, "web"): taken for name, taken in known.items() if taken is not None}
    jobs = shards(alone(*known), seconds, of)
    assert sorted(pair for job in jobs for pair in job) == sorted((name, "web") for name in known)
    shuffled = list(alone(*known))
    chance.shuffle(shuffled)
    assert shards(shuffled, dict(reversed(seconds.items())), of) == jobs
