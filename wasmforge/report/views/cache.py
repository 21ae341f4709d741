"""Shows what the cache holds, damage, and what was removed."""

from collections.abc import Iterable

from wasmforge.model.cache import Pruned, Stats, Usage, Verified
from wasmforge.report.format import count, size
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line
from wasmforge.report.text_table import Column, Row, table
from wasmforge.report.views.layout import INDENT, section, title

KINDS = {
    "blobs": "what actions gave, by content",
    "entry": "which action gave what",
    "reads": "which headers a command really read",
    "verdict": "what the validator said of a module",
    "features": "the features a module uses",
    "probe": "which version a program is",
    "passed": "smoke tests that passed",
    "native": "which native code was made here",
    "scratch": "what compilers keep for themselves",
    "packages": "npm packages",
    "work": "directories of actions that run now",
    "logs": "what went wrong in us",
}
"""What people are told of each kind."""


def show_stats(stats: Stats, out: Output) -> None:
    """Print how much there is of each kind."""
    total = size(sum(s.size for s in stats.store))
    lines = [title(stats.folder), *section("store", [*_shares(stats.store, out.width, total)])]
    lines += section("beside it", [*_shares(stats.beside, out.width)])
    for upstream in stats.upstreams:
        amount = size(sum(s.size for s in upstream.store))
        lines += section(f"only read: {upstream.folder}", [*_shares(upstream.store, out.width, amount)])
    out.print(lines)


def show_verified(verified: Verified, out: Output) -> None:
    """Print what was damaged, and how much was looked at."""
    rows: list[Row] = [
        (Span("damaged", "bad"), d.kind, d.name[:16], d.what, f"still there: {d.left}" if d.left else "removed")
        for d in verified.damaged
    ]
    columns = (Column(), Column(), Column(), Column(wraps=True), Column())
    read = f"read {count(verified.count, 'file')}, {size(verified.size)}"
    end = f"{count(len(verified.damaged), 'damaged one')}" if rows else "all whole"
    out.print([*table(columns, rows, out.width), line(f"{read}: ", Span(end, "bad" if rows else "good"))])


def show_pruned(pruned: Pruned, out: Output) -> None:
    """Print what was removed, by kind, and what is left."""
    amount = size(sum(s.size for s in pruned.removed))
    verb = "would remove" if pruned.dry_run else "removed"
    stays = f"{size(pruned.left)} {'would stay' if pruned.dry_run else 'stay'}"
    lines = [*_shares(pruned.removed, out.width)]
    end = f"{verb} {amount}; {stays}" if pruned.removed else f"nothing to remove; {size(pruned.left)} stay"
    out.print([*lines, line(Span(end, "name"))])


def _shares(shares: Iterable[Usage], width: int, total: str = "") -> list[Line]:
    rows: list[Row] = [(s.kind, f"{s.count:,}", size(s.size), Span(KINDS.get(s.kind, ""), "quiet")) for s in shares]
    rows += [(Span("all", "name"), "", Span(total, "name"), "")] if total and rows else []
    columns = (Column(), Column(align="right"), Column(align="right"), Column(wraps=True))
    return table(columns, rows, width, INDENT)
