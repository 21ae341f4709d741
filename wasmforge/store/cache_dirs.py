"""Returns the folders of the cache (store, scratch folders, npm packages), and writes files below a root."""

import errno
import os
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from wasmforge.errors import ForgeError, machine_error
from wasmforge.safe_paths import open_below

VARIABLE = "WASMFORGE_CACHE"
"""Environment variable: the folder of the cache."""

UPSTREAM = "WASMFORGE_CACHE_UPSTREAM"
"""Environment variable: another cache folder, which is read and never written."""

FREE_SPACE_HINT = f"free some space, or set {VARIABLE} to a folder on another disk"

STORE = "store"
"""The folder of the store in a cache folder."""

PACKAGES = "packages"
"""The folder of npm packages in a cache folder."""

LOW_SPACE_BYTES = 64 * 1024
"""If fewer bytes are free than this, a tool that failed most likely failed because the disk is full."""


class CacheDirs:
    """The folders of the cache on this machine. Everything below `cache` may be deleted between builds.

    `upstreams` are cache folders that are only read, for what is not in `cache`. `project` is the folder of the project
    that is built.
    """

    def __init__(
        self, cache: Path | None = None, upstreams: tuple[Path, ...] = (), project: Path | None = None
    ) -> None:
        value = os.environ.get(VARIABLE)
        chosen = cache or (Path(value) if value else _default_folder())
        self.cache = chosen.absolute()
        self.upstreams = upstreams
        self.project = project

    def ready(self) -> None:
        """Make the folder of the cache with mode 0700. Raises ForgeError (exit 3) when that fails."""
        try:
            create_folder(self.cache, 0o700)
        except OSError as e:
            raise not_a_cache(self.cache, e) from None

    @property
    def store(self) -> Path:
        """The store: blobs by digest, and the results of actions."""
        return self.cache / STORE

    @property
    def work(self) -> Path:
        """The private directories of running actions."""
        return self.cache / "work"

    @property
    def scratch_dirs(self) -> Path:
        """The private directories of actions with a scratch folder, see `runner/scratch_dirs.py`."""
        return self.cache / "scratch-dirs"

    @property
    def action_locks(self) -> Path:
        """Has one file for each action that some process runs."""
        return self.cache / "action-locks"

    @property
    def packages(self) -> Path:
        """npm packages, one folder per lock file."""
        return self.cache / PACKAGES

    def package_folders(self, name: str) -> tuple[Path, ...]:
        """The paths where a folder of npm packages may be: in the cache, then in the upstreams."""
        return (self.packages / name, *(folder / PACKAGES / name for folder in self.upstreams))

    @property
    def installing(self) -> Path:
        """The lock file of whoever installs packages."""
        return self.cache / "installing"

    def download_volume(self, user: int) -> str:
        """The name of the engine's volume for downloads of commands with network: one for each project and user."""
        import hashlib

        return f"wasmforge-cache-{user}-{hashlib.sha256(str(self.project).encode()).hexdigest()[:16]}"

    def downloads(self, identity: str, argv: Sequence[str], env: Mapping[str, str]) -> Path:
        """The folder for downloads of one command with network; each command has its own."""
        import hashlib

        facts = repr((identity, tuple(argv), sorted(env.items())))
        return self.cache / "downloads" / hashlib.sha256(facts.encode()).hexdigest()[:24]

    def scratch(self, toolchain: str, identity: str) -> Path:
        """The folder for a toolchain's own cache; never part of a key, never delivered."""
        import hashlib

        tag = hashlib.sha256(identity.encode()).hexdigest()[:16]
        return self.cache / "scratch" / f"{toolchain}-{tag}"


def _default_folder() -> Path:
    """The system's folder for caches of this user."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("wasmforge", appauthor=False))


def make_folder(path: Path) -> Path:
    """Create a folder and its parents, and return it. Raises ForgeError when that fails."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise cannot_write(path, e) from None
    return path


def create_folder(path: Path, mode: int) -> None:
    """Create a folder and its parents with this mode (less the umask); existing ones stay as they are.

    `Path.mkdir` gives parents the mode 0o777, which under a umask of 0 lets everybody write there. Raises OSError.
    """
    try:
        path.mkdir(mode)
    except FileNotFoundError:
        create_folder(path.parent, mode)
        path.mkdir(mode, exist_ok=True)
    except FileExistsError:
        if not path.is_dir():
            raise


def not_a_cache(path: Path, error: OSError) -> ForgeError:
    """The error for a folder that cannot be used as the cache."""
    message = f"cannot be the cache's folder: {(error.strerror or str(error)).lower()}"
    return machine_error(message, where=str(path), hint=f"{VARIABLE} names another folder")


def write_below(root: Path, relative: str, data: bytes) -> None:
    """Write a file below `root`, whole or not at all, without following links. Raises ForgeError."""
    path = PurePosixPath(relative)
    try:
        with open_below(root, path.parent, create=True) as folder:
            folder.write(path.name, data)
    except OSError as e:
        raise cannot_write(root / relative, e) from None


def disk_full_hint(folder: Path) -> str:
    """A hint if the disk of a folder is full; else empty."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return ""
    if disk.f_bavail * disk.f_frsize >= LOW_SPACE_BYTES and (disk.f_favail or not disk.f_files):
        return ""
    return f"no space left on device: {FREE_SPACE_HINT}"


def cannot_write(path: Path, error: OSError) -> ForgeError:
    """The error for a file or folder that cannot be written: disk full, read-only, no permission."""
    message = (error.strerror or str(error)).lower()
    owner = "check who owns it, or build into another folder"
    in_the_way = "a file is in the way: move it"
    hints = {
        errno.ENOSPC: FREE_SPACE_HINT,
        errno.EDQUOT: FREE_SPACE_HINT,
        errno.EROFS: "the file system is read-only; build into another folder (build.dist) or mount it read-write",
        errno.EACCES: owner,
        errno.EPERM: owner,
        errno.ENOTDIR: in_the_way,
        errno.EEXIST: in_the_way,
        errno.EISDIR: "a folder is in the way: move it",
    }
    return machine_error(f"cannot be written: {message}", where=str(path), hint=hints.get(error.errno or 0, ""))
