"""Shows what `init` found: components, what was left out and why, and next steps."""

from collections.abc import Sequence

from wasmforge.model.discovery import ForgeEntry, InitResult
from wasmforge.report.format import count
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line
from wasmforge.report.text_table import Column, Row, table
from wasmforge.report.views.layout import INDENT, comma_list, section

MAX_EXPORTS = 4
"""Exports named of one component; the file has all."""


def show_init(result: InitResult, out: Output) -> None:
    """Print what was found and written; in a dry run also the text itself."""
    built = [e for e in result.entries if not e.problem]
    waiting = [e for e in result.entries if e.problem]
    lines = [line(Span(_headline(result, len(built)), "good"))]
    columns = (
        Column("component"),
        Column("language"),
        Column("folder"),
        Column("targets"),
        Column("exports", wraps=True),
    )
    if built:
        rows: list[Row] = [_row(e) for e in built]
        lines += [line(), *table(columns, rows, out.width, INDENT)]
    notes: list[Row] = [(e.component.name, Span(n, "quiet")) for e in built for n in e.notes]
    lines += section(
        "where it comes from, and what is not sure", table((Column(), Column(wraps=True)), notes, out.width, INDENT)
    )
    written: list[Row] = [(f,) for f in result.files]
    would = "would be written" if result.dry_run else "written"
    lines += section(f"headers of the project's own build, {would}", table((Column(),), written, out.width, INDENT))
    reasons: list[Row] = [(e.component.name, e.component.path, Span(e.problem, "warn")) for e in waiting]
    three = (Column(), Column(), Column(wraps=True))
    lines += section("found, and written as a comment", table(three, reasons, out.width, INDENT))
    skips: list[Row] = [(s.path, Span(s.why, "quiet")) for s in result.skipped]
    lines += section("not looked into", table((Column(), Column(wraps=True)), skips, out.width, INDENT))
    if result.dry_run and result.text:
        lines += section(
            f"{result.file} would {'have' if result.status == 'written' else 'also have'}", _indented(result.text)
        )
    out.print([*lines, *_advice(result, built)])


def _headline(result: InitResult, built: int) -> str:
    if result.status == "unchanged":
        return f"{result.file} has all components that were found; nothing was changed"
    verb = {"written": "wrote {} with {}", "extended": "added {1} to {0}"}[result.status]
    if result.dry_run:
        verb = {"written": "would write {} with {}", "extended": "would add {1} to {0}"}[result.status]
    return verb.format(result.file, count(built, "component"))


def _row(entry: ForgeEntry) -> Row:
    component = entry.component
    exports = comma_list(component.exports[:MAX_EXPORTS])
    if len(component.exports) > MAX_EXPORTS:
        exports += f", … {len(component.exports) - MAX_EXPORTS} more"
    without = {"command": "runs main", "library": "is linked into others"}
    exports_text = exports or without.get(component.kind, "none found")
    return (
        Span(component.name, "name"),
        component.language,
        component.path,
        comma_list(entry.targets),
        Span(exports_text, "plain" if exports else "quiet" if component.kind in without else "warn"),
    )


def _indented(text: str) -> list[Line]:
    return [line(" " * INDENT, part) for part in text.splitlines()]


def _advice(result: InitResult, built: Sequence[ForgeEntry]) -> list[Line]:
    """What a person should do next, the most urgent first."""
    lines: list[Line] = []
    bare = [e.component.name for e in built if e.component.kind == "reactor" and not e.component.exports]
    if bare:
        lines.append(line(Span(f"name what the host calls in `exports` of {comma_list(bare)}", "warn")))
    if result.next:
        lines.append(line("next: ", Span(result.next, "name")))
    elif any(e.component.kind == "library" for e in built):
        lines.append(line("next: a component of yours with `needs` for the library: docs/cpp.md"))
    elif result.status == "written":
        lines.append(line(Span("nothing can be built yet: see the comments in the file", "warn")))
    return [line(), *lines] if lines else []
