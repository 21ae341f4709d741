"""Rows of the final table: result, size, features and smoke tests of each delivery. Pure."""

from typing import Literal, NamedTuple

from wasmforge.model.artifact import Artifact, DeliveredFile
from wasmforge.model.label import Label
from wasmforge.model.report import Report
from wasmforge.report.format import count

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
"""The features of LLVM's `lime1` CPU, which every current host has (tool-conventions, Lime.md)."""


class Row(NamedTuple):
    """One delivery; `artifact` is None if it was not built."""

    component: str
    target: str
    result: Result
    artifact: Artifact | None
    smoke: str


def delivery_rows(report: Report) -> list[Row]:
    """Every delivery of a report by name, including those that failed or were skipped."""
    artifacts = {(a.component, a.target): a for a in report.artifacts}
    keys = {*artifacts, *((f.component, f.target) for f in report.findings)}
    keys |= {(o.component, o.target) for o in (*report.outcomes, *report.loads)}
    keys |= {unit_of(m.label) for m in report.left_out}
    keys |= {unit_of(label) for label in (*report.skipped, *(f.label for f in report.failures))}
    return [
        Row(*key, _result(report, key), artifacts.get(key), smoke_summary(report, key))
        for key in sorted(keys)
        if all(key)
    ]


def unit_of(label: str) -> tuple[str, str]:
    """Component and target in a label: `matmul@web/release:link` is of matmul and web."""
    return Label.parse(label)[:2]


def primary_file(artifact: Artifact) -> DeliveredFile:
    """The file whose size is shown: the module, else a total of all files."""
    for file in artifact.files:
        if file.role == "module":
            return file
    files = artifact.files
    total, packed = sum(f.size for f in files), sum(f.gzip for f in files)
    return DeliveredFile(role="all", name=artifact.folder, sha256="", size=total, gzip=packed)


def feature_summary(used: tuple[str, ...], most: int | None = None) -> str:
    """Features in short: `lime1` for the set that every host has, the others by name.

    With `most`, further ones are only counted: `lime1 + 3 more`.
    """
    special = [f for f in used if f not in LIME1]
    base = "lime1" if len(special) < len(used) else "" if special else "mvp"
    named = special if most is None else special[:most]
    left = len(special) - len(named)
    more = "" if not left else f"{left} more" if base or named else count(left, "feature")
    return " + ".join(part for part in (base, ", ".join(named), more) if part)


def smoke_summary(report: Report, key: tuple[str, str]) -> str:
    """`3/3 passed`, `1/3 failed`, `skipped: node is not on this machine`; empty without tests."""
    outcomes = [o for o in report.outcomes if (o.component, o.target) == key]
    skips = [o for o in outcomes if o.status == "skipped"]
    run = len(outcomes) - len(skips)
    failures = sum(o.status == "failed" for o in outcomes)
    if outcomes and not run:
        return f"skipped: {skips[0].reason}" if skips[0].reason else "skipped"
    parts = [f"{failures}/{run} failed" if failures else f"{run}/{run} passed"] if run else []
    return ", ".join([*parts, f"{len(skips)} skipped"] if skips else parts)


def _result(report: Report, key: tuple[str, str]) -> Result:
    """The first problem, in the order of the work."""
    component, target = key
    findings = [f for f in report.findings if (f.component, f.target) == key]
    if any(unit_of(f.label) == key for f in report.failures):
        return "failed"
    if any(unit_of(m.label) == key for m in report.left_out):
        return "left out"
    if any(unit_of(label) == key for label in report.skipped):
        return "not built"
    if any(not f.waived for f in findings):
        return "broken"
    result = (*report.loads, *report.outcomes)
    if any((o.component, o.target, o.status) == (component, target, "failed") for o in result):
        return "failed"
    return "waived" if findings else "ok"
