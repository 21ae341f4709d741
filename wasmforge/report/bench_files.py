"""A run of benches as a file: JSON, CSV, Markdown, SVG, HTML; pure."""

import csv
import io
from collections.abc import Callable, Sequence

import msgspec

from wasmforge.model.bench import Benched, Table
from wasmforge.report.bars import svg
from wasmforge.report.bench_cells import overview, span, times, verdict

HEADS = ("component", "bench", "code", "engine", "seconds", "spread", "ratio", "low", "high", "sure", "calls", "rounds")


def as_json(benched: Benched) -> str:
    """All of it; `--compare` reads it again."""
    return msgspec.json.format(msgspec.json.encode(benched), indent=1).decode() + "\n"


def as_csv(benched: Benched) -> str:
    """A line per contestant; times in seconds. The reference has no ratio."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADS)
    for table in benched.tables:
        for e in table.entries:
            ratio = (e.ratio.times, e.ratio.low, e.ratio.high, e.ratio.sure) if e.ratio else ("", "", "", "")
            mine = (e.code, e.engine, e.median, e.spread, *ratio, e.calls, table.rounds)
            writer.writerow((table.component, table.name, *mine))
    return text.getvalue()


def as_markdown(benched: Benched) -> str:
    """The overview, then a table per bench."""
    heads, rows = overview(benched.tables)
    parts = [f"{benched.machine}; {benched.date[:10]}", _rows(heads, rows)] + [_bench(t) for t in benched.tables]
    return "\n\n".join(parts) + "\n"


def as_svg(benched: Benched) -> str:
    """A bar per contestant."""
    return svg(benched)


def as_html(benched: Benched) -> str:
    """The picture as a page."""
    head = '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>wasmforge bench</title>\n'
    head += '<meta name="viewport" content="width=device-width">\n'
    head += "<style>:root{color-scheme:light dark}svg{max-width:100%;height:auto}</style>\n"
    return f"{head}<body>\n{svg(benched)}</body>\n</html>\n"


FORMATS: dict[str, Callable[[Benched], str]] = {
    ".json": as_json,
    ".csv": as_csv,
    ".md": as_markdown,
    ".svg": as_svg,
    ".html": as_html,
}
"""By how a file's name ends."""


def _bench(table: Table) -> str:
    heads = ("code", "engine", "per call", "spread", f"times {table.reference}")
    rows = [(e.code, e.engine, span(e.median), f"± {span(e.spread)}", times(e.ratio)) for e in table.entries]
    parts = [f"**{_cell(table.component)}: {_cell(table.name)}**, {table.rounds} rounds", _rows(heads, rows)]
    return "\n\n".join([*parts, *([f"{_cell(verdict(table))}."] if verdict(table) else [])])


def _rows(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(_cell(c) for c in row)} |" for row in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
