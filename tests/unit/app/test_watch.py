"""What a build that watches tries again: whatever did not come out well."""

from wasmforge.app.watch import units_not_ok
from wasmforge.model.finding import Finding
from wasmforge.model.report import Failure, Report
from wasmforge.model.smoke import Outcome


def finding(component: str, waived: str = "") -> Finding:
    return Finding(component=component, target="web", rule="imports", item="env", what="may not", waived=waived)


def test_everything_that_went_wrong_is_tried_again() -> None:
    outcome = Outcome(
        label="tested@web/dev", component="tested", target="web", runtime="node", test="t", status="failed"
    )
    report = Report(
        failures=(Failure(label="a@web/dev:link", reason="no"), Failure(label="v@web/dev/simd:link", reason="no")),
        skipped=("b@wasi/dev",),
        findings=(finding("broken"), finding("waived", "a reason")),
        outcomes=(outcome,),
    )
    assert units_not_ok(report) == {"a@web", "v@web", "b@wasi", "broken@web", "tested@web"}
    assert units_not_ok(Report()) == frozenset()
