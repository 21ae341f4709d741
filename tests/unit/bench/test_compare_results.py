"""Answers that are the same, answers that are not, and the words that say where."""

import array
import math

import pytest

from wasmforge.bench.compare_results import CallResult, disagreement, majority, parse_result
from wasmforge.model.bench import ElementType


def said(result: float | None = None, *buffers: bytes) -> CallResult:
    """What a first call gave."""
    return CallResult(result=result, buffers=buffers)


def floats(*values: float, of: str = "f") -> bytes:
    """Their bytes."""
    return array.array(of, values).tobytes()


@pytest.mark.parametrize(
    ("one", "other", "tolerance", "words"),
    [
        (None, None, 0.0, ""),
        (5, 5, 0.0, ""),
        (5, 5.0, 0.0, ""),
        (5, 6, 0.0, "returned 5, not 6"),
        (2**32 - 6, -6, 0.0, "returned 4294967290, not -6 (the same 32 bits: return a signed number, `| 0`)"),
        (None, 0, 0.0, "returned None, not 0"),
        (1.0, 1.25, 0.25, ""),
        (1.0, 1.25, 0.2, "returned 1.0, not 1.25"),
        (math.nan, math.nan, 0.0, ""),
        (math.nan, 1.0, 9.0, "returned nan, not 1.0"),
        (math.inf, math.inf, 0.0, ""),
        (math.inf, -math.inf, 1.0, "returned inf, not -inf"),
        (2**63 - 1, 2**63 - 2, 0.0, f"returned {2**63 - 1}, not {2**63 - 2}"),
    ],
)
def test_results(one: float | None, other: float | None, tolerance: float, words: str) -> None:
    assert disagreement(said(one), said(other), (), tolerance) == words


@pytest.mark.parametrize(
    ("of", "one", "other", "tolerance", "words"),
    [
        ("u8", b"abc", b"abc", 0.0, ""),
        ("u8", b"abc", b"abd", 9.0, "buffer 2 has 99 at u8 2, not 100"),
        ("i32", b"\1\0\0\0\xff\xff\xff\xff", b"\1\0\0\0\2\0\0\0", 9.0, "buffer 2 has -1 at i32 1, not 2"),
        ("f32", floats(1.0, 2.0), floats(1.0, 2.5), 0.5, ""),
        ("f32", floats(1.0, 2.0), floats(1.0, 2.5), 0.25, "buffer 2 has 2.0 at f32 1, not 2.5"),
        ("f32", floats(0.0), floats(-0.0), 0.0, ""),
        ("f32", b"\0\0\xc0\x7f", b"\1\0\xc0\xff", 0.0, ""),  # any NaN is a NaN
        ("f32", floats(math.nan), floats(1.0), 9.0, "buffer 2 has nan at f32 0, not 1.0"),
        ("f64", floats(1.0, of="d"), floats(1.5, of="d"), 0.0, "buffer 2 has 1.0 at f64 0, not 1.5"),
    ],
)
def test_buffers(of: ElementType, one: bytes, other: bytes, tolerance: float, words: str) -> None:
    assert disagreement(said(1, b"", one), said(1, b"", other), ("u8", of), tolerance) == words


def test_the_result_is_told_before_the_buffers() -> None:
    assert disagreement(said(1, b"a"), said(2, b"b"), ("u8",), 0.0).startswith("returned")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (None, None),
        ("7", 7),
        ("-9223372036854775808", -(2**63)),
        ("3.0", 3),
        ("1e+21", 1e21),
        ("Infinity", math.inf),
        ("-inf", -math.inf),
    ],
)
def test_results_as_they_are_told(text: str | None, value: float | None) -> None:
    assert parse_result(text) == value


def test_no_number_is_told_as_one() -> None:
    assert math.isnan(parse_result("NaN") or 0)
    assert math.isnan(parse_result("nan") or 0)


@pytest.mark.parametrize(
    ("answers", "tolerance", "right"),
    [
        ((), 0.0, []),
        ((1,), 0.0, [0]),
        ((1, 1, 1), 0.0, [0, 1, 2]),
        ((1, 2), 0.0, [0]),
        ((1, 2, 2), 0.0, [1, 2]),
        ((1, 2, 2, 1), 0.0, [0, 3]),
        ((1, 2, 3, 2, 3, 3), 0.0, [2, 4, 5]),
        ((None, 5, None), 0.0, [0, 2]),
        ((1.0, 1.2, 0.9, 7.0), 0.25, [0, 1, 2]),
    ],
)
def test_who_is_right(answers: tuple[float | None, ...], tolerance: float, right: list[int]) -> None:
    assert majority([said(a) for a in answers], (), tolerance) == right
