"""Plans build units: reads their sources, finds their toolchains, checks the lock, and makes the plan."""

from collections.abc import Mapping

import msgspec

from wasmforge import config
from wasmforge.app.workspace import ARCHITECTURE, VALIDATOR_TOOLCHAIN, Workspace
from wasmforge.errors import Exit, ForgeError, Problem
from wasmforge.model.plan import Plan, SkippedOptional, Snapshot
from wasmforge.model.report import LeftOut
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan import BuildUnit, file_lists, file_options, make_plan, option_words, toolchains_of
from wasmforge.plan.checks.feature_versions import check_feature_versions
from wasmforge.plan.checks.lockfile import check_locked
from wasmforge.plan.checks.tool_versions import check_tool_versions


def plan_units(
    workspace: Workspace, units: tuple[BuildUnit, ...], *, allow_missing: bool = False
) -> tuple[Plan, dict[str, ResolvedToolchain]]:
    """The plan of these units and the toolchains it needs, by name.

    With `allow_missing`, for a plan that is only shown, toolchains may be missing: `Plan.absent` names them. Raises
    ForgeError for missing sources or toolchains, and for toolchains that differ from forge.lock with `--locked`.
    """
    with workspace.timed("read sources"), config.recorded(workspace.inputs), config.with_lines_of(workspace.root):
        snapshots = _read_sources(workspace, units, fetching=not allow_missing)
    workspace.snapshots = tuple(snapshots.values())
    used = toolchains_of(units, workspace.catalog)
    with workspace.timed("find toolchains"):
        toolchains, absent = _find_toolchains(workspace, used, allow_missing)
    if workspace.settings.locked:
        validator, _ = _find_toolchains(workspace, (VALIDATOR_TOOLCHAIN,), allow_missing)
        with config.recorded(workspace.inputs):
            check_locked(config.need_lock(workspace.root), {**toolchains, **validator}, ARCHITECTURE)
    with workspace.timed("plan"), config.with_lines_of(workspace.root):
        check_cargo_locks(workspace, units, toolchains)
        check_feature_versions(units, workspace.catalog, toolchains)
        identities = {name: toolchains[name].identity if name in toolchains else "" for name in used}
        plan = make_plan(workspace.manifest, units, workspace.catalog, snapshots, identities)
    return msgspec.structs.replace(plan, absent={n: a for n, a in absent.items() if n in plan.tools}), toolchains


def _read_sources(
    workspace: Workspace, units: tuple[BuildUnit, ...], *, fetching: bool
) -> dict[tuple[str, str], Snapshot]:
    """The sources of each component, by its name and recipe, with the files that its options and its `files` name.

    With `fetching`, what components fetch is fetched where it is not in the store.
    """
    named: dict[tuple[str, str], list[config.Named]] = {}
    parts = [part for unit in units for part in unit.parts]
    for unit in parts:
        key = (unit.resolved.name, unit.resolved.recipe)
        named.setdefault(key, []).extend(file_options(unit, workspace.catalog))
        named[key].extend(option_words(unit, workspace.catalog))
        named[key].extend(file_lists(unit, workspace.catalog))
    recipes = [(unit.declared, workspace.catalog.recipes[unit.resolved.recipe]) for unit in parts]
    declared = {part.declared.name: part.declared for part in parts if part.declared.component.fetch}.values()
    if not declared:
        return config.load_snapshots(workspace.project, recipes, named)
    from wasmforge.app.fetched_sources import damaged, lay_out

    lock = config.read_lock(workspace.root)
    for _ in range(2):  # what is damaged is found when it is read, and gone then
        laid = lay_out(workspace, declared, fetching=fetching and workspace.may_fetch, lock=lock)
        files = {name: each.files for name, each in laid.items()}
        snapshots = config.load_snapshots(workspace.project, recipes, named, files)
        if not damaged(workspace, snapshots.values()):
            break
    return snapshots


def _find_toolchains(
    workspace: Workspace, names: tuple[str, ...], allow_missing: bool
) -> tuple[dict[str, ResolvedToolchain], dict[str, SkippedOptional]]:
    """The toolchains of these names; with `allow_missing`, also why each of the others is not available."""
    if allow_missing:
        return workspace.tools.available(names)
    return workspace.tools.toolchains(names), {}


def check_cargo_locks(
    workspace: Workspace, units: tuple[BuildUnit, ...], toolchains: Mapping[str, ResolvedToolchain]
) -> None:
    """Raise ForgeError for toolchains whose versions do not fit the Cargo.lock of a component."""
    with config.recorded(workspace.inputs):
        locks = config.cargo_locks(workspace.root, {unit.declared.folder: None for unit in units})
    check_tool_versions(units, workspace.catalog, locks, toolchains)


def split_buildable(
    workspace: Workspace, units: tuple[BuildUnit, ...]
) -> tuple[tuple[BuildUnit, ...], tuple[LeftOut, ...]]:
    """The units whose toolchains are available, and those left out because one is missing, or a unit they need is.

    Raises ForgeError (exit 3) when none is left.
    """
    buildable: list[BuildUnit] = []
    left_out: dict[tuple[str, str], LeftOut] = {}
    problems: list[Problem] = []
    for unit in units:
        name, target = unit.resolved.name, unit.resolved.target
        label = str(unit.resolved.label)
        if need := next((n for n in unit.needs if (n, target) in left_out), None):
            left_out[name, target] = LeftOut(label=label, reason=f"needs {need}, which is left out")
            continue
        try:
            workspace.tools.toolchains(toolchains_of((unit,), workspace.catalog))
        except ForgeError as e:
            if e.exit_code != Exit.MACHINE:
                raise
            problems.extend(e.problems)
            left_out[name, target] = LeftOut(label=label, reason=str(e.problems[0]), fix=e.problems[0].hint)
        else:
            buildable.append(unit)
    if not buildable:
        raise ForgeError(*problems, exit_code=Exit.MACHINE)
    return tuple(buildable), tuple(left_out.values())
