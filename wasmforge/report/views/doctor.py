"""Shows the checks of `doctor` as a list, each with its fix."""

from collections.abc import Sequence

from wasmforge.model.doctor import Check
from wasmforge.model.toolchain import shortened
from wasmforge.report.format import count
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line
from wasmforge.report.text_table import Column, Row, table

MARKS = {"ok": Span("✓", "good"), "wrong": Span("✗", "bad"), "absent": Span("-", "quiet")}


def show_doctor(checks: Sequence[Check], out: Output) -> None:
    """Print the checks in their order, then how many of them need attention."""
    rows: list[Row] = []
    for check in checks:
        rows.append(
            (
                MARKS[check.status],
                Span(check.what, "quiet" if check.status == "absent" else "plain"),
                shortened(check.detail),
            )
        )
        if check.fix and check.status != "ok":
            rows.append(("", "", Span(f"fix: {check.fix}", "hint" if check.status == "wrong" else "quiet")))
    out.print([*table((Column(), Column(), Column(wraps=True)), rows, out.width), line(), _verdict(checks)])


def _verdict(checks: Sequence[Check]) -> Line:
    wrong = sum(check.status == "wrong" for check in checks)
    if not wrong:
        return line(Span("all is well", "good"))
    return line(Span(f"{count(wrong, 'thing')} {'needs' if wrong == 1 else 'need'} attention", "bad"))
