"""Which exit code a report comes to."""

from wasmforge.errors import Exit
from wasmforge.model.artifact import Report


def exit_code(report: Report) -> Exit:
    """0 when all is true; 3 when only this machine stands in the way; else 1."""
    codes = {f.exit_code for f in report.failures}
    if any(not f.waived for f in report.findings) or any(o.status == "failed" for o in report.outcomes):
        codes.add(Exit.FAILED)
    if not codes:
        return Exit.OK
    return Exit.MACHINE if codes == {Exit.MACHINE} else Exit.FAILED
