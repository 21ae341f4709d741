"""Writes deliveries to dist, whole or not at all, without following links."""

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from wasmforge.delivery.exchange import exchange
from wasmforge.errors import ForgeError, machine_error, usage_error
from wasmforge.model.plan import Delivery, SourceFile
from wasmforge.safe_paths import Directory, open_below, read_source, real_below, refuse_links
from wasmforge.store.cache_dirs import cannot_write
from wasmforge.store.file_io import NEW
from wasmforge.store.store import ActionResult, Blob, Store

STAGING = ".staging"
"""The folder in dist where new deliveries are written before they take their place."""

CANDIDATES = ".wasmforge/candidate"
"""The folder in the project for new builds until their contract is checked; those that violate it stay there.

Paths within it are as in dist.
"""

NEXT = "new"
PREVIOUS = "old"
"""Within the staging folder of a delivery: the new content, and what dist had before."""

LINK_HINT = "delete the link; build.dist names another folder of the project, and a mount puts one on another disk"


def open_dist(root: Path, dist: str, *, create: bool = False) -> Directory:
    """Open the folder of deliveries. It may be a link to another folder of the project; nothing in it may be a link.

    Raises OSError, and ForgeError (exit code 2) for a link that leads out of the project.
    """
    return open_below(root, real_below(root, dist, hint=LINK_HINT), create=create, hint=LINK_HINT)


def refuse_linked(root: Path, dist: str, deliveries: Iterable[Delivery] = ()) -> None:
    """Raise ForgeError (exit code 2) if a link is in the way of these deliveries; to be called before the build."""
    real = real_below(root, dist, hint=LINK_HINT)
    folders = dict.fromkeys(PurePosixPath(d.folder).parent.relative_to(dist) for d in deliveries)
    beside = dict.fromkeys(f"{real}/{folder.parent}/{STAGING}" for folder in folders)
    refuse_links(root, real, f"{real}/{STAGING}", *beside, *(f"{real}/{folder}" for folder in folders), hint=LINK_HINT)


def deliver(root: Path, delivery: Delivery, entries: Mapping[str, ActionResult], store: Store) -> bool:
    """Make the delivery's folder hold exactly its planned files. Returns False if it did already.

    The new folder is completed in dist's staging folder and then takes the place of the old one, so readers never see a
    mix of two builds, or none. Raises ForgeError when the disk refuses (exit 3) or a link is in the way (exit 2); then
    the old folder is unchanged.
    """
    folder = PurePosixPath(delivery.folder)
    blobs = _blobs(delivery, entries)
    _keep_sources(root, delivery, store)
    try:
        with (
            open_dist(root, str(folder.parent.parent), create=True) as dist,
            dist.open_directory(folder.parent.name, create=True) as home,
        ):
            if _holds_exactly(home, folder.name, blobs):
                return False
            with dist.open_directory(STAGING, create=True) as staging:
                _replace(dist, staging, home, folder.name, blobs, store)
            with contextlib.suppress(OSError):
                os.rmdir(STAGING, dir_fd=dist.descriptor)
    except OSError as e:
        raise cannot_write(root / folder, e) from None
    return True


def is_delivered(root: Path, delivery: Delivery, entries: Mapping[str, ActionResult]) -> bool:
    """Whether the delivery's folder holds exactly its planned files already."""
    folder = PurePosixPath(delivery.folder)
    blobs = _blobs(delivery, entries)
    try:
        with (
            open_dist(root, str(folder.parent.parent)) as dist,
            dist.open_directory(folder.parent.name) as home,
        ):
            return _holds_exactly(home, folder.name, blobs)
    except (OSError, ForgeError):  # `deliver` reports it
        return False


def _blobs(delivery: Delivery, entries: Mapping[str, ActionResult]) -> dict[str, Blob]:
    """What the delivery consists of, by path in its folder."""
    return {p.name: _source_blob(p.source) if p.source else entries[p.action].outputs[p.output] for p in delivery.files}


def _source_blob(source: SourceFile) -> Blob:
    return Blob(digest=source.digest, size=source.size, executable=source.executable)


def _keep_sources(root: Path, delivery: Delivery, store: Store) -> None:
    """Put files of the project that are delivered as they are into the store, from where all are written."""
    for source in (p.source for p in delivery.files if p.source):
        if store.has(_source_blob(source)):
            continue
        data, executable = read_source(str(root / source.path))
        if store.put(data, executable=executable).digest != source.digest:
            raise usage_error("was changed during the build", where=source.path, hint="build again")


