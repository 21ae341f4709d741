"""What a run of benches came to, as pages: a table each, an overview of all, what changed; knows no files."""

from collections.abc import Iterable, Iterator, Sequence

from wasmforge.model.bench import Absentee, Benched, Change, Table
from wasmforge.report.bench_cells import overview, span, times, verdict
from wasmforge.report.columns import TIED, Column, table, wrap
from wasmforge.report.ink import Line, Span, Style, line
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import count


def show_benched(benched: Benched, paper: Paper) -> None:
    """Print every table, and the overview where there are several."""
    lines: list[Line] = []
    for one in benched.tables:
        lines += [*_table(one, paper.width), line("")]
    if len(benched.tables) > 1:
        heads, rows = overview(benched.tables)
        columns = [Column(heads[0], wraps=True), *(Column(h, "right", wraps=True) for h in heads[1:])]
        lines += table(columns, [(row[0], *map(_tied, row[1:])) for row in rows], paper.width)
        said = "each in its quickest engine; in parentheses, times as long as the reference"
        lines += [line(""), *(line(Span(part, "quiet")) for part in wrap(said, paper.width))]
    missing = _alike(a for one in benched.tables for a in one.absent if not a.failed)
    lines += [one for group in missing for one in _absent(group, paper.width)]
    lines += [line(Span(part, "quiet")) for part in wrap(benched.machine, paper.width)]
    paper.print(lines)


def show_changes(changes: Sequence[Change], above: float, paper: Paper) -> None:
    """Print whose standing has surely changed; in red what is slower by more than `above` (0.1: 10 %)."""
    sure = [c for c in changes if c.worse or c.better]
    lines = [_change(c, above) for c in sorted(sure, key=lambda c: -c.times)]
    same = len(changes) - len(sure)
    lines.append(line(f"{count(len(changes), 'contestant')} in both runs, {same} not surely changed"))
    if any(c.absolute for c in changes):
        lines.append(line(Span("without a reference in common, bare times were compared", "warn")))
    paper.print(lines)


def _table(one: Table, width: int) -> Iterator[Line]:
    yield line(Span(one.component, "name"), f"  {one.name}, {count(one.rounds, 'round')}")
    columns = (
        Column("code", wraps=True),
        Column("engine", wraps=True),
        Column("per call", "right"),
        Column("spread", "right"),
        Column(f"times {one.reference}", wraps=True),
    )
    rows = [(e.code, e.engine, span(e.median), f"± {span(e.spread)}", _tied(times(e.ratio))) for e in one.entries]
    yield from table(columns, rows, width, indent=2) if rows else ()
    if said := verdict(one):
        yield from (line(f"  {part}") for part in wrap(said, width - 2))
    for group in _alike(a for a in one.absent if a.failed):
        yield from _absent(group, width)


def _tied(text: str) -> str:
    """A number and its unit, or an interval, which no line break parts."""
    return text.replace(" ", TIED).replace(f"{TIED}(", " (")


def _alike(absent: Iterable[Absentee]) -> list[list[Absentee]]:
    """Those that are out for the same reason, told at once."""
    groups: dict[tuple[str, str], list[Absentee]] = {}
    for one in dict.fromkeys(absent):
        groups.setdefault((one.engine, one.why), []).append(one)
    return list(groups.values())


def _absent(group: Sequence[Absentee], width: int) -> Iterator[Line]:
    one = group[0]
    word: Span = Span("Failed", "bad") if one.failed else Span("Left out", "warn")
    indent = "  " if one.failed else ""
    first, *more = wrap(f"{', '.join(a.code for a in group)} in {one.engine}: {one.why}", width - 9)
    yield line(indent, word, f" {first}")
    yield from (line(f"         {part}") for part in more)
    if one.fix:
        yield line(Span(f"         to time it: {one.fix}", "hint"))


def _change(change: Change, above: float) -> Line:
    slower = change.times > 1 + above
    style: Style = "bad" if change.worse and slower else "warn" if change.worse else "good"
    word = "slower" if change.worse else "faster"
    about = f"{change.component}: {change.name}, {change.code} in {change.engine}"
    return line(
        Span(word, style), f"  {about}  {change.times:.2f} times as long ({change.low:.2f} to {change.high:.2f})"
    )
