"""Returns the exit code for a report."""

from wasmforge.errors import Exit
from wasmforge.model.report import Report


def exit_code_of(report: Report) -> Exit:
    """0 for success, 3 if all failures are those of this machine, else 1."""
    codes = {f.exit_code for f in report.failures}
    if any(not f.waived for f in report.findings) or any(
        o.status == "failed" for o in (*report.outcomes, *report.loads)
    ):
        codes.add(Exit.FAILED)
    if not codes:
        return Exit.OK
    return Exit.MACHINE if codes == {Exit.MACHINE} else Exit.FAILED
