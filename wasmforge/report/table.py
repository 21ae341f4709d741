"""The page at the end of a run: the table, what went wrong once more in short, and one line that says it all."""

from wasmforge.model.artifact import Failure, Report
from wasmforge.report.columns import TIED, Column, table, wrap
from wasmforge.report.figures import Result, Row, features, of, rows, shipped
from wasmforge.report.ink import Line, Span, Style, clean, length, line, tool_lines
from wasmforge.report.matrix import differences, matrix
from wasmforge.report.quantities import count, duration, size
from wasmforge.report.summary import all_well, summary
from wasmforge.report.words import BODY, Detail, found, said

COLUMNS = (
    Column("component"),
    Column("target"),
    Column("result"),
    Column("size", "right"),
    Column("gzip", "right"),
    Column("features", wraps=True),
    Column("time", "right"),
    Column("smoke", wraps=True),
)

STYLES: dict[Result, Style] = {"ok": "good", "waived": "warn", "not built": "warn", "left out": "warn"}
"""How results are shown; the others are bad."""


def page(report: Report, width: int, detail: Detail = "normal", *, fold: bool = False) -> list[Line]:
    """Everything at the end; in quiet detail only the last line, because what failed was told when it did.

    The last line is one line for whoever searches a log; on a terminal (`fold`) it is wrapped between words.
    """
    style: Style = "good" if all_well(report) else "bad"
    last = [line(Span(text, style)) for text in (wrap(summary(report), width) if fold else [summary(report)])]
    if detail == "quiet":
        return last
    lines, notes = _results(report, width, detail), _notes(report)
    return [*([line(), *lines] if lines else []), *([line(), *notes] if notes else []), line(), *last]


def _results(report: Report, width: int, detail: Detail) -> list[Line]:
    """What was delivered, or only tested."""
    if report.only_tested:
        return matrix(report.outcomes, width)
    return _table(rows(report), width, detail)


def first_error(output: str) -> str:
    """The line of a tool's output that says what is wrong, without colors; empty when none stands out."""
    for text in tool_lines(output):
        bare = clean(text).strip()
        if "error" in bare.lower():
            return bare
    return ""


def _table(known: list[Row], width: int, detail: Detail) -> list[Line]:
    """The table; on a narrow page first the reasons of skips (the notes have them) go, then gzip, then features."""
    lines = table(COLUMNS, [_cells(row, detail) for row in known], width)
    if len(lines) > len(known) + 1:
        known = [row._replace(smoke=row.smoke.partition(":")[0]) for row in known]
        lines = table(COLUMNS, [_cells(row, detail) for row in known], width)
    shorter: tuple[Detail, ...] = (detail, "quiet")
    for less in shorter:
        if any(length(each) > width for each in lines):
            lines = table(COLUMNS, [_cells(row, less, gzip=False) for row in known], width)
    return lines


def _cells(row: Row, detail: Detail, *, gzip: bool = True) -> list[str | Span]:
    smoke = row.smoke if ":" in row.smoke else row.smoke.replace(" ", TIED).replace(f",{TIED}", ", ")
    style: Style = "bad" if "failed" in row.smoke else "warn" if "skipped" in row.smoke else "plain"
    head: list[str | Span] = [Span(row.component, "name"), row.target, Span(row.result, STYLES.get(row.result, "bad"))]
    artifact = row.artifact
    if artifact is None:
        return [*head, "", "", "", "", Span(smoke, style)]
    file = shipped(artifact)
    used = features(artifact.features, most=0 if detail == "quiet" else None)
    if detail == "verbose" and artifact.features:
        used = ", ".join(artifact.features)
    sizes = [size(file.size), size(file.gzip) if gzip else ""] if artifact.files else ["", ""]
    return [*head, *sizes, used, duration(artifact.seconds), Span(smoke, style)]


def _notes(report: Report) -> list[Line]:
    """What is not well, one thing after the other, the worst first."""
    lines = [each for failure in report.failures for each in _failure(failure)]
    for finding in sorted(report.findings, key=lambda f: bool(f.waived)):
        lines += found(finding)
    for outcome in report.outcomes:
        if outcome.status == "failed":
            why = next(iter(tool_lines(outcome.reason)), "")
            lines.append(
                _note("Failed", f"{outcome.component}@{outcome.target}", f"{outcome.test} in {outcome.runtime}: {why}")
            )
    return lines + differences(report.outcomes) + _skips(report) + _needs(report)


def _needs(report: Report) -> list[Line]:
    """What else hosts must do for what was built."""
    about: dict[str, list[str]] = {}
    for artifact in report.artifacts:
        for note in artifact.notes:
            about.setdefault(note, []).append(f"{artifact.component}@{artifact.target}")
    return [_note("Note", ", ".join(labels), note, "quiet") for note, labels in about.items()]


def _failure(failure: Failure) -> list[Line]:
    lines = [_note("Failed", failure.label, failure.reason)]
    why = first_error(failure.output)
    return [*lines, line(BODY, why)] if why else lines


def _skips(report: Report) -> list[Line]:
    """Skipped tests by reason, and what was not built because something before it was not."""
    reasons: dict[str, set[str]] = {}
    number: dict[str, int] = {}
    for outcome in report.outcomes:
        if outcome.status == "skipped":
            reasons.setdefault(outcome.reason, set()).add(f"{outcome.component}@{outcome.target}")
            number[outcome.reason] = number.get(outcome.reason, 0) + 1
    lines = [
        _note(
            "Skipped",
            f"{count(number[why], 'smoke test')}",
            f"{why or 'no reason given'} ({', '.join(sorted(about))})",
            "warn",
        )
        for why, about in reasons.items()
    ]
    failed = {of(f.label) for f in report.failures}
    needy = [each for each in report.skipped if each not in report.unbegun and of(each) not in failed]
    lines += [_note("Skipped", label, "what it needs was not built", "warn") for label in needy]
    if others := len(report.unbegun):
        why = f"at the first failure, with {others} not begun; -k builds what does not need what failed"
        lines.append(said("Stopped", why, style="warn"))
    left: dict[tuple[str, str], list[str]] = {}
    for missing in report.missing:
        left.setdefault((missing.reason, missing.fix), []).append(missing.label.partition("/")[0])
    for (reason, fix), labels in left.items():
        lines.append(_note("Left out", ", ".join(labels), reason, "warn"))
        lines += [line(BODY, f"to build it: {fix}")] if fix else []
    return lines


def _note(verb: str, about: str, why: str, style: Style = "bad") -> Line:
    return said(verb, Span(about, "name"), f"  {why}", style=style)
