"""Selects build units: by name, by a change that affects them, by the share of a CI job."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wasmforge.app.workspace import VALIDATOR_TOOLCHAIN, Workspace
from wasmforge.model.affected import MatrixJob, Since
from wasmforge.model.events import Affected
from wasmforge.plan import BuildUnit, Request, restrict_to, select, toolchains_of
from wasmforge.runner.durations import read_durations

if TYPE_CHECKING:
    from wasmforge.changes.affected import UnitKey
    from wasmforge.changes.config_diff import ConfigDiff


def select_units(workspace: Workspace, request: Request) -> tuple[BuildUnit, ...]:
    """The requested units, each after those it needs; none when the change affects none of them."""
    units = select(workspace.manifest, workspace.catalog, request)
    if request.since is not None:
        units = restrict_to(units, _affected(workspace, units, request.since))
    if request.shard is not None:
        units = restrict_to(units, _shares(workspace, units, request.shard.of)[request.shard.job])
    return units


def matrix(workspace: Workspace, request: Request, of: int | None) -> tuple[MatrixJob, ...]:
    """The work as entries of a CI's matrix: one for each component and target, or one for each of `of` shares.

    Empty shares are left out.
    """
    units = select_units(workspace, request)
    seconds = _seconds(workspace, units)
    if of is None:
        return tuple(_job(workspace, units, (pair,), seconds) for pair in map(_pair, units))
    shares = enumerate(_shares(workspace, units, of))
    return tuple(_job(workspace, units, share, seconds, job=job, of=of) for job, share in shares if share)


def affected_units(
    workspace: Workspace, units: tuple[BuildUnit, ...], paths: Iterable[str], differs: "ConfigDiff | None" = None
) -> "dict[UnitKey, tuple[str, ...]]":
    """The units that a change of these files affects, and why. Links among the files are followed."""
    from wasmforge.changes.affected import affected_units, source_folders
    from wasmforge.changes.config_diff import ConfigDiff
    from wasmforge.changes.symlinks import with_symlink_targets

    folders = (folder for unit in units for part in unit.parts for folder in source_folders(part, workspace.catalog))
    linked = with_symlink_targets(workspace.root, folders, paths)
    return affected_units(
        workspace.root, units, workspace.catalog, linked, differs or ConfigDiff(), (VALIDATOR_TOOLCHAIN,)
    )


def _affected(workspace: Workspace, units: tuple[BuildUnit, ...], since: Since) -> "dict[UnitKey, tuple[str, ...]]":
    """The units that the change affects; emits them."""
    from wasmforge.changes.affected import by_component
    from wasmforge.changes.config_diff import diff_with_current
    from wasmforge.changes.git import changed

    diff = changed(workspace.root, since)
    affected = affected_units(
        workspace, units, diff.paths, diff_with_current(workspace.project, diff.previous_contents)
    )
    names = by_component(affected)
    workspace.emit(
        Affected(since=since.base, commit=diff.base, head=since.head or "", files=len(diff.paths), components=names)
    )
    return affected


def _shares(workspace: Workspace, units: tuple[BuildUnit, ...], of: int) -> "tuple[tuple[UnitKey, ...], ...]":
    from wasmforge.plan.shards import shards

    return shards(units, _seconds(workspace, units), of)


def _seconds(workspace: Workspace, units: tuple[BuildUnit, ...]) -> "dict[UnitKey, float]":
    """The recorded seconds of these units."""
    durations = read_durations(workspace.project.state)
    labels = {_pair(w): str(w.resolved.label) for w in units}
    return {pair: durations[label] for pair, label in labels.items() if label in durations}


def _pair(unit: BuildUnit) -> "UnitKey":
    return unit.resolved.name, unit.resolved.target


def _job(
    workspace: Workspace,
    units: tuple[BuildUnit, ...],
    pairs: "tuple[UnitKey, ...]",
    seconds: "dict[UnitKey, float]",
    *,
    job: int | None = None,
    of: int | None = None,
) -> MatrixJob:
    mine = restrict_to(units, pairs)
    known = [seconds[p] for p in pairs if p in seconds]
    unit = pairs[0] if job is None else ("", "")
    return MatrixJob(
        component=unit[0],
        target=unit[1],
        labels=" ".join("@".join(p) for p in pairs),
        toolchains=tuple(sorted({*toolchains_of(mine, workspace.catalog), VALIDATOR_TOOLCHAIN})),
        job=job,
        job_total=of,
        seconds=round(sum(known), 3) if known else None,
    )
