"""Numbers as people read them."""

import pytest

from wasmforge.report.format import count, duration, size


@pytest.mark.parametrize(("number", "told"), [(0, "0 actions"), (1, "1 action"), (2, "2 actions")])
def test_counts(number: int, told: str) -> None:
    assert count(number, "action") == told


def test_irregular_plural() -> None:
    assert count(2, "delivery", "deliveries") == "2 deliveries"
    assert count(1, "delivery", "deliveries") == "1 delivery"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 ms"), (-1e-9, "0 ms"), (0.04, "40 ms"), (0.9994, "999 ms"), (0.9996, "1.0 s"), (3.2, "3.2 s"),
     (59.94, "59.9 s"), (59.96, "1 min 0 s"), (125, "2 min 5 s"), (3599.6, "1 h 0 min"), (3725, "1 h 2 min")],
)  # fmt: skip
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@pytest.mark.parametrize(
    ("amount", "told"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (12595, "12.3 KiB"), (1024 * 1024 - 1, "1.0 MiB"),
     (4 * 1024**2, "4.0 MiB"), (3 * 1024**3, "3.0 GiB")],
)  # fmt: skip
def test_sizes(amount: int, told: str) -> None:
    assert size(amount) == told
