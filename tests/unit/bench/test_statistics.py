"""Intervals that hold what they promise: checked on noise whose true ratio is known."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.bench import seeded
from wasmforge.bench.statistics import median, ratio, spread
from wasmforge.model.bench import MIN_ROUNDS, Ratio

TIMES = st.floats(1e-9, 1e3)
WHOLE = st.integers(1, 10**6)


def rounds(true: float, count: int, source: random.Random, noise: float) -> tuple[list[float], list[float]]:
    """Two participants on a busy machine; the noise of both has the same median, so `true` is that of their ratio."""
    busy = [source.uniform(1.0, 3.0) for _ in range(count)]
    these, those = ([b * source.lognormvariate(0.0, noise) for b in busy] for _ in range(2))
    return [true * t for t in these], those


@pytest.mark.parametrize("count", [6, 7, 11, 12, 25, 60])
@pytest.mark.parametrize("noise", [0.01, 0.3])
def test_the_interval_holds_the_true_ratio_as_often_as_it_says(count: int, noise: float) -> None:
    source = seeded(count)
    found = [ratio(*rounds(1.5, count, source, noise)) for _ in range(2000)]
    held = sum(r.low <= 1.5 <= r.high for r in found) / len(found)
    assert held >= 0.94  # 95 %, and the chance of 2000 trials


@pytest.mark.parametrize("count", [20, 60])
def test_the_interval_is_no_wider_than_it_must_be(count: int) -> None:
    source = seeded(count)
    found = [ratio(*rounds(1.5, count, source, 0.3)) for _ in range(2000)]
    assert sum(r.low <= 1.5 <= r.high for r in found) / len(found) <= 0.985


def test_equal_contestants_are_called_equal() -> None:
    source = seeded(1)
    found = [ratio(*rounds(1.0, 11, source, 0.1)) for _ in range(1000)]
    assert sum(r.significant for r in found) <= 50


def test_a_planted_slowdown_is_found_in_noise() -> None:
    source = seeded(2)
    found = [ratio(*rounds(1.2, 11, source, 0.05)) for _ in range(500)]
    assert sum(r.significant and r.low > 1 for r in found) >= 490
    assert not any(r.significant and r.high < 1 for r in found)


def test_what_slows_a_whole_round_slows_both() -> None:
    those = [1.0, 5.0, 1.0, 40.0, 1.0, 2.0, 1.0]
    assert ratio([1.1 * t for t in those], those).low == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # By the table of the sign test: the ratios are 1, 2, 3, …; the interval leaves out as many at either end.
    [(6, 1, 6), (8, 1, 8), (9, 2, 8), (11, 2, 10), (12, 3, 10), (20, 6, 15), (25, 8, 18), (100, 40, 61)],
)
def test_the_interval_lies_between_these_ratios(count: int, low: int, high: int) -> None:
    found = ratio([float(n) for n in range(count, 0, -1)], [1.0] * count)
    assert (found.low, found.high, found.times) == (low, high, (count + 1) / 2)


@given(st.lists(TIMES, min_size=1, max_size=5), st.floats(1.5, 100))
def test_few_rounds_are_never_sure(times: list[float], slower: float) -> None:
    found = ratio([slower * t for t in times], times)
    assert not found.significant
    assert found.low <= found.times <= found.high


def test_with_the_fewest_rounds_something_is_sure() -> None:
    assert ratio([2.0] * MIN_ROUNDS, [1.0] * MIN_ROUNDS).significant
    assert not ratio([2.0] * (MIN_ROUNDS - 1), [1.0] * (MIN_ROUNDS - 1)).significant


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=6, max_size=40))
def test_turned_around_it_says_the_same(pairs: list[tuple[int, int]]) -> None:
    these, those = [a for a, _ in pairs], [b for _, b in pairs]
    one, other = ratio(these, those), ratio(those, these)
    assert one.significant == other.significant
    assert one.low <= one.times <= one.high
    assert (one.low, one.high) == pytest.approx((1 / other.high, 1 / other.low))


@given(st.lists(TIMES, min_size=6, max_size=40))
def test_the_same_times_are_the_same(times: list[float]) -> None:
    assert ratio(times, times) == Ratio(times=1.0, low=1.0, high=1.0, significant=False)


def test_medians_and_spreads() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([4.0, 1.0]) == 2.5
    assert spread([1.0, 2.0, 3.0, 4.0, 5.0]) == 1.0
    assert spread([7.0]) == 0.0
    assert spread([1.0, 1.0, 1.0, 1.0, 90.0]) == 0.0  # one bad turn is not the machine


def test_turns_of_different_length_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio([1.0, 2.0], [1.0])