def discard(root: Path, folder: str) -> None:
    """Remove a candidate, and its parent folders that are empty then. Errors are ignored: a rest does no harm."""
    path = PurePosixPath(folder)
    with contextlib.suppress(OSError, ForgeError):
        with open_below(root, path.parent) as home:
            home.remove(path.name)
        for above in (p for p in path.parents if p.is_relative_to(CANDIDATES)):
            with open_below(root, above.parent) as around:
                os.rmdir(above.name, dir_fd=around.descriptor)


def _replace(
    dist: Directory, staging: Directory, home: Directory, name: str, blobs: Mapping[str, Blob], store: Store
) -> None:
    """Complete the new folder in a staging folder of its own, and move it to its place."""
    with staging.make_directory(f"{os.getpid()}-") as fresh:
        try:
            with fresh.open_directory(NEXT, create=True) as new:
                for planned, blob in blobs.items():
                    path = PurePosixPath(planned)
                    with new.below(path.parent, create=True) as place:
                        _write(place.within(path.name), blob, store)
            _take_place(fresh, home, name)
        finally:
            _bring_back(fresh, dist)
            with contextlib.suppress(OSError):
                staging.remove(fresh.path.name)


def _take_place(fresh: Directory, home: Directory, name: str) -> None:
    """Move the new folder to its place: in one step if the system can, else there is a moment without either.

    If we are killed in that moment, the old folder is in the staging folder, and `recover` brings it back.
    """
    if home.status(name):
        if exchange(fresh, NEXT, home, name):
            return
        with (
            fresh.open_directory(PREVIOUS, create=True) as old,
            old.open_directory(home.path.name, create=True) as away,
        ):
            home.rename(name, away, name)
    fresh.rename(NEXT, home, name)


def _bring_back(fresh: Directory, dist: Directory) -> None:
    """Move an old delivery back to its place, unless there is a new one."""
    with contextlib.suppress(OSError, ForgeError), fresh.open_directory(PREVIOUS) as old:
        for target in old.names():
            with old.open_directory(target) as away, dist.open_directory(target) as home:
                for name in away.names():
                    if not home.status(name):
                        away.rename(name, home, name)


def recover(root: Path, dist: str = ".") -> None:
    """Remove what a killed build left in dist, and bring back what it had moved away; the caller holds the lock.

    Raises ForgeError (exit code 2) where links are in the way.
    """
    try:
        with open_dist(root, dist) as top:
            for name in (n for n in top.names() if n.startswith(NEW)):
                with contextlib.suppress(OSError):
                    os.unlink(name, dir_fd=top.descriptor)
            with top.open_directory(STAGING) as staging:
                for name in staging.names():
                    with contextlib.suppress(OSError, ForgeError), staging.open_directory(name) as fresh:
                        _bring_back(fresh, top)
            top.remove(STAGING)
    except OSError:  # there is none, or the disk refuses: a rest does no harm
        return


def _holds_exactly(home: Directory, name: str, blobs: Mapping[str, Blob]) -> bool:
    """Whether the folder holds exactly these files. Reads them, so that a changed byte in dist is repaired."""
    expected = {*blobs, *(str(parent) for planned in blobs for parent in PurePosixPath(planned).parents)} - {"."}
    try:
        with home.open_directory(name) as folder:
            return {*_matching_entries(folder, "", blobs)} == expected
    except (_UnexpectedEntryError, OSError, ForgeError):
        return False


class _UnexpectedEntryError(Exception):
    """The folder has an entry that does not belong there."""


def _matching_entries(folder: Directory, base: str, blobs: Mapping[str, Blob]) -> Iterator[str]:
    """The paths of all entries. Raises _UnexpectedEntryError for a wrong one, OSError and ForgeError."""
    for name in folder.names():
        path, status = base + name, folder.status(name)
        if status is not None and stat.S_ISDIR(status.st_mode):
            with folder.open_directory(name) as inner:
                yield from _matching_entries(inner, f"{path}/", blobs)
        elif path not in blobs or not _holds(folder, name, blobs[path]):
            raise _UnexpectedEntryError
        yield path


def _holds(folder: Directory, name: str, blob: Blob) -> bool:
    with os.fdopen(folder.open_file(name), "rb") as file:
        executable = bool(os.fstat(file.fileno()).st_mode & 0o111)
        return executable == blob.executable and hashlib.file_digest(file, "sha256").hexdigest() == blob.digest


def _write(path: Path, blob: Blob, store: Store) -> None:
    if not store.materialize(blob, path):
        raise machine_error("was lost from the store during the build", where=path.name, hint="build again")
    path.chmod(0o755 if blob.executable else 0o644)
