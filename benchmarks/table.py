"""Rows of measurements as a table in Markdown."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.clock import Way


class Row(NamedTuple):
    """What was measured, how long it took, against what, how that compares, and what was wanted."""

    what: str
    took: str
    against: str
    ratio: str
    goal: str


def compared(what: str, way: Way, other: Way, goal: str) -> Row:
    """One way beside another."""
    return Row(what, told(way), f"{other.name} {told(other)}", f"{way.median / other.median:.2f} ×", goal)


def told(way: Way) -> str:
    """`42 ± 3 ms`: the median, and how far a run usually is from it."""
    if way.median < 1:
        return f"{way.median * 1000:.0f} ± {way.spread * 1000:.0f} ms"
    return f"{way.median:.2f} ± {way.spread:.2f} s"


def table(rows: Sequence[Row]) -> str:
    """Lines of Markdown."""
    lines = [("", "wasmforge", "beside", "ratio", "goal"), *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(5)]
    text = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(text)
