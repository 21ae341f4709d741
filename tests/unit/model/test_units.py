"""Sizes and ages as people write them."""

import pytest

from wasmforge.model.units import parse_age, parse_size


@pytest.mark.parametrize(
    ("said", "size"),
    [("5GB", 5 * 10**9), ("5 gib", 5 * 2**30), ("1.5 MiB", 1572864), ("64k", 64000), ("2Ti", 2**41), ("7", 7), (7, 7)],
)
def test_sizes(said: int | str, size: int) -> None:
    assert parse_size(said) == size


@pytest.mark.parametrize("said", ["", "GB", "-5GB", "5 XB", "5GB 3", "1e9", "five", -1])
def test_what_is_no_size(said: int | str) -> None:
    with pytest.raises(ValueError, match=r"size"):
        parse_size(said)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("30d", 2592000), ("12h", 43200), ("1.5 h", 5400), ("2 weeks", 1209600), ("90 min", 5400), ("1 day", 86400)],
)
def test_ages(said: str, seconds: float) -> None:
    assert parse_age(said) == seconds


@pytest.mark.parametrize("said", ["", "30", "d", "-1d", "3 fortnights", "s", "1d 2h"])
def test_what_is_no_age(said: str) -> None:
    with pytest.raises(ValueError, match="is not an age; units: s, m, h, d, w"):
        parse_age(said)
