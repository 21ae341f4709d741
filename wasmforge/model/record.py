"""What dist says of itself in `manifest.json`. Holds no times: equal builds leave equal files."""

from collections.abc import Iterable, Mapping
from typing import Literal

from wasmforge.model.artifact import Artifact, DeliveredFile, Finding, Report
from wasmforge.model.base import Noun
from wasmforge.model.smoke import Outcome

FORMAT = 1


class Tried(Noun, frozen=True, kw_only=True):
    """A smoke test in one runtime, and what came of it."""

    test: str
    runtime: str
    status: Literal["passed", "failed", "skipped"]
    reason: str = ""


class Record(Noun, frozen=True, kw_only=True):
    """One artifact. `toolchains` maps names to identities; sizes are in bytes."""

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
    smoke: tuple[Tried, ...]


class Dist(Noun, frozen=True, kw_only=True):
    """The whole file; keys are folders within dist (`web/matmul`)."""

    format: int
    artifacts: dict[str, Record]


def records(report: Report, toolchains: Mapping[str, dict[str, str]]) -> dict[str, Record]:
    """A run's artifacts as records; `toolchains` maps an artifact's label to those that made it."""
    return {
        f"{a.target}/{a.component}": _record(a, toolchains.get(a.label, {}), report.findings, report.outcomes)
        for a in report.artifacts
    }


def _record(
    a: Artifact, toolchains: dict[str, str], findings: Iterable[Finding], outcomes: Iterable[Outcome]
) -> Record:
    mine = tuple(f for f in findings if (f.component, f.target) == (a.component, a.target))
    broken = any(not f.waived for f in mine)
    return Record(
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
        smoke=tuple(
            Tried(test=o.test, runtime=o.runtime, status=o.status, reason=o.reason)
            for o in outcomes
            if (o.component, o.target) == (a.component, a.target)
        ),
    )
