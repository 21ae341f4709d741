"""Finds the requested components in dist. Returns deliveries, artifacts, and a problem for each missing one."""

from collections.abc import Iterable

import msgspec

from wasmforge.app.smoke import DeliveredPair
from wasmforge.app.workspace import Workspace
from wasmforge.contracts.read import read_artifact
from wasmforge.delivery.deliver import LINK_HINT
from wasmforge.delivery.dist_manifest import read_dist_manifest
from wasmforge.errors import Problem
from wasmforge.model.artifact import Artifact
from wasmforge.model.dist_manifest import DeliveryRecord
from wasmforge.model.events import Differs
from wasmforge.model.label import Label
from wasmforge.model.plan import PlannedFile
from wasmforge.plan import BuildUnit, dist_of, make_delivery
from wasmforge.safe_paths import real_below, refuse_links


def find_delivered(workspace: Workspace, units: Iterable[BuildUnit]) -> tuple[list[DeliveredPair], list[Problem]]:
    """The delivered build units, and a problem for each that is missing. Emits an event for changed files.

    Raises ForgeError for a delivery that cannot be read.
    """
    pairs: list[DeliveredPair] = []
    missing: list[Problem] = []
    known: dict[str, dict[str, DeliveryRecord]] = {}
    for unit in units:
        name, target, profile = unit.resolved.name, unit.resolved.target, unit.resolved.profile
        dist = dist_of(workspace.manifest.build, profile)
        if dist not in known:
            known[dist] = read_dist_manifest(workspace.root, dist).artifacts
        record = known[dist].get(f"{target}/{name}")
        if record is None or not (workspace.root / dist / target / name).is_dir():
            missing.append(_missing(workspace, unit, "is not built yet"))
            continue
        if record.profile != profile:
            missing.append(_missing(workspace, unit, f"is built with profile {record.profile!r}, not {profile!r}"))
            continue
        files = tuple(PlannedFile(role=f.role, name=f.name, action="", output="") for f in record.files)
        delivery = make_delivery(workspace.manifest, unit, workspace.catalog, files)
        real = real_below(workspace.root, dist, hint=LINK_HINT)
        refuse_links(workspace.root, *(f"{real}/{target}/{name}/{f.name}" for f in record.files), hint=LINK_HINT)
        artifact = read_artifact(workspace.root, delivery)
        if changed := changed_files(record, artifact):
            workspace.emit(Differs(component=name, target=target, files=changed))
        facts = {name: getattr(record, name) for name in ("features", "imports", "exports")}
        pairs.append((delivery, msgspec.structs.replace(artifact, **facts)))
    return pairs, missing


def changed_files(record: DeliveryRecord, artifact: Artifact) -> tuple[str, ...]:
    """The names of files whose digests differ from the record."""
    built = {f.name: f.sha256 for f in record.files}
    return tuple(f.name for f in artifact.files if built.get(f.name) != f.sha256)


def _missing(workspace: Workspace, unit: BuildUnit, what: str) -> Problem:
    name, target, profile = unit.resolved.name, unit.resolved.target, unit.resolved.profile
    message = "" if profile == workspace.manifest.build.profile else f" --profile {profile}"
    hint = f"run `wasmforge build {name} --target {target}{message}` first"
    return Problem(where=str(Label(name, target)), what=what, hint=hint)
