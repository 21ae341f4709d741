"""Writes candidates, and moves those into dist whose contracts hold and that load."""

from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec

from wasmforge.app.smoke import DeliveredPair
from wasmforge.app.workspace import Workspace
from wasmforge.contracts.read import read_artifact
from wasmforge.delivery.deliver import CANDIDATES, deliver, discard, is_delivered
from wasmforge.delivery.dist_manifest import write_dist_manifest
from wasmforge.delivery.known_aot import remember_aot
from wasmforge.errors import ForgeError
from wasmforge.model.artifact import Artifact
from wasmforge.model.dist_manifest import records, withheld_records
from wasmforge.model.events import ActionFailed, Delivered, Withheld
from wasmforge.model.label import Label
from wasmforge.model.plan import Delivery, Plan
from wasmforge.model.report import Failure, Report
from wasmforge.runner.scheduler import RunResult


def write_candidates(workspace: Workspace, plan: Plan, result: RunResult) -> tuple[list[DeliveredPair], list[Failure]]:
    """Write every complete delivery that is not in dist already as a candidate beside dist.

    Returns all complete deliveries, in dist or as candidates, and a failure for each that could not be written.
    """
    candidates: list[DeliveredPair] = []
    failures: list[Failure] = []
    for delivery in (d for d in plan.deliveries if is_complete(d, result)):
        delivered = delivery
        try:
            with workspace.timed(f"deliver {delivery.label}"):
                if not is_delivered(workspace.root, delivery, result.entries):
                    delivered = msgspec.structs.replace(delivery, folder=_candidate(workspace, delivery))
                    deliver(workspace.root, delivered, result.entries, workspace.store)
        except ForgeError as e:
            failures.append(_delivery_failure(workspace, delivery.label, e))
            continue
        remember_aot(workspace.store, delivery, result.entries)
        seconds = sum(
            e.seconds for label, e in result.entries.items() if str(Label.parse(label).delivery) == delivery.label
        )
        candidates.append((delivered, read_artifact(workspace.root, delivered, seconds)))
    return candidates, failures


def _candidate(workspace: Workspace, delivery: Delivery) -> str:
    """The folder of a delivery until it is checked."""
    return f"{CANDIDATES}/{PurePosixPath(delivery.folder).relative_to(workspace.manifest.build.dist)}"


def deliver_good(
    workspace: Workspace, report: Report, deliveries: Mapping[str, Delivery], result: RunResult, failures: list[Failure]
) -> Report:
    """Move every candidate into dist whose contract holds and that loads; dist keeps the previous delivery of others.

    Returns the report with what was delivered and withheld. A delivery that cannot be written is added to `failures`.
    """
    artifacts: list[Artifact] = []
    withheld: list[str] = []
    good = {*report.contracts_held} - {outcome.label for outcome in report.loads if outcome.status == "failed"}
    for artifact in report.artifacts:
        delivery = deliveries[artifact.label]
        stands, candidate = artifact.folder == delivery.folder, _candidate(workspace, delivery)
        if not stands and artifact.label not in good:
            artifacts.append(artifact)
            withheld.append(artifact.label)
            workspace.emit(Withheld(artifact=artifact, previous_delivered=(workspace.root / delivery.folder).is_dir()))
            continue
        try:
            if not stands:
                deliver(workspace.root, delivery, result.entries, workspace.store)
        except ForgeError as e:
            failures.append(_delivery_failure(workspace, delivery.label, e))
            continue
        finally:
            discard(workspace.root, candidate)
        artifacts.append(msgspec.structs.replace(artifact, folder=delivery.folder))
        workspace.emit(Delivered(artifact=artifacts[-1], changed=not stands))
    delivered = {a.label for a in artifacts}
    held = tuple(label for label in report.contracts_held if label in delivered)
    return msgspec.structs.replace(report, artifacts=tuple(artifacts), contracts_held=held, withheld=tuple(withheld))


def write_manifest(workspace: Workspace, report: Report, plan: Plan, dist: str) -> list[Failure]:
    """Write manifest.json of dist. Returns a failure if it cannot be written."""
    tools = _toolchains(plan)
    try:
        write_dist_manifest(
            workspace.root, records(report, tools, workspace.sandbox.kind), dist, withheld_records(report, tools)
        )
    except ForgeError as e:
        return [_delivery_failure(workspace, dist, e)]
    return []


def _delivery_failure(workspace: Workspace, label: str, error: ForgeError) -> Failure:
    """The failure for an error of writing to dist; the build goes on and reports the rest."""
    failure = Failure(
        label=label,
        reason="; ".join(str(p) for p in error.problems),
        exit_code=error.exit_code,
        hint="; ".join(p.hint for p in error.problems if p.hint),
    )
    workspace.emit(ActionFailed(failure=failure))
    return failure


def is_complete(delivery: Delivery, result: RunResult) -> bool:
    """Whether all actions of a delivery succeeded."""
    return all(p.source or p.action in result.entries for p in delivery.files)


def _toolchains(plan: Plan) -> dict[str, dict[str, str]]:
    """The toolchains that made each delivery: by its label, identities by name."""
    used: dict[str, dict[str, str]] = {}
    for label, action in plan.actions.items():
        owner = str(Label.parse(label).delivery)
        used.setdefault(owner, {})[action.toolchain] = plan.tools[action.toolchain]
    return used
