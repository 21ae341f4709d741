"""Smoke tests as a table by component, target and runtime; and runtimes whose answers differ."""

from collections.abc import Sequence

from wasmforge.model.label import Label
from wasmforge.model.smoke import Outcome
from wasmforge.report.event_lines import verb_line
from wasmforge.report.format import duration
from wasmforge.report.style import Line, Span, Style
from wasmforge.report.text_table import Column, Row, table

COLUMNS = (
    Column("component"),
    Column("target"),
    Column("runtime"),
    Column("tests", "right"),
    Column("time", "right"),
    Column("outcome", wraps=True),
)


def smoke_matrix(outcomes: Sequence[Outcome], width: int) -> list[Line]:
    """One line for each component, target and runtime; times are those of its tests together."""
    cells: dict[tuple[str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        cells.setdefault((outcome.component, outcome.target, outcome.runtime), []).append(outcome)
    odd = {id(o) for group in differing_groups(outcomes) for o in group}
    rows: list[Row] = [
        [Span(key[0], "name"), *key[1:], str(len(cell)), duration(sum(o.seconds for o in cell)), _outcome(cell, odd)]
        for key, cell in sorted(cells.items(), key=lambda item: item[0][:2])
    ]
    return table(COLUMNS, rows, width)


def differing_groups(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """Groups of outcomes of one test that should be equal but are not: the answers differ, or some failed.

    Skipped tests and tests without an answer are ignored. Passed answers may differ: a test may accept several, or
    have a tolerance.
    """
    tests: dict[tuple[str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status != "skipped" and outcome.answer:
            tests.setdefault((outcome.component, outcome.target, outcome.test), []).append(outcome)
    return [group for group in tests.values() if len({(o.status, o.answer) for o in group}) > 1]


def difference_lines(outcomes: Sequence[Outcome]) -> list[Line]:
    """The answers by runtime, for tests where they differ."""
    lines: list[Line] = []
    for group in differing_groups(outcomes):
        answers: dict[str, list[str]] = {}
        for outcome in group:
            answers.setdefault(outcome.answer, []).append(outcome.runtime)
        if len(answers) > 1:
            about = str(Label(group[0].component, group[0].target))
            each = "; ".join(f"{', '.join(names)}: {answer}" for answer, names in answers.items())
            lines.append(verb_line("Differs", Span(about, "name"), f"  {group[0].test}  {each}", style="warn"))
    return lines


def _outcome(cell: Sequence[Outcome], odd: set[int]) -> Span:
    failed, skipped = (sum(o.status == s for o in cell) for s in ("failed", "skipped"))
    run = len(cell) - skipped
    style: Style = "bad" if failed else "warn" if skipped else "good"
    parts = [f"{failed} of {run} failed" if failed else "passed"] if run else []
    parts += ["skipped" if not run else f"{skipped} skipped"] if skipped else []
    parts += ["differs"] if any(id(o) in odd for o in cell) else []
    return Span(", ".join(parts), "warn" if "differs" in parts and not failed else style)
