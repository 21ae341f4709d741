"""Builds, waits for a change, and builds what it affects, until it is interrupted."""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import NoReturn

import msgspec

from wasmforge.app.selection import affected_units
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.changes.watcher import ChangeQueue, watch_folder
from wasmforge.config.project import find_root
from wasmforge.errors import ForgeError, UntrustedError
from wasmforge.model.catalog_kinds import is_catalog_path
from wasmforge.model.events import Changed, Event, Watching
from wasmforge.model.label import Label
from wasmforge.model.report import Report
from wasmforge.plan import Request, select
from wasmforge.plan.resolve import targets_of
from wasmforge.store.cache_dirs import CacheDirs

CONFIG_FILES = frozenset({"forge.toml", "forge.lock"})


def watch(
    settings: Settings,
    request: Request,
    build: Callable[[Request], Report],
    emit: EventSink,
    complain: Callable[[ForgeError], None],
) -> NoReturn:
    """Build the request, then after each change the units it affects and those that failed before.

    Errors, in forge.toml or in sources, go to `complain`, and the next change is awaited. Ends with KeyboardInterrupt,
    or with ForgeError without a project, if nothing can be watched, or if the project's own catalog is not trusted.
    """
    root = find_root(settings.start)
    with watch_folder(root, (CacheDirs().cache,)) as changes:
        pending = request
        while True:
            not_ok: frozenset[str] | None
            try:
                not_ok = units_not_ok(build(pending))
            except UntrustedError:  # the user must be asked
                raise
            except ForgeError as e:
                complain(e)
                not_ok = None
            emit(Watching(root=str(root)))
            pending = _next(settings, request, changes, not_ok, emit)


def units_not_ok(report: Report) -> frozenset[str]:
    """The labels (`matmul@web`) of units that failed, or were not built."""
    labels = [f.label for f in report.failures] + list(report.skipped)
    pairs = [(f.component, f.target) for f in report.findings if not f.waived]
    pairs += [(o.component, o.target) for o in (*report.outcomes, *report.loads) if o.status == "failed"]
    return frozenset({*(str(Label.parse(label).on_target) for label in labels), *(str(Label(*p)) for p in pairs)})


def _next(
    settings: Settings, request: Request, changes: ChangeQueue, not_ok: frozenset[str] | None, emit: EventSink
) -> Request:
    """Wait for a change that affects something; returns the next request. `not_ok` None: the last build raised."""
    while True:
        paths = tuple(sorted(changes.wait()))
        pending, why = _request_for(settings, request, paths, not_ok)
        if pending is not None:
            emit(Changed(paths=why))
            return pending


def _request_for(
    settings: Settings, request: Request, paths: tuple[str, ...], not_ok: frozenset[str] | None
) -> tuple[Request | None, tuple[str, ...]]:
    """The request for a change of these paths, None if it affects nothing, and the paths that matter."""
    try:
        workspace = Workspace(settings, _deaf, read_only=True)
        units = select(workspace.manifest, workspace.catalog, request)
    except ForgeError:  # the build reports it
        rest = _without_dist("dist", paths)
        return (request if rest else None), rest
    rest = _without_dist(workspace.manifest.build.dist, paths)
    if not rest or not_ok is None or any(_is_ours(p) for p in rest):
        return (request if rest else None), rest
    affected = affected_units(workspace, units, rest)
    if not affected:
        return None, ()
    possible = {
        n: targets_of(p, workspace.manifest, workspace.catalog) for n, p in workspace.manifest.components.items()
    }
    labels = {str(Label(n, t)) for n, t in affected if t in possible[n]} | not_ok
    ordered = (str(w.resolved.label.on_target) for w in units)
    return msgspec.structs.replace(request, components=tuple(x for x in ordered if x in labels), targets=()), rest


def _without_dist(dist: str, paths: Iterable[str]) -> tuple[str, ...]:
    """The paths outside of dist, which builds write."""
    return tuple(p for p in paths if not PurePosixPath(p).is_relative_to(PurePosixPath(dist)))


def _is_ours(path: str) -> bool:
    return PurePosixPath(path).name in CONFIG_FILES or is_catalog_path(path)


def _deaf(event: Event) -> None:
    """Ignores events between builds."""
