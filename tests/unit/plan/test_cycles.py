"""Circles among things that need each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.plan.cycles import find_cycle


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ({}, ()),
        ({"a": ("b",), "b": ()}, ()),
        ({"a": ("a",)}, ("a",)),
        ({"a": ("b",), "b": ("a",)}, ("a", "b")),
        ({"a": ("b",), "b": ("c",), "c": ("a",)}, ("a", "b", "c")),
        ({"x": ("a",), "a": ("b", "unknown"), "b": ("a",)}, ("a", "b")),
        ({"a": ("b", "c"), "b": ("d",), "c": ("d",)}, ()),
    ],
)
def test_circle(needs: dict[str, tuple[str, ...]], found: tuple[str, ...]) -> None:
    assert find_cycle(needs) == found


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.sampled_from("abcd"), max_size=3).map(tuple)))
def test_what_is_found_is_a_circle_and_nothing_found_means_an_order(needs: dict[str, tuple[str, ...]]) -> None:
    found = find_cycle(needs)
    if found:
        for one, following in zip(found, (*found[1:], found[0]), strict=True):
            assert following in needs[one]
        return
    left = set(needs)
    while left:
        free = {n for n in left if not set(needs[n]) & left}
        assert free
        left -= free
