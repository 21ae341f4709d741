"""Deletes dist, the state of a project and, if asked, the cache."""

import shutil
from contextlib import nullcontext
from pathlib import Path

from wasmforge import config
from wasmforge.app.workspace import EventSink
from wasmforge.delivery.deliver import LINK_HINT
from wasmforge.model.events import Waiting
from wasmforge.safe_paths import open_below, real_below
from wasmforge.store.cache_dirs import CacheDirs, cannot_write
from wasmforge.store.file_lock import project_lock
from wasmforge.store.store_lock import store_lock


def clean(start: Path, emit: EventSink, *, store: bool) -> tuple[Path, ...]:
    """Delete dist and the project's state, and with `store` the cache of all projects. Returns the deleted folders."""
    project = config.load_project(start)
    dist = project.root / project.manifest.build.dist
    real = project.root / real_below(project.root, project.manifest.build.dist, hint=LINK_HINT)
    doomed = (real, *((CacheDirs().cache,) if store else ()), project.state)
    gone = tuple(path for path in (dist, *doomed[1:]) if path.exists())
    held = store_lock(CacheDirs().cache, lambda: emit(Waiting(what="builds that use the store")), alone=True)
    with (
        project_lock(project.state, lambda: emit(Waiting(what="a build of this project"))),
        held if store else nullcontext(),
    ):
        for path in (p for p in doomed if p.exists()):
            try:
                if path.is_relative_to(project.root):
                    with open_below(project.root, path.relative_to(project.root).parent.as_posix()) as folder:
                        folder.remove(path.name)
                else:
                    shutil.rmtree(path)
            except OSError as e:
                raise cannot_write(path, e) from None
    return gone
