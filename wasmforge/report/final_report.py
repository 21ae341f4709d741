"""The report at the end of a run: the table of deliveries, all problems in short, and the summary line."""

from wasmforge.model.label import Label
from wasmforge.model.report import Failure, Report
from wasmforge.model.smoke import Outcome
from wasmforge.report.delivery_rows import Result, Row, delivery_rows, feature_summary, primary_file, unit_of
from wasmforge.report.event_lines import BODY, Detail, finding_lines, hint_lines, verb_line
from wasmforge.report.first_error import first_error
from wasmforge.report.format import count, duration, size
from wasmforge.report.mistakes import elsewhere, failure_mistake, finding_mistake, grouped, outcome_mistake
from wasmforge.report.smoke_matrix import difference_lines, smoke_matrix
from wasmforge.report.style import Line, Span, Style, folded, line, line_width, tool_lines
from wasmforge.report.summary import succeeded, summary
from wasmforge.report.text_table import NBSP, Column, table, wrap

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
"""Styles of results; the others are shown as bad."""


def final_report(report: Report, width: int, detail: Detail = "normal", *, fold: bool = False) -> list[Line]:
    """The lines of the report; at quiet detail only the summary, because failures were shown when they happened.

    The summary is one line, so that logs can be searched; on a terminal (`fold`) it is wrapped between words.
    """
    style: Style = "good" if succeeded(report) else "bad"
    last = [line(Span(text, style)) for text in (wrap(summary(report), width) if fold else [summary(report)])]
    if detail == "quiet":
        return last
    lines, notes = _results(report, width, detail), _notes(report)
    notes = folded(notes, width, len(BODY), ("hint", "plain", "quiet")) if fold else notes
    return [*([line(), *lines] if lines else []), *([line(), *notes] if notes else []), line(), *last]


def _results(report: Report, width: int, detail: Detail) -> list[Line]:
    """The table of deliveries, or the matrix of a run of smoke tests only."""
    if report.only_smoke:
        return smoke_matrix(report.outcomes, width)
    return _table(delivery_rows(report), width, detail)


def _table(row_list: list[Row], width: int, detail: Detail) -> list[Line]:
    """The table; if too wide, it drops the reasons of skips (the notes have them), then gzip, then features."""
    lines = table(COLUMNS, [_cells(row, detail) for row in row_list], width)
    if len(lines) > len(row_list) + 1:
        row_list = [row._replace(smoke=row.smoke.partition(":")[0]) for row in row_list]
        lines = table(COLUMNS, [_cells(row, detail) for row in row_list], width)
    shorter: tuple[Detail, ...] = (detail, "quiet")
    for less in shorter:
        if any(line_width(each) > width for each in lines):
            lines = table(COLUMNS, [_cells(row, less, gzip=False) for row in row_list], width)
    return lines


def _cells(row: Row, detail: Detail, *, gzip: bool = True) -> list[str | Span]:
    smoke = row.smoke if ":" in row.smoke else row.smoke.replace(" ", NBSP).replace(f",{NBSP}", ", ")
    style: Style = "bad" if "failed" in row.smoke else "warn" if "skipped" in row.smoke else "plain"
    head: list[str | Span] = [Span(row.component, "name"), row.target, Span(row.result, STYLES.get(row.result, "bad"))]
    artifact = row.artifact
    if artifact is None:
        return [*head, "", "", "", "", Span(smoke, style)]
    file = primary_file(artifact)
    used = feature_summary(artifact.features, most=0 if detail == "quiet" else None)
    if detail == "verbose" and artifact.features:
        used = ", ".join(artifact.features)
    sizes = [size(file.size), size(file.gzip) if gzip else ""] if artifact.files else ["", ""]
    return [*head, *sizes, used, duration(artifact.seconds), Span(smoke, style)]


