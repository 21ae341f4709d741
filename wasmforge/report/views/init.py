"""What `init` found, as a page: the components, what was left out and why, and what to do next."""

from collections.abc import Sequence

from wasmforge.model.discovery import Entry, Initiated
from wasmforge.report.columns import Column, Row, table
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import count
from wasmforge.report.views.layout import INDENT, block, listed

MOST = 4
"""Exports named of one component; the file has all."""


def show_found(done: Initiated, paper: Paper) -> None:
    """Print what was found and written; in a dry run also the text itself."""
    built = [e for e in done.entries if not e.why_not]
    waiting = [e for e in done.entries if e.why_not]
    lines = [line(Span(_headline(done, len(built)), "good"))]
    columns = (
        Column("component"),
        Column("language"),
        Column("folder"),
        Column("targets"),
        Column("exports", wraps=True),
    )
    if built:
        rows: list[Row] = [_row(e) for e in built]
        lines += [line(), *table(columns, rows, paper.width, INDENT)]
    reasons: list[Row] = [(e.component.name, e.component.path, Span(e.why_not, "warn")) for e in waiting]
    three = (Column(), Column(), Column(wraps=True))
    lines += block("found, and written as a comment", table(three, reasons, paper.width, INDENT))
    skips: list[Row] = [(s.path, Span(s.why, "quiet")) for s in done.skipped]
    lines += block("not looked into", table((Column(), Column(wraps=True)), skips, paper.width, INDENT))
    if done.dry_run and done.text:
        lines += block(f"{done.file} would {'have' if done.status == 'written' else 'also have'}", _indented(done.text))
    paper.print([*lines, *_advice(done, built)])


def _headline(done: Initiated, built: int) -> str:
    if done.status == "unchanged":
        return f"{done.file} has all components that were found; nothing was changed"
    verb = {"written": "wrote {} with {}", "extended": "added {1} to {0}"}[done.status]
    if done.dry_run:
        verb = {"written": "would write {} with {}", "extended": "would add {1} to {0}"}[done.status]
    return verb.format(done.file, count(built, "component"))


def _row(entry: Entry) -> Row:
    component = entry.component
    exports = listed(component.exports[:MOST])
    if len(component.exports) > MOST:
        exports += f", … {len(component.exports) - MOST} more"
    told = exports or ("runs main" if component.kind == "command" else "none found")
    return (
        Span(component.name, "name"),
        component.language,
        component.path,
        listed(entry.targets),
        Span(told, "plain" if exports else "quiet" if component.kind == "command" else "warn"),
    )


def _indented(text: str) -> list[Line]:
    return [line(" " * INDENT, part) for part in text.splitlines()]


def _advice(done: Initiated, built: Sequence[Entry]) -> list[Line]:
    """What a person should do next, the most urgent first."""
    lines: list[Line] = []
    bare = [e.component.name for e in built if e.component.kind == "reactor" and not e.component.exports]
    if bare:
        lines.append(line(Span(f"name what the host calls in `exports` of {listed(bare)}", "warn")))
    if done.next:
        lines.append(line("next: ", Span(done.next, "name")))
    elif done.status == "written":
        lines.append(line(Span("nothing can be built yet: see the comments in the file", "warn")))
    return [line(), *lines] if lines else []
