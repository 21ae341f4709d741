"""What all pages are made of: a title, facts with names, and headed blocks; knows no nouns."""

from collections.abc import Iterable, Sequence

from wasmforge.report.columns import Cell, Column, table
from wasmforge.report.ink import Line, Span, line

INDENT = 2
"""Columns that what belongs to a heading stands to the right of it."""


def title(name: str, summary: str = "") -> Line:
    """The name of the thing the page is about, and what it is in one phrase."""
    return line(Span(name, "name"), Span(f"  {summary}" if summary else "", "quiet"))


def facts(pairs: Iterable[tuple[str, Cell]], width: int, indent: int = 0) -> list[Line]:
    """Names with values, the values aligned and wrapped between words; empty values are left out."""
    rows = [(Span(name, "quiet"), value) for name, value in pairs if (value.text if isinstance(value, Span) else value)]
    return table((Column(), Column(wraps=True)), rows, width, indent)


def block(heading: str, lines: Sequence[Line]) -> list[Line]:
    """An empty line, a heading and what belongs to it; nothing when nothing does."""
    return [line(), line(Span(heading, "name")), *lines] if lines else []


def listed(words: Iterable[str]) -> str:
    """`a, b, c`."""
    return ", ".join(words)
