"""Rows of measurements as a table in Markdown."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from benchmarks.clock import Way


class Row(NamedTuple):
    """What was measured, how long it took, against what, how that compares by the clock and in processor time, and
    what was wanted of the first. On a busy machine the second is the one to be believed.
    """

    what: str
    took: str
    against: str
    ratio: str
    processor: str
    goal: str


def compared(what: str, way: Way, other: Way, goal: str) -> Row:
    """One way beside another."""
    beside = f"{other.name} {told(other)}"
    return Row(what, told(way), beside, ratio(way.seconds, other.seconds), ratio(way.processor, other.processor), goal)


def ratio(these: Sequence[float], others: Sequence[float]) -> str:
    """How many times as much, by their medians."""
    return f"{median(these) / median(others):.2f} ×"


def told(way: Way) -> str:
    """`42 ± 3 ms`: the median, and how far a run usually is from it."""
    if way.median < 1:
        return f"{way.median * 1000:.0f} ± {way.spread * 1000:.0f} ms"
    return f"{way.median:.2f} ± {way.spread:.2f} s"


def table(rows: Sequence[Row]) -> str:
    """Lines of Markdown."""
    lines = [("", "wasmforge", "beside", "ratio", "processor", "goal"), *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    text = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines]
    text.insert(1, "|" + "|".join("-" * (w + 2) for w in widths) + "|")
    return "\n".join(text)
