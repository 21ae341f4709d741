"""Benchmark results as a file: JSON, CSV, Markdown, SVG, HTML. Pure."""

import csv
import io
from collections.abc import Callable, Sequence

import msgspec

from wasmforge.model.bench import BenchResult, BenchRun
from wasmforge.report.bench.cells import format_ratio, format_seconds, overview, verdict
from wasmforge.report.bench.svg import svg

CSV_HEADER = (
    *("component", "bench", "code", "engine", "seconds", "spread"),
    *("ratio", "low", "high", "significant", "calls", "rounds"),
)


def as_json(run: BenchRun) -> str:
    """The whole run, for `--compare`."""
    return msgspec.json.format(msgspec.json.encode(run), indent=1).decode() + "\n"


def as_csv(run: BenchRun) -> str:
    """One line per participant; times in seconds. The reference has no ratio."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for result in run.results:
        for m in result.measurements:
            ratio = (m.ratio.times, m.ratio.low, m.ratio.high, m.ratio.significant) if m.ratio else ("", "", "", "")
            row = (m.code, m.engine, m.median, m.spread, *ratio, m.calls, result.rounds)
            writer.writerow((result.component, result.name, *row))
    return text.getvalue()


def as_markdown(run: BenchRun) -> str:
    """The overview, then a table per bench."""
    heads, rows = overview(run.results)
    parts = [f"{run.machine}; {run.date[:10]}", _table(heads, rows), *map(_bench, run.results)]
    return "\n\n".join(parts) + "\n"


def as_svg(run: BenchRun) -> str:
    """A picture with one bar per participant."""
    return svg(run)


def as_html(run: BenchRun) -> str:
    """The picture in a page."""
    head = '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>wasmforge bench</title>\n'
    head += '<meta name="viewport" content="width=device-width">\n'
    head += "<style>:root{color-scheme:light dark}svg{max-width:100%;height:auto}</style>\n"
    return f"{head}<body>\n{svg(run)}</body>\n</html>\n"


FORMATS: dict[str, Callable[[BenchRun], str]] = {
    ".json": as_json,
    ".csv": as_csv,
    ".md": as_markdown,
    ".svg": as_svg,
    ".html": as_html,
}
"""By file extension."""


def _bench(result: BenchResult) -> str:
    heads = ("code", "engine", "per call", "spread", f"times {result.reference}")
    rows = [
        (m.code, m.engine, format_seconds(m.median), f"± {format_seconds(m.spread)}", format_ratio(m.ratio))
        for m in result.measurements
    ]
    title = f"**{_escape(result.component)}: {_escape(result.name)}**, {result.rounds} rounds"
    parts = [title, _table(heads, rows)]
    if text := verdict(result):
        parts.append(f"{_escape(text)}.")
    return "\n\n".join(parts)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(_escape(c) for c in row)} |" for row in lines)


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
