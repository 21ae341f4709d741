"""What a report says of each delivery, worked out: result, size, features, smoke; knows no styles and no widths."""

from typing import Literal, NamedTuple

from wasmforge.model.artifact import Artifact, DeliveredFile, Report
from wasmforge.report.quantities import count

Result = Literal["ok", "waived", "failed", "broken", "not built", "left out"]

LIME1 = {
    "mutable-global",
    "sign-extension",
    "saturating-float-to-int",
    "multi-value",
    "bulk-memory-opt",
    "extended-const",
    "call-indirect-overlong",
}
"""The features of LLVM's `lime1` CPU, which every host of the last years has (tool-conventions, Lime.md)."""


class Row(NamedTuple):
    """One delivery, or one that did not come to be (`artifact` None)."""

    component: str
    target: str
    result: Result
    artifact: Artifact | None
    smoke: str


def rows(report: Report) -> list[Row]:
    """Every delivery of a report, also those of which only a failure or a skip is known, in order of name."""
    made = {(a.component, a.target): a for a in report.artifacts}
    known = {*made, *((f.component, f.target) for f in report.findings)}
    known |= {(o.component, o.target) for o in report.outcomes}
    known |= {of(m.label) for m in report.missing}
    known |= {of(label) for label in (*report.skipped, *(f.label for f in report.failures))}
    return [Row(*key, _result(report, key), made.get(key), smoke(report, key)) for key in sorted(known) if all(key)]


def of(label: str) -> tuple[str, str]:
    """Component and target in a label: `matmul@web/release:link` is of matmul and web."""
    component, _, rest = label.partition("@")
    return component, rest.partition("/")[0].partition(":")[0]


def shipped(artifact: Artifact) -> DeliveredFile:
    """The file whose size people ask for: the module, else all of the delivery together."""
    for file in artifact.files:
        if file.role == "module":
            return file
    files = artifact.files
    total, packed = sum(f.size for f in files), sum(f.gzip for f in files)
    return DeliveredFile(role="all", name=artifact.folder, sha256="", size=total, gzip=packed)


def features(used: tuple[str, ...], most: int | None = None) -> str:
    """Features in few words: what every host has is told by the name of that set, the others one by one.

    With `most`, others beyond that number are only counted: `lime1 + 3 more`.
    """
    special = [f for f in used if f not in LIME1]
    base = "lime1" if len(special) < len(used) else "" if special else "mvp"
    named = special if most is None else special[:most]
    left = len(special) - len(named)
    more = "" if not left else f"{left} more" if base or named else count(left, "feature")
    return " + ".join(part for part in (base, ", ".join(named), more) if part)


def smoke(report: Report, key: tuple[str, str]) -> str:
    """`3/3 passed`, `1/3 failed`, `skipped: node is not on this machine`; empty when nothing was to be tested."""
    outcomes = [o for o in report.outcomes if (o.component, o.target) == key]
    skips = [o for o in outcomes if o.status == "skipped"]
    run = len(outcomes) - len(skips)
    failures = sum(o.status == "failed" for o in outcomes)
    if outcomes and not run:
        return f"skipped: {skips[0].reason}" if skips[0].reason else "skipped"
    parts = [f"{failures}/{run} failed" if failures else f"{run}/{run} passed"] if run else []
    return ", ".join([*parts, f"{len(skips)} skipped"] if skips else parts)


def _result(report: Report, key: tuple[str, str]) -> Result:
    """The first thing that went wrong, in the order of the work."""
    component, target = key
    findings = [f for f in report.findings if (f.component, f.target) == key]
    if any(of(f.label) == key for f in report.failures):
        return "failed"
    if any(of(m.label) == key for m in report.missing):
        return "left out"
    if any(of(label) == key for label in report.skipped):
        return "not built"
    if any(not f.waived for f in findings):
        return "broken"
    if any((o.component, o.target, o.status) == (component, target, "failed") for o in report.outcomes):
        return "failed"
    return "waived" if findings else "ok"
