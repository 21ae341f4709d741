"""Building blocks of pages: a title, tables of named values, and sections with a heading."""

from collections.abc import Iterable, Sequence

from wasmforge.report.style import Line, Span, line
from wasmforge.report.text_table import Cell, Column, table

INDENT = 2
"""Columns by which the lines of a section are indented."""


def title(name: str, summary: str = "") -> Line:
    """The name of the subject and its summary."""
    return line(Span(name, "name"), Span(f"  {summary}" if summary else "", "quiet"))


def field_table(pairs: Iterable[tuple[str, Cell]], width: int, indent: int = 0) -> list[Line]:
    """Names with values, the values aligned and wrapped between words; empty values are left out."""
    rows = [(Span(name, "quiet"), value) for name, value in pairs if (value.text if isinstance(value, Span) else value)]
    return table((Column(), Column(wraps=True)), rows, width, indent)


def section(heading: str, lines: Sequence[Line]) -> list[Line]:
    """An empty line, a heading and these lines; nothing if there are no lines."""
    return [line(), line(Span(heading, "name")), *lines] if lines else []


def comma_list(words: Iterable[str]) -> str:
    """`a, b, c`."""
    return ", ".join(words)
