"""Shows fetched sources as a table, or their files as a list."""

from collections.abc import Sequence

from wasmforge.model.fetch import FetchedSource
from wasmforge.report.format import count, size
from wasmforge.report.output import Output
from wasmforge.report.style import Span, line
from wasmforge.report.text_table import Column, Row, table

DIGITS = 12
"""Digits of a digest that are shown; forge.lock has all."""


def show_fetched(sources: Sequence[FetchedSource], out: Output, *, files: bool = False) -> None:
    """Print a row for each source: what it is, where it is laid, its digest and its files; with `files` each path."""
    if not sources:
        out.print([line("no component fetches anything")])
        return
    if files:
        out.print([line(Span(f"{source.component}: ", "quiet"), path) for source in sources for path in source.files])
        return
    rows: list[Row] = [
        (
            Span(f"{source.component}/{source.name}", "name"),
            source.locked.source,
            Span(f"in {source.place}", "quiet"),
            Span((source.locked.sha256 or source.locked.tree)[:DIGITS], "quiet"),
            count(len(source.files), "file"),
            size(source.size),
            Span("fetched", "good") if source.new else Span("was here", "quiet"),
        )
        for source in sources
    ]
    columns = (Column(), Column(wraps=True), Column(), Column(), Column(align="right"), Column(align="right"), Column())
    out.print(table(columns, rows, out.width))