def _notes(report: Report) -> list[Line]:
    """All mistakes and notes, the most severe first; each mistake once."""
    lines = [each for failures in grouped(report.failures, failure_mistake) for each in _failures(failures)]
    ordered = sorted(report.findings, key=lambda f: bool(f.waived))
    for findings in grouped(ordered, finding_mistake):
        lines += finding_lines(findings[0])
        lines += _same([str(Label(f.component, f.target)) for f in findings])
    failed = [o for o in (*report.loads, *report.outcomes) if o.status == "failed"]
    for outcomes in grouped(failed, outcome_mistake):
        lines += _failed_outcomes(outcomes)
    return lines + difference_lines(report.outcomes) + _not_loaded(report) + _skips(report) + _needs(report)


def _failed_outcomes(outcomes: list[Outcome]) -> list[Line]:
    """A test that failed, with the first line of the reason, the runtimes and targets where it did, and its hint."""
    it = outcomes[0]
    why = next(iter(tool_lines(it.reason)), "")
    runtimes = ", ".join(dict.fromkeys(o.runtime for o in outcomes))
    where = str(Label(it.component, it.target))
    head = _detail_line("Failed", where, f"{it.test} in {runtimes}: {why}")
    return [head, *hint_lines(it.hint), *_same([str(Label(o.component, o.target)) for o in outcomes])]


def _same(labels: list[str]) -> list[Line]:
    """Where else a mistake was met than at the first of these; one line or none."""
    where = elsewhere(labels)
    return [line(BODY, Span(where, "quiet"))] if where else []


def _not_loaded(report: Report) -> list[Line]:
    """Skipped loads by reason."""
    about: dict[str, dict[str, None]] = {}
    for event in report.loads:
        if event.status == "skipped":
            about.setdefault(event.reason, {})[str(Label(event.component, event.target))] = None
    return [_detail_line("Not loaded", ", ".join(labels), why, "warn") for why, labels in about.items()]


def _needs(report: Report) -> list[Line]:
    """Requirements on hosts of what was built."""
    about: dict[str, list[str]] = {}
    for artifact in report.artifacts:
        for note in artifact.notes:
            about.setdefault(note, []).append(str(Label(artifact.component, artifact.target)))
    return [_detail_line("Note", ", ".join(labels), note, "quiet") for note, labels in about.items()]


def _failures(failures: list[Failure]) -> list[Line]:
    """One mistake: the first action that met it, the error, the hint, and where else it was met."""
    failure = failures[0]
    why = first_error(failure.output)
    lines = [_detail_line("Failed", failure.label, failure.reason), *([line(BODY, why)] if why else [])]
    return [*lines, *hint_lines(failure.hint), *_same([f.label for f in failures])]


def _skips(report: Report) -> list[Line]:
    """Skipped tests by reason, and deliveries that were not built or left out."""
    reasons: dict[str, set[str]] = {}
    number: dict[str, int] = {}
    for outcome in report.outcomes:
        if outcome.status == "skipped":
            reasons.setdefault(outcome.reason, set()).add(str(Label(outcome.component, outcome.target)))
            number[outcome.reason] = number.get(outcome.reason, 0) + 1
    lines = [
        _detail_line(
            "Skipped",
            f"{count(number[why], 'smoke test')}",
            f"{why or 'no reason given'} ({', '.join(sorted(about))})",
            "warn",
        )
        for why, about in reasons.items()
    ]
    failed = {unit_of(f.label) for f in report.failures}
    dependents = [each for each in report.skipped if each not in report.not_started and unit_of(each) not in failed]
    lines += [_detail_line("Skipped", label, "a dependency was not built", "warn") for label in dependents]
    if others := len(report.not_started):
        why = f"at the first failure, with {others} not started; -k also builds what does not depend on a failure"
        lines.append(verb_line("Stopped", why, style="warn"))
    left: dict[tuple[str, str], list[str]] = {}
    for missing in report.left_out:
        left.setdefault((missing.reason, missing.fix), []).append(str(Label.parse(missing.label).on_target))
    for (reason, fix), labels in left.items():
        lines.append(_detail_line("Left out", ", ".join(labels), reason, "warn"))
        lines += [line(BODY, f"to build it: {fix}")] if fix else []
    return lines


def _detail_line(verb: str, about: str, why: str, style: Style = "bad") -> Line:
    return verb_line(verb, Span(about, "name"), f"  {why}", style=style)
