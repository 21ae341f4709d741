"""Fetches what components fetch, builds nothing, and tells what is there."""

from collections.abc import Sequence

from wasmforge import config
from wasmforge.app.fetched_sources import lay_out
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.errors import ForgeError, unknown
from wasmforge.model.events import Waiting
from wasmforge.model.fetch import FetchedSource, LockedSource
from wasmforge.store.store_lock import store_lock


def fetch(settings: Settings, names: Sequence[str], emit: EventSink) -> tuple[FetchedSource, ...]:
    """Fetch the sources of these components (none named: of all) that are not here yet. Returns all of them.

    Raises ForgeError for unknown names, and for what cannot be fetched.
    """
    workspace = Workspace(settings, emit, read_only=True)
    workspace.cache_dirs.ready()
    components = workspace.manifest.components
    if problems := [unknown("component", name, components) for name in names if name not in components]:
        raise ForgeError(*problems)
    chosen = [components[name] for name in dict.fromkeys(names or components)]
    with (
        store_lock(
            workspace.cache_dirs.cache,
            lambda: emit(Waiting(what="another process that removes entries from the store")),
        ),
        config.with_lines_of(workspace.root),
    ):
        lock = config.need_lock(workspace.root) if settings.locked else config.read_lock(workspace.root)
        laid = lay_out(workspace, chosen, fetching=workspace.may_fetch, lock=lock)
    return tuple(source for each in laid.values() for source in each.sources)


def locked_sources(workspace: Workspace) -> dict[str, dict[str, LockedSource]]:
    """What forge.lock is to say of the project's sources; those that are not here are fetched."""
    locked: dict[str, dict[str, LockedSource]] = {}
    with config.with_lines_of(workspace.root):
        laid = lay_out(workspace, workspace.manifest.components.values(), fetching=workspace.may_fetch, lock=None)
    for each in laid.values():
        for source in each.sources:
            locked.setdefault(source.component, {})[source.name] = source.locked
    return locked
