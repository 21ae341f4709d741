"""Who is the reference, who is ahead, and when nobody is."""

import pytest

from tests.support.factories.bench import entry, noisy, raced, seeded
from wasmforge.model.bench import SkippedParticipant


def test_the_first_is_the_reference_and_the_quickest_comes_first() -> None:
    table = raced(entry("native", (2.0,) * 6), entry("wasm", (3.0,) * 6), entry("wasm simd", (1.0,) * 6))
    assert table.reference == "native"
    assert [e.code for e in table.measurements] == ["wasm simd", "native", "wasm"]
    assert [e.ratio.times if e.ratio else None for e in table.measurements] == [0.5, None, 1.5]
    assert table.lead
    assert (table.lead.times, table.lead.significant) == (2.0, True)
    assert table.winner == table.measurements[0]


def test_one_alone_wins_nothing() -> None:
    table = raced(entry("wasm", (1.0,) * 6))
    assert (table.reference, table.lead, table.winner) == ("wasm", None, None)


def test_nobody() -> None:
    absent = (SkippedParticipant(code="wasm", engine="node", why="no"),)
    table = raced(absent=absent)
    assert (table.reference, table.measurements, table.winner, table.skipped) == ("", (), None, absent)


def test_few_rounds_have_no_winner() -> None:
    table = raced(entry("native", (1.0,) * 5), entry("wasm", (9.0,) * 5))
    assert table.winner is None


def test_a_planted_slowdown_is_found() -> None:
    source = seeded(3)
    for _ in range(50):
        table = raced(*noisy({"one": 1.0, "other": 1.2}, 31, source))
        assert table.winner
        assert table.winner.code == "one"


@pytest.mark.parametrize("noise", [0.001, 0.05, 0.3])
def test_equal_contestants_have_no_winner(noise: float) -> None:
    source = seeded(4)
    tables = [raced(*noisy({"one": 1.0, "other": 1.0}, 21, source, noise)) for _ in range(200)]
    assert sum(t.winner is not None for t in tables) <= 10


def test_noise_that_is_larger_than_the_difference_has_no_winner() -> None:
    source = seeded(5)
    tables = [raced(*noisy({"one": 1.0, "other": 1.02}, 11, source, 0.5)) for _ in range(100)]
    assert sum(t.winner is not None for t in tables) <= 8
