"""Writes forge.lock: the toolchains that the whole project needs, and the sources that it fetches."""

import msgspec

from wasmforge import config
from wasmforge.app.fetch import locked_sources
from wasmforge.app.planning import check_cargo_locks
from wasmforge.app.workspace import ARCHITECTURE, VALIDATOR_TOOLCHAIN, EventSink, Settings, Workspace
from wasmforge.model.lockfile import LockFile
from wasmforge.model.plan import SkippedOptional
from wasmforge.plan import Request, select, toolchains_of
from wasmforge.plan.checks.lockfile import to_lock_entries, update_lock


def lock(settings: Settings, emit: EventSink) -> tuple[tuple[str, ...], dict[str, SkippedOptional], bool]:
    """Write the toolchains that the whole project needs, as far as they are available, and all sources to forge.lock.

    Returns their names, why others are missing, and whether the file changed. Raises ForgeError (exit 3) if all are.
    """
    workspace = Workspace(settings, emit, read_only=True)
    units = select(workspace.manifest, workspace.catalog, Request())
    used = (*toolchains_of(units, workspace.catalog), VALIDATOR_TOOLCHAIN)
    toolchains, absent = workspace.tools.available(used)
    if not toolchains:
        workspace.tools.toolchains(used)
    check_cargo_locks(workspace, units, toolchains)
    old = config.read_lock(workspace.root) or LockFile(format=1)
    updated = update_lock(old, to_lock_entries(toolchains), ARCHITECTURE, keep=absent)
    changed = config.write_lock(workspace.root, msgspec.structs.replace(updated, fetched=locked_sources(workspace)))
    return tuple(sorted(toolchains)), absent, changed
