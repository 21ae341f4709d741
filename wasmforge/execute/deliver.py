"""Lays what was built into dist, whole or not at all."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from wasmforge.errors import machine
from wasmforge.execute.exchange import exchange
from wasmforge.execute.places import cannot_write, make_folder
from wasmforge.execute.store import NEW, Blob, Entry, Store
from wasmforge.model.plan import Delivery

STAGING = ".staging"
"""The folder in dist where deliveries are made whole."""

NEXT = "new"
OLD = "old"
"""Within it, per delivery: what will stand in dist, and what stood there."""


def deliver(root: Path, delivery: Delivery, entries: Mapping[str, Entry], store: Store) -> bool:
    """Make the delivery's folder hold exactly its pieces; False when it did already.

    The new folder is made whole beside dist and then takes the old one's place, so that nobody ever reads a mix of
    two builds, nor misses both. Raises ForgeError (exit 3) when the disk does not let us; then the old folder is
    still there.
    """
    folder = root / delivery.folder
    blobs = {p.name: entries[p.action].outputs[p.output] for p in delivery.pieces}
    if _is(folder, blobs):
        return False
    staging = make_folder(folder.parent.parent / STAGING)
    try:
        fresh = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=staging))
    except OSError as e:
        raise cannot_write(staging, e) from None
    try:
        (fresh / NEXT).mkdir()
        for name, blob in blobs.items():
            (fresh / NEXT / name).parent.mkdir(parents=True, exist_ok=True)
            _write(fresh / NEXT / name, blob, store)
        make_folder(folder.parent)
        _take_place(fresh, folder)
    except OSError as e:
        raise cannot_write(folder, e) from None
    finally:
        _bring_back(fresh, folder.parent.parent)
        shutil.rmtree(fresh, ignore_errors=True)
        with contextlib.suppress(OSError):
            staging.rmdir()
    return True


def _take_place(fresh: Path, folder: Path) -> None:
    """Put what was made where it belongs: in one step where the system can, else there is a moment without either.

    Who is killed in that moment leaves the old one under its own name, for `tidy` to bring back.
    """
    if folder.is_symlink() or folder.exists():
        if exchange(fresh / NEXT, folder):
            return
        away = fresh / OLD / folder.parent.name / folder.name
        away.parent.mkdir(parents=True)
        folder.rename(away)
    (fresh / NEXT).rename(folder)


def _bring_back(fresh: Path, dist: Path) -> None:
    """Give a delivery that was taken away its place again, if nothing came there."""
    for away in (fresh / OLD).glob("*/*"):
        folder = dist / away.parent.name / away.name
        with contextlib.suppress(OSError):
            if not (folder.is_symlink() or folder.exists()):
                away.rename(folder)


def tidy(dist: Path) -> None:
    """Remove what a killed build left in dist, and bring back what it had taken away; the caller holds the lock."""
    for fresh in (dist / STAGING).glob("*"):
        _bring_back(fresh, dist)
    shutil.rmtree(dist / STAGING, ignore_errors=True)
    for path in dist.glob(f"{NEW}*"):
        with contextlib.suppress(OSError):
            path.unlink()


def _is(folder: Path, blobs: Mapping[str, Blob]) -> bool:
    """Does the folder hold exactly these files? Reads them: a changed byte in dist is put right."""
    due = {*blobs, *(str(parent) for name in blobs for parent in PurePosixPath(name).parents)} - {"."}
    try:
        found = [*folder.rglob("*")]
        if any(p.is_symlink() for p in (folder, *found)) or {p.relative_to(folder).as_posix() for p in found} != due:
            return False
        return all(_same(folder / name, blob) for name, blob in blobs.items())
    except OSError:
        return False


def _same(path: Path, blob: Blob) -> bool:
    with path.open("rb") as file:
        executable = bool(os.fstat(file.fileno()).st_mode & 0o111)
        return executable == blob.executable and hashlib.file_digest(file, "sha256").hexdigest() == blob.digest


def _write(path: Path, blob: Blob, store: Store) -> None:
    if not store.lay(blob, path):
        raise machine("was lost from the store during the build", where=path.name, hint="build again")
    path.chmod(0o755 if blob.executable else 0o644)
