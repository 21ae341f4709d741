"""Formats cells as aligned columns; wraps between words and never shortens a word."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from wasmforge.report.style import Line, Span, display_width

GAP = 2
"""Spaces between columns."""

NBSP = "\N{NO-BREAK SPACE}"
"""A space at which no line is broken; it is written as any other."""


class Column(NamedTuple):
    """How one column is set; a column that `wraps` gives way when the page is too narrow."""

    title: str = ""
    align: Literal["left", "right"] = "left"
    wraps: bool = False


Cell = str | Span
Row = Sequence[Cell]


def table(columns: Sequence[Column], rows: Sequence[Row], width: int, indent: int = 0) -> list[Line]:
    """Rows as lines of at most `width` columns where words permit; columns that are empty in every row are left out."""
    spans = [[c if isinstance(c, Span) else Span(c) for c in row] for row in rows]
    used = [i for i in range(len(columns)) if any(row[i].text for row in spans)]
    columns = [columns[i] for i in used]
    spans = [[row[i] for i in used] for row in spans]
    if any(c.title for c in columns):
        spans.insert(0, [Span(c.title, "quiet") for c in columns])
    widths = _widths(columns, spans, width - indent)
    return [_indented(each, indent) for row in spans for each in _set(columns, row, widths)]


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; a longer word gets a line of its own."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and display_width(joined) > width:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Span]], available: int) -> list[int]:
    widths = [max((display_width(row[i].text) for row in rows), default=0) for i in range(len(columns))]
    min_widths = [
        max((display_width(w) for row in rows for w in row[i].text.split(" ")), default=0)
        if column.wraps
        else widths[i]
        for i, column in enumerate(columns)
    ]
    available -= GAP * (len(columns) - 1)
    while sum(widths) > available:
        shrinkable = [i for i in range(len(columns)) if widths[i] > min_widths[i]]
        if not shrinkable:
            break
        widths[max(shrinkable, key=lambda i: widths[i])] -= 1
    return widths


def _set(columns: Sequence[Column], row: Sequence[Span], widths: Sequence[int]) -> list[Line]:
    """One row as as many lines as its tallest cell needs."""
    wrapped = [
        wrap(cell.text, width) if c.wraps else [cell.text] for c, cell, width in zip(columns, row, widths, strict=True)
    ]
    lines: list[Line] = []
    for level in range(max(map(len, wrapped), default=0)):
        spans: list[Span] = []
        for column, cell, texts, width in zip(columns, row, wrapped, widths, strict=True):
            text = texts[level] if level < len(texts) else ""
            pad = " " * (width - display_width(text))
            gap = " " * (GAP if spans else 0)
            before, after = (gap + pad, "") if column.align == "right" else (gap, pad)
            spans += [Span(before), Span(text.replace(NBSP, " "), cell.style), Span(after)]
        lines.append(tuple(spans))
    return lines


def _indented(spans: Line, indent: int) -> Line:
    return (Span(" " * indent), *spans) if indent else spans
