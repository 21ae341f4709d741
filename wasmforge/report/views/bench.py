"""Shows benchmark results: one table each, an overview, and changes."""

from collections.abc import Iterable, Iterator, Sequence

from wasmforge.model.bench import BenchResult, BenchRun, RatioChange, SkippedParticipant
from wasmforge.report.bench.cells import format_ratio, format_seconds, overview, verdict
from wasmforge.report.format import count
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, Style, line
from wasmforge.report.text_table import NBSP, Column, table, wrap


def show_bench(run: BenchRun, out: Output) -> None:
    """Print every table, and an overview if there are several."""
    lines: list[Line] = []
    for result in run.results:
        lines += [*_table(result, out.width), line("")]
    if len(run.results) > 1:
        heads, rows = overview(run.results)
        columns = [Column(heads[0], wraps=True), *(Column(h, "right", wraps=True) for h in heads[1:])]
        lines += table(columns, [(row[0], *map(_no_break, row[1:])) for row in rows], out.width)
        legend = "each in its fastest engine; in parentheses, times as long as the reference"
        lines += [line(""), *(line(Span(part, "quiet")) for part in wrap(legend, out.width))]
    unavailable = _by_reason(s for result in run.results for s in result.skipped if not s.failed)
    lines += [text for group in unavailable for text in _skipped(group, out.width)]
    lines += [line(Span(part, "quiet")) for part in wrap(run.machine, out.width)]
    out.print(lines)


def show_changes(changes: Sequence[RatioChange], limit: float, out: Output) -> None:
    """Print the significant changes; in red what is slower by more than `limit` (0.1: 10 %)."""
    significant = [c for c in changes if c.slower or c.faster]
    lines = [_change(c, limit) for c in sorted(significant, key=lambda c: -c.times)]
    unchanged = len(changes) - len(significant)
    lines.append(line(f"{count(len(changes), 'participant')} in both runs, {unchanged} without a certain change"))
    if any(c.absolute for c in changes):
        lines.append(line(Span("the runs have no common reference, so times were compared", "warn")))
    out.print(lines)


def _table(result: BenchResult, width: int) -> Iterator[Line]:
    yield line(Span(result.component, "name"), f"  {result.name}, {count(result.rounds, 'round')}")
    columns = (
        Column("code", wraps=True),
        Column("engine", wraps=True),
        Column("per call", "right"),
        Column("spread", "right"),
        Column(f"times {result.reference}", wraps=True),
    )
    rows = [
        (
            m.code,
            m.engine,
            format_seconds(m.median),
            f"± {format_seconds(m.spread)}",
            _no_break(format_ratio(m.ratio)),
        )
        for m in result.measurements
    ]
    yield from table(columns, rows, width, indent=2) if rows else ()
    if text := verdict(result):
        yield from (line(f"  {part}") for part in wrap(text, width - 2))
    for group in _by_reason(s for s in result.skipped if s.failed):
        yield from _skipped(group, width)


def _no_break(text: str) -> str:
    """The text, in which no line break can part a number from its unit, or an interval."""
    return text.replace(" ", NBSP).replace(f"{NBSP}(", " (")


def _by_reason(skipped: Iterable[SkippedParticipant]) -> list[list[SkippedParticipant]]:
    """Groups with the same engine and reason, each of which is shown as one."""
    groups: dict[tuple[str, str], list[SkippedParticipant]] = {}
    for participant in dict.fromkeys(skipped):
        groups.setdefault((participant.engine, participant.why), []).append(participant)
    return list(groups.values())


def _skipped(group: Sequence[SkippedParticipant], width: int) -> Iterator[Line]:
    example = group[0]
    label: Span = Span("Failed", "bad") if example.failed else Span("Left out", "warn")
    indent = "  " if example.failed else ""
    first, *more = wrap(f"{', '.join(s.code for s in group)} in {example.engine}: {example.why}", width - 9)
    yield line(indent, label, f" {first}")
    yield from (line(f"         {part}") for part in more)
    if example.fix:
        yield line(Span(f"         to time it: {example.fix}", "hint"))


def _change(change: RatioChange, limit: float) -> Line:
    style: Style = "bad" if change.exceeds(limit) else "warn" if change.slower else "good"
    label = "slower" if change.slower else "faster"
    participant = f"{change.component}: {change.name}, {change.code} in {change.engine}"
    times = f"{change.times:.2f} times as long ({change.low:.2f} to {change.high:.2f})"
    return line(Span(label, style), f"  {participant}  {times}")
