"""Compares the answers of contestants: bytes exactly, floats within a tolerance, and who is right; pure."""

import array
import math
import sys
from collections.abc import Sequence

from wasmforge.model.base import Noun
from wasmforge.model.bench import Of


class Said(Noun, frozen=True, kw_only=True):
    """What a first call gave: its result as a number, if any, and the bytes of each buffer afterwards."""

    result: int | float | None
    buffers: tuple[bytes, ...]


def number(text: str | None) -> int | float | None:
    """A result as it was told; whole numbers exactly."""
    try:
        return None if text is None else int(text)
    except ValueError:
        return float(text or "nan")


def disagreement(mine: Said, theirs: Said, kinds: tuple[Of, ...], tolerance: float) -> str:
    """How the two differ, in words, with the place of the first difference; empty when they do not."""
    if (mine.result is None) != (theirs.result is None) or not _near(mine.result or 0, theirs.result or 0, tolerance):
        signed = " (the same 32 bits: a signed number is wanted, `| 0`)" if _same_bits(mine, theirs) else ""
        return f"returned {mine.result}, and that {theirs.result}{signed}"
    for nth, (one, other, of) in enumerate(zip(mine.buffers, theirs.buffers, kinds, strict=True), 1):
        if one != other and (found := _first(one, other, of, tolerance)):
            return f"buffer {nth} {found}"
    return ""


def most(answers: Sequence[Said], kinds: tuple[Of, ...], tolerance: float) -> list[int]:
    """Which of them are the same as each other, of the largest such group; of groups as large, the earliest."""
    left, found = list(range(len(answers))), list[int]()
    while len(left) > len(found):
        group = [n for n in left if not disagreement(answers[n], answers[left[0]], kinds, tolerance)]
        found = max(found, group, key=len)
        left = [n for n in left if n not in group]
    return found


def _first(one: bytes, other: bytes, of: Of, tolerance: float) -> str:
    """Where two buffers of one size first differ by more than the tolerance."""
    for at, (a, b) in enumerate(zip(_numbers(one, of), _numbers(other, of), strict=True)):
        if a != b and not (of in {"f32", "f64"} and _near(a, b, tolerance)):
            return f"has {a!r} at {of} {at}, and that {b!r}"
    return ""


def _numbers(data: bytes, of: Of) -> "array.array[int] | array.array[float]":
    values: array.array[int] | array.array[float] = array.array({"u8": "B", "i32": "i", "f32": "f", "f64": "d"}[of])
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _same_bits(mine: Said, theirs: Said) -> bool:
    """Whether the results are the same 32 bits, mine as they are without a sign."""
    return mine.result is not None and theirs.result is not None and mine.result - theirs.result == 1 << 32


def _near(a: float, b: float, tolerance: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= tolerance
