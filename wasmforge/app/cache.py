"""Counts, verifies and prunes the cache: the store, its upstreams, and the downloads of a container engine."""

import time
from contextlib import AbstractContextManager
from pathlib import Path

from wasmforge.app.workspace import EventSink
from wasmforge.errors import ForgeError
from wasmforge.model.cache import Pruned, Stats, Verified
from wasmforge.model.events import Notice, Waiting
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.inspect import prune, stats, verify_all
from wasmforge.store.open_cache import open_places
from wasmforge.store.store_lock import store_lock


def cache_stats(emit: EventSink) -> Stats:
    """How much the cache holds, by kind."""
    return stats(_open_cache_dirs(emit))


def verify_cache(workers: int, emit: EventSink) -> Verified:
    """Read everything in the store and its upstreams with so many threads; damaged entries of the store are removed."""
    cache_dirs = _open_cache_dirs(emit)
    with _lock(cache_dirs, "another process that removes entries from the store", emit, exclusive=False):
        return verify_all(cache_dirs, workers)


def prune_cache(
    emit: EventSink, *, max_bytes: int | None = None, max_age_s: float | None = None, dry_run: bool = False
) -> Pruned:
    """Remove the least recently used entries of the store: down to a size, or all that were not used for so long.

    With an age, old downloads of a container engine are removed too. Waits for builds that use the store.
    """
    before = None if max_age_s is None else time.time() - max_age_s
    cache_dirs = _open_cache_dirs(emit)
    with _lock(cache_dirs, "builds that use the store", emit, exclusive=True):
        pruned = prune(cache_dirs.store, most=max_bytes, before=before, dry_run=dry_run)
    if before is not None and not dry_run:
        for volume in _remove_downloads(before):
            emit(Notice(what=f"removed the volume {volume}"))
    for folder in cache_dirs.upstreams:
        emit(Notice(what=f"{folder} is only read: nothing is removed there"))
    return pruned


def _remove_downloads(before: float) -> list[str]:
    """Remove the download volumes that were not used since then; returns their names. None without an engine."""
    from wasmforge.containers.container_run import sweep_downloads
    from wasmforge.containers.engine import find_engine

    try:
        return sweep_downloads(find_engine(), before)
    except ForgeError:
        return []


def _open_cache_dirs(emit: EventSink) -> CacheDirs:
    return open_places(Path(), lambda message: emit(Notice(what=message)))


def _lock(cache_dirs: CacheDirs, waiting_for: str, emit: EventSink, *, exclusive: bool) -> AbstractContextManager[None]:
    return store_lock(cache_dirs.cache, lambda: emit(Waiting(what=waiting_for)), alone=exclusive)
