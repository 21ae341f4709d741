"""Shows a project's own catalog files, and what was trusted before."""

from collections.abc import Sequence

from wasmforge.model.trust import LocalFile, TrustedCatalog
from wasmforge.report.format import count
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, Style, line
from wasmforge.report.text_table import Column, Row, table
from wasmforge.report.views.layout import INDENT

STYLES: dict[str, Style] = {"trusted": "good", "changed": "warn", "new": "warn"}


def show_local_files(files: Sequence[LocalFile], out: Output) -> None:
    """Print the files, and below each the commands that are run because of it."""
    margin = " " * INDENT
    lines: list[Line] = []
    for file in files:
        lines.append(line(margin, Span(file.path, "name"), "  ", Span(file.state, STYLES[file.state])))
        lines.extend(line(margin * 2, Span(f"$ {command}", "quiet")) for command in file.runs)
    out.print(lines)


def show_trusted(catalogs: Sequence[TrustedCatalog], out: Output) -> None:
    """Print every content that is trusted: since when, where it was seen, and how many files it has."""
    rows: list[Row] = [
        (Span(catalog.fingerprint[:12], "quiet"), catalog.date, count(len(catalog.files), "file"), catalog.project)
        for catalog in catalogs
    ]
    if not rows:
        out.print([line("nothing is trusted")])
        return
    columns = (Column("fingerprint"), Column("trusted"), Column("files"), Column("project", wraps=True))
    out.print(table(columns, rows, out.width))
