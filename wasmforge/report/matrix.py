"""Smoke tests as a matrix of component, target and runtime; which runtimes gave other answers than the rest."""

from collections.abc import Sequence

from wasmforge.model.smoke import Outcome
from wasmforge.report.columns import Column, Row, table
from wasmforge.report.ink import Line, Span, Style
from wasmforge.report.quantities import duration
from wasmforge.report.words import said

COLUMNS = (
    Column("component"),
    Column("target"),
    Column("runtime"),
    Column("tests", "right"),
    Column("time", "right"),
    Column("outcome", wraps=True),
)


def matrix(outcomes: Sequence[Outcome], width: int) -> list[Line]:
    """One line for each component, target and runtime; times are those of its tests together."""
    cells: dict[tuple[str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        cells.setdefault((outcome.component, outcome.target, outcome.runtime), []).append(outcome)
    odd = {id(o) for group in differing(outcomes) for o in group}
    rows: list[Row] = [
        [Span(key[0], "name"), *key[1:], str(len(cell)), duration(sum(o.seconds for o in cell)), _outcome(cell, odd)]
        for key, cell in sorted(cells.items(), key=lambda item: item[0][:2])
    ]
    return table(COLUMNS, rows, width)


def differing(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """Groups of outcomes of one test that ought to be alike and are not: the answers differ, or some failed.

    What was not run, or ended without an answer, tells nothing. Answers that all passed may differ: a test may leave
    some of them open, or have a tolerance.
    """
    tests: dict[tuple[str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.status != "skipped" and outcome.answer:
            tests.setdefault((outcome.component, outcome.target, outcome.test), []).append(outcome)
    return [group for group in tests.values() if len({(o.status, o.answer) for o in group}) > 1]


def differences(outcomes: Sequence[Outcome]) -> list[Line]:
    """Who said what, where runtimes differ."""
    lines: list[Line] = []
    for group in differing(outcomes):
        answers: dict[str, list[str]] = {}
        for outcome in group:
            answers.setdefault(outcome.answer, []).append(outcome.runtime)
        if len(answers) > 1:
            about = f"{group[0].component}@{group[0].target}"
            each = "; ".join(f"{', '.join(names)}: {answer}" for answer, names in answers.items())
            lines.append(said("Differs", Span(about, "name"), f"  {group[0].test}  {each}", style="warn"))
    return lines


def _outcome(cell: Sequence[Outcome], odd: set[int]) -> Span:
    failed, skipped = (sum(o.status == s for o in cell) for s in ("failed", "skipped"))
    run = len(cell) - skipped
    style: Style = "bad" if failed else "warn" if skipped else "good"
    parts = [f"{failed} of {run} failed" if failed else "passed"] if run else []
    parts += ["skipped" if not run else f"{skipped} skipped"] if skipped else []
    parts += ["differs"] if any(id(o) in odd for o in cell) else []
    return Span(", ".join(parts), "warn" if "differs" in parts and not failed else style)
