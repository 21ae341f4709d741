"""Compares the results of participants: bytes exactly, floats within a tolerance. Returns who agrees. Pure."""

import array
import math
import sys
from collections.abc import Sequence

from wasmforge.model.base import Struct
from wasmforge.model.bench import ElementType


class CallResult(Struct, frozen=True, kw_only=True):
    """What a first call returned, as a number if it did, and the bytes of each buffer afterwards."""

    result: int | float | None
    buffers: tuple[bytes, ...]


def parse_result(text: str | None) -> int | float | None:
    """A result that a participant sent as text; integers are exact."""
    try:
        return None if text is None else int(text)
    except ValueError:
        return float(text or "nan")


def disagreement(mine: CallResult, theirs: CallResult, element_types: tuple[ElementType, ...], tolerance: float) -> str:
    """How the two differ, with the place of the first difference; empty when they agree."""
    if (mine.result is None) != (theirs.result is None) or not _near(mine.result or 0, theirs.result or 0, tolerance):
        signed = " (the same 32 bits: return a signed number, `| 0`)" if _same_bits(mine, theirs) else ""
        return f"returned {mine.result}, not {theirs.result}{signed}"
    for number, (data, other, of) in enumerate(zip(mine.buffers, theirs.buffers, element_types, strict=True), 1):
        if data != other and (difference := _first_difference(data, other, of, tolerance)):
            return f"buffer {number} {difference}"
    return ""


def majority(results: Sequence[CallResult], element_types: tuple[ElementType, ...], tolerance: float) -> list[int]:
    """The indexes of the largest group of results that agree; of groups of one size, the first."""
    left, largest = list(range(len(results))), list[int]()
    while len(left) > len(largest):
        group = [n for n in left if not disagreement(results[n], results[left[0]], element_types, tolerance)]
        largest = max(largest, group, key=len)
        left = [n for n in left if n not in group]
    return largest


def _first_difference(data: bytes, other: bytes, of: ElementType, tolerance: float) -> str:
    """Where two buffers of one size first differ by more than the tolerance."""
    for index, (a, b) in enumerate(zip(_elements(data, of), _elements(other, of), strict=True)):
        if a != b and not (of in {"f32", "f64"} and _near(a, b, tolerance)):
            return f"has {a!r} at {of} {index}, not {b!r}"
    return ""


def _elements(data: bytes, of: ElementType) -> "array.array[int] | array.array[float]":
    values: array.array[int] | array.array[float] = array.array({"u8": "B", "i32": "i", "f32": "f", "f64": "d"}[of])
    values.frombytes(data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _same_bits(mine: CallResult, theirs: CallResult) -> bool:
    """Whether the results are the same 32 bits, and mine are taken as unsigned."""
    return mine.result is not None and theirs.result is not None and mine.result - theirs.result == 1 << 32


def _near(a: float, b: float, tolerance: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= tolerance
