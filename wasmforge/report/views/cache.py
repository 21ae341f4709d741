"""What the cache holds, whether it was whole, and what was removed, as pages; knows no files."""

from collections.abc import Iterable

from wasmforge.model.cache import Pruned, Share, Stats, Verified
from wasmforge.report.columns import Column, Row, table
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import count, size
from wasmforge.report.views.layout import INDENT, block, title

KINDS = {
    "blobs": "what actions gave, by content",
    "entry": "which action gave what",
    "reads": "which headers a command really read",
    "verdict": "what the validator said of a module",
    "features": "the features a module uses",
    "probe": "which version a program is",
    "passed": "smoke tests that passed",
    "scratch": "what compilers keep for themselves",
    "packages": "npm packages",
    "work": "directories of actions that run now",
    "logs": "what went wrong in us",
}
"""What people are told of each kind."""


def show_stats(stats: Stats, paper: Paper) -> None:
    """Print how much there is of each kind."""
    total = size(sum(s.size for s in stats.store))
    lines = [title(stats.folder), *block("store", [*_shares(stats.store, paper.width, total)])]
    paper.print([*lines, *block("beside it", [*_shares(stats.beside, paper.width)])])


def show_verified(verified: Verified, paper: Paper) -> None:
    """Print what was damaged, and how much was looked at."""
    rows: list[Row] = [
        (Span("damaged", "bad"), d.kind, d.name[:16], d.what, f"still there: {d.left}" if d.left else "removed")
        for d in verified.damaged
    ]
    columns = (Column(), Column(), Column(), Column(wraps=True), Column())
    read = f"read {count(verified.count, 'file')}, {size(verified.size)}"
    end = f"{count(len(verified.damaged), 'damaged one')}" if rows else "all whole"
    paper.print([*table(columns, rows, paper.width), line(f"{read}: ", Span(end, "bad" if rows else "good"))])


def show_pruned(pruned: Pruned, paper: Paper) -> None:
    """Print what was removed, by kind, and what is left."""
    amount = size(sum(s.size for s in pruned.removed))
    verb = "would remove" if pruned.dry_run else "removed"
    stays = f"{size(pruned.left)} {'would stay' if pruned.dry_run else 'stay'}"
    lines = [*_shares(pruned.removed, paper.width)]
    end = f"{verb} {amount}; {stays}" if pruned.removed else f"nothing to remove; {size(pruned.left)} stay"
    paper.print([*lines, line(Span(end, "name"))])


def _shares(shares: Iterable[Share], width: int, total: str = "") -> list[Line]:
    rows: list[Row] = [(s.kind, f"{s.count:,}", size(s.size), Span(KINDS.get(s.kind, ""), "quiet")) for s in shares]
    rows += [(Span("all", "name"), "", Span(total, "name"), "")] if total and rows else []
    columns = (Column(), Column(align="right"), Column(align="right"), Column(wraps=True))
    return table(columns, rows, width, INDENT)
