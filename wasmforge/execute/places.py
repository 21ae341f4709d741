"""The folders we write to outside a project: the store, scratch space, installed npm packages."""

import errno
import os
from pathlib import Path

from wasmforge.errors import ForgeError, machine

VARIABLE = "WASMFORGE_CACHE"
"""Names another folder for everything that can be made again."""

FREE = f"free some space, or set {VARIABLE} to a folder on another disk"

LITTLE = 64 * 1024
"""Bytes: with less than this, a tool that failed most likely failed for want of space, whatever it said."""


class Places:
    """Where things are kept on this machine. Everything below `cache` can be deleted at any time between builds."""

    def __init__(self, cache: Path | None = None) -> None:
        said = os.environ.get(VARIABLE)
        chosen = cache or (Path(said) if said else _usual())
        self.cache = chosen.absolute()

    def ready(self) -> None:
        """Make the cache's folder. Raises ForgeError (exit 3) when that cannot be done."""
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            what = f"cannot be the cache's folder: {(e.strerror or str(e)).lower()}"
            raise machine(what, where=str(self.cache), hint=f"{VARIABLE} names another folder") from None

    @property
    def store(self) -> Path:
        """Blobs by digest, and what each action gave."""
        return self.cache / "store"

    @property
    def work(self) -> Path:
        """The private directories of running actions."""
        return self.cache / "work"

    @property
    def rooms(self) -> Path:
        """The private directories of actions whose tools keep something, see `rooms.py`."""
        return self.cache / "rooms"

    @property
    def turns(self) -> Path:
        """A file for each action that some process is doing."""
        return self.cache / "turns"

    @property
    def packages(self) -> Path:
        """npm packages, one folder per lock file."""
        return self.cache / "packages"

    def scratch(self, toolchain: str, identity: str) -> Path:
        """A folder a toolchain may keep its own cache in; never part of a key, never delivered."""
        import hashlib

        tag = hashlib.sha256(identity.encode()).hexdigest()[:16]
        return self.cache / "scratch" / f"{toolchain}-{tag}"


def _usual() -> Path:
    """Where the system wants caches of this user."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("wasmforge", appauthor=False))


def make_folder(path: Path) -> Path:
    """Create a folder and its parents. Raises ForgeError when the machine does not let us."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise cannot_write(path, e) from None
    return path


def full(folder: Path) -> str:
    """A next step where the disk under a folder has nothing left for a tool to write to; else empty."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return ""
    if disk.f_bavail * disk.f_frsize >= LITTLE and (disk.f_favail or not disk.f_files):
        return ""
    return f"no space left on device: {FREE}"


def cannot_write(path: Path, error: OSError) -> ForgeError:
    """The error for a file or folder that cannot be written: full disk, read-only, no permission."""
    said = (error.strerror or str(error)).lower()
    owner = "check who owns it, or build into another folder"
    in_the_way = "a file is in the way: move it"
    hints = {
        errno.ENOSPC: FREE,
        errno.EDQUOT: FREE,
        errno.EROFS: "the file system is read-only; build into another folder (build.dist) or mount it read-write",
        errno.EACCES: owner,
        errno.EPERM: owner,
        errno.ENOTDIR: in_the_way,
        errno.EEXIST: in_the_way,
        errno.EISDIR: "a folder is in the way: move it",
    }
    return machine(f"cannot be written: {said}", where=str(path), hint=hints.get(error.errno or 0, ""))
