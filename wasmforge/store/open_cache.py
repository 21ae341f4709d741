"""Opens the cache folder, which nobody else may have written to; a read-only one is used as upstream."""

import atexit
import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from wasmforge.errors import machine_error
from wasmforge.store.cache_dirs import STORE, UPSTREAM, VARIABLE, CacheDirs, create_folder, not_a_cache
from wasmforge.store.permissions import other_writer, owner_of
from wasmforge.store.store import Store

READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


def open_places(project: Path, notice: Callable[[str], None]) -> CacheDirs:
    """The cache folder of this user for a project (a folder): made if need be, and checked, see `permissions.py`.

    One that cannot be written is read, under a temporary folder that is gone with this process. `notice` is told in one
    line what is not as it usually is. Raises ForgeError (exit 3) when somebody else could have written to the cache,
    or when it cannot be made.
    """
    folder = CacheDirs().cache
    project_dir = project.resolve()
    owners = {0, os.geteuid()}
    if os.geteuid() == 0 and (owner := owner_of(project_dir)) is not None:
        owners.add(owner)  # whose sources are compiled may as well say what comes of them
    upstream = _upstream(folder, owners, project_dir, notice)
    upstreams = () if upstream is None else (upstream,)
    writable = _make(folder)
    if _is_folder(folder):
        _check(folder, owners, project_dir, VARIABLE)
        upstreams = upstreams if writable else (folder, *upstreams)
    if writable:
        return CacheDirs(folder, upstreams, project_dir)
    notice(f"the cache {folder} cannot be written: what is made now is kept until this command ends")
    return CacheDirs(temporary_cache(), upstreams, project_dir)


def open_store(cache_dirs: CacheDirs) -> Store:
    """The store in the cache folder, over those of the upstreams."""
    return Store(cache_dirs.store, tuple(folder / STORE for folder in cache_dirs.upstreams))


@cache
def temporary_cache() -> Path:
    """An empty cache folder that is gone with this process."""
    folder = tempfile.mkdtemp(prefix="wasmforge-cache-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _upstream(cache: Path, own: set[int], path: Path, notice: Callable[[str], None]) -> Path | None:
    """The cache folder of somebody else that is to be read, if one is named and there."""
    if not (value := os.environ.get(UPSTREAM)):
        return None
    folder = Path(value).absolute()
    try:
        if not folder.is_dir():
            notice(f"{UPSTREAM} names {folder}, which is not there: it is done without")
            return None
        if folder.resolve() == cache.resolve():
            hint = "name the folder of another cache"
            raise machine_error("is the folder of the cache itself", where=f"{UPSTREAM}={value}", hint=hint)
        if not os.access(folder, os.R_OK | os.X_OK):
            raise machine_error("cannot be read: permission denied", where=f"{UPSTREAM}={value}")
    except OSError as e:
        raise machine_error(f"cannot be read: {(e.strerror or str(e)).lower()}", where=f"{UPSTREAM}={value}") from None
    owner = owner_of(folder)
    _check(folder, own if owner is None else own | {owner}, path, UPSTREAM)
    return folder


def _check(folder: Path, owners: set[int], path: Path, variable: str) -> None:
    """Raises ForgeError when somebody but these can write there."""
    try:
        why = other_writer(folder, owners, path)
    except OSError as e:
        raise machine_error(f"cannot be looked at: {(e.strerror or str(e)).lower()}", where=str(folder)) from None
    if why:
        other = f"{variable} names another folder"
        only = f"; {UPSTREAM} names one that is only read" if variable == VARIABLE else ""
        message = f"is not used as the cache: {why}, so what is in it may be somebody else's"
        raise machine_error(message, where=str(folder), hint=f"chmod go-w or chown it if nobody did; {other}{only}")


def _make(cache: Path) -> bool:
    """Make the cache folder for this user alone, where there is none; False when it cannot be written."""
    try:
        create_folder(cache, 0o700)
        return all(os.access(path, os.W_OK | os.X_OK) for path in (cache, cache / STORE) if _is_folder(path))
    except OSError as e:
        if e.errno in READ_ONLY:
            return False
        raise not_a_cache(cache, e) from None


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except PermissionError:
        return False
