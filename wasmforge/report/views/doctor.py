"""A diagnosis as a checklist, with what to do about each thing that is wrong."""

from collections.abc import Sequence

from wasmforge.model.doctor import Check
from wasmforge.report.columns import Column, Row, table
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import count

MARKS = {"ok": Span("✓", "good"), "wrong": Span("✗", "bad"), "absent": Span("-", "quiet")}


def show_doctor(checks: Sequence[Check], paper: Paper) -> None:
    """Print the checks in their order, then how many of them need attention."""
    rows: list[Row] = []
    for check in checks:
        rows.append(
            (MARKS[check.status], Span(check.what, "quiet" if check.status == "absent" else "plain"), check.detail)
        )
        if check.fix and check.status != "ok":
            rows.append(("", "", Span(f"fix: {check.fix}", "hint" if check.status == "wrong" else "quiet")))
    paper.print([*table((Column(), Column(), Column(wraps=True)), rows, paper.width), line(), _verdict(checks)])


def _verdict(checks: Sequence[Check]) -> Line:
    wrong = sum(check.status == "wrong" for check in checks)
    if not wrong:
        return line(Span("all is well", "good"))
    return line(Span(f"{count(wrong, 'thing')} {'needs' if wrong == 1 else 'need'} attention", "bad"))
