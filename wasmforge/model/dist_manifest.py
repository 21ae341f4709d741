"""dist/manifest.json as data. It has no times: equal builds write equal files."""

from collections.abc import Iterable, Mapping
from typing import Literal

from wasmforge.model.artifact import Artifact, DeliveredFile
from wasmforge.model.base import Struct
from wasmforge.model.finding import Finding
from wasmforge.model.report import Report
from wasmforge.model.smoke import Outcome

FORMAT = 1


class SmokeRecord(Struct, frozen=True, kw_only=True):
    """A smoke test in one runtime, or a load, and what came of it."""

    test: str
    runtime: str
    status: Literal["passed", "failed", "skipped"]
    reason: str = ""


class DeliveryRecord(Struct, frozen=True, kw_only=True):
    """One artifact. `toolchains` maps names to identities; sizes are in bytes.

    `sandbox` is what held the commands and tests that the last build ran on its machine; a container is one by itself.
    """

    component: str
    target: str
    profile: str
    files: tuple[DeliveredFile, ...]
    features: tuple[str, ...]
    imports: tuple[str, ...]
    exports: tuple[str, ...]
    toolchains: dict[str, str]
    contract: Literal["holds", "waived", "broken"]
    findings: tuple[Finding, ...]
    smoke: tuple[SmokeRecord, ...]
    loads: tuple[SmokeRecord, ...] = ()
    sandbox: str = "none"


class WithheldRecord(Struct, frozen=True, kw_only=True):
    """The last build of an artifact, where it broke its contract or did not load and so was not delivered.

    What is in `artifacts`, if anything, is an earlier one. This one lies in `folder`, from the project's root.
    """

    component: str
    target: str
    profile: str
    folder: str
    files: tuple[DeliveredFile, ...]
    toolchains: dict[str, str]
    findings: tuple[Finding, ...]
    loads: tuple[SmokeRecord, ...] = ()


class DistManifest(Struct, frozen=True, kw_only=True):
    """The whole file; keys are folders beside it (`web/matmul`)."""

    format: int
    artifacts: dict[str, DeliveryRecord]
    withheld: dict[str, WithheldRecord] = {}


def records(report: Report, toolchains: Mapping[str, dict[str, str]], sandbox: str) -> dict[str, DeliveryRecord]:
    """What a run delivered as records; `toolchains` maps an artifact's label to those that made it."""
    return {
        f"{a.target}/{a.component}": _record(a, toolchains.get(a.label, {}), report, sandbox)
        for a in report.artifacts
        if a.label not in report.withheld
    }


def withheld_records(report: Report, toolchains: Mapping[str, dict[str, str]]) -> dict[str, WithheldRecord]:
    """What a run made and did not deliver."""
    return {
        f"{a.target}/{a.component}": WithheldRecord(
            component=a.component,
            target=a.target,
            profile=a.profile,
            folder=a.folder,
            files=a.files,
            toolchains=toolchains.get(a.label, {}),
            findings=tuple(f for f in report.findings if (f.component, f.target) == (a.component, a.target)),
            loads=_smoke_records(a, report.loads),
        )
        for a in report.artifacts
        if a.label in report.withheld
    }


def _record(a: Artifact, toolchains: dict[str, str], report: Report, sandbox: str) -> DeliveryRecord:
    mine = tuple(f for f in report.findings if (f.component, f.target) == (a.component, a.target))
    broken = any(not f.waived for f in mine)
    return DeliveryRecord(
        component=a.component,
        target=a.target,
        profile=a.profile,
        files=a.files,
        features=a.features,
        imports=a.imports,
        exports=a.exports,
        toolchains=toolchains,
        contract="broken" if broken else "waived" if mine else "holds",
        findings=mine,
        smoke=_smoke_records(a, report.outcomes),
        loads=_smoke_records(a, report.loads),
        sandbox=sandbox,
    )


def _smoke_records(a: Artifact, outcomes: Iterable[Outcome]) -> tuple[SmokeRecord, ...]:
    return tuple(
        SmokeRecord(test=o.test, runtime=o.runtime, status=o.status, reason=o.reason)
        for o in outcomes
        if (o.component, o.target) == (a.component, a.target)
    )
