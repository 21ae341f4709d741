"""Opens what lies below a folder without following symbolic links, and reads files only up to a bound.

A repository may hold links, pipes and devices where a build writes, deletes or reads. So everything that is written,
replaced, deleted, served or read below a project is reached from its root one directory at a time (openat with
O_NOFOLLOW), and then by a name in the open directory. What the path leads to in the meantime does not matter.
"""

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType

from wasmforge.errors import ForgeError, usage_error

NEW = ".new-"
"""Prefix of the names of files that are not complete yet."""

MAX_CONFIG_BYTES = 16 << 20
"""Largest file that is read as a whole to be parsed: TOML, locks, package.json."""

MAX_STATE_BYTES = 256 << 20
"""Largest file that builds write themselves: records in `.wasmforge`, `manifest.json`."""

LINK_HINT = "delete the link: a build makes a folder of its own there"

_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""Flags to open a file for reading; a pipe is opened without waiting for its writer."""

_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

_DESCRIPTORS = Path("/proc/self/fd")
"""Linux: each open descriptor has a path here, which stays valid when the directory's own path changes."""


class Directory:
    """An open directory. Every `name` is one of its entries, never a path, and a link is never followed.

    Methods raise OSError, and ForgeError (exit code 2) if a link is in the place of a directory.
    """

    def __init__(self, descriptor: int, path: Path, hint: str = LINK_HINT) -> None:
        self.descriptor = descriptor
        self.path = path
        self._hint = hint

    def __enter__(self) -> "Directory":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the descriptor."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def open_directory(self, name: str, *, create: bool = False) -> "Directory":
        """Open a directory in this one; with `create`, make it if there is no such entry. The caller closes it."""
        while True:
            try:
                opened = os.open(name, _OPEN_DIRECTORY, dir_fd=self.descriptor)
            except OSError as e:
                if self.is_link(name):
                    raise link_error(self.path / name, self._hint) from None
                if e.errno != errno.ENOENT or not create:
                    raise
                with contextlib.suppress(FileExistsError):  # another process made it in the meantime
                    os.mkdir(name, dir_fd=self.descriptor)
            else:
                return Directory(opened, self.path / name, self._hint)

    def below(self, relative: str | PurePosixPath, *, create: bool = False) -> "Directory":
        """Open the directory at a path from here. No part of the path may be a link or `..`. The caller closes it."""
        parts = PurePosixPath(relative).parts
        if ".." in parts or parts[:1] == ("/",):
            raise usage_error("leads out of its folder", where=str(self.path / relative))
        current = Directory(os.dup(self.descriptor), self.path, self._hint)
        for part in parts:
            with current:
                inner = current.open_directory(part, create=create)
            current = inner
        return current

    def make_directory(self, prefix: str) -> "Directory":
        """Make a directory with mode 0700 and a new name that begins with `prefix`, and open it."""
        while True:
            name = f"{prefix}{os.urandom(6).hex()}"
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, 0o700, dir_fd=self.descriptor)
                return self.open_directory(name)

    def status(self, name: str) -> os.stat_result | None:
        """The `lstat` result of an entry; None if there is no such entry."""
        try:
            return os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def is_link(self, name: str) -> bool:
        """Whether the entry is a symbolic link."""
        status = self.status(name)
        return status is not None and stat.S_ISLNK(status.st_mode)

    def names(self) -> list[str]:
        """The names of all entries, sorted."""
        return sorted(os.listdir(self.descriptor))  # noqa: PTH208 - as above

    def open_file(self, name: str) -> int:
        """A descriptor to read a regular file. Raises OSError for anything else (link, pipe, device, directory)."""
        return _opened(name, os.O_NOFOLLOW, self.descriptor)

    def create_file(self, name: str, mode: int) -> int:
        """A descriptor to write a new file. Raises FileExistsError if the name is taken."""
        opened = os.open(name, _CREATE, 0o600, dir_fd=self.descriptor)
        os.fchmod(opened, mode)
        return opened

    def read(self, name: str, limit: int = MAX_STATE_BYTES) -> bytes:
        """The bytes of a regular file, at most `limit`."""
        return _bytes(self.open_file(name), limit)

    def write(self, name: str, data: bytes, *, mode: int = 0o644, sync: bool = False) -> None:
        """Write a file, whole or not at all. A link of that name is replaced, not followed.

        With `sync`, the data is on the disk before the file gets its name.
        """
        temporary = f"{NEW}{os.getpid()}-{os.urandom(6).hex()}"
        opened = os.open(temporary, _CREATE, 0o600, dir_fd=self.descriptor)
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), mode)
                if sync:
                    os.fsync(file.fileno())
            os.replace(temporary, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=self.descriptor)
            raise

    def rename(self, name: str, to: "Directory", new: str) -> None:
        """Move an entry into an open directory of the same file system."""
        os.rename(name, new, src_dir_fd=self.descriptor, dst_dir_fd=to.descriptor)

    def remove(self, name: str) -> None:
        """Delete an entry: a directory with everything in it, a link itself. No error if there is no such entry."""
        status = self.status(name)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(name, dir_fd=self.descriptor)
        else:
            os.unlink(name, dir_fd=self.descriptor)

    def within(self, name: str) -> Path:
        """A path to an entry, for code that needs one. On Linux it leads through this open directory."""
        through = _DESCRIPTORS / str(self.descriptor)
        return (through if through.exists() else self.path) / name


def open_below(root: Path, relative: str | PurePosixPath, *, create: bool = False, hint: str = LINK_HINT) -> Directory:
    """Open the directory at a path below `root`. No part of the path may be a link; `root` itself is trusted.

    The caller closes it. Raises OSError, and ForgeError (exit code 2) for a link or a `..`.
    """
    if create:
        root.mkdir(parents=True, exist_ok=True)
    with Directory(os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), root, hint) as top:
        return top.below(relative, create=create)


def real_below(root: Path, relative: str, *, hint: str) -> str:
    """Resolve the links in a path below `root`; they may only lead to another place below `root`.

    Raises ForgeError (exit code 2).
    """
    top, real = root.resolve(), (root / relative).resolve()
    if not real.is_relative_to(top):
        raise usage_error("is a symbolic link that leads outside the project", where=str(root / relative), hint=hint)
    return real.relative_to(top).as_posix()


def refuse_links(root: Path, *paths: str, hint: str = LINK_HINT) -> None:
    """Raise ForgeError (exit code 2) if a part of these directories below `root` is a link. They need not exist."""
    for path in paths:
        with contextlib.suppress(OSError):  # other problems are reported by the code that uses the directory
            open_below(root, path, hint=hint).close()


def refuse_named(path: Path, where: str, folder: Path | None = None) -> None:
    """Refuse an output file from the command line whose name is below `folder` but whose real path is not.

    `folder` is the one that the name is relative to (default: the current one). A repository may hold a link there.
    Raises ForgeError (exit code 2).
    """
    base = Path(os.path.normpath((folder or Path()).absolute()))
    named = Path(os.path.normpath(base / path))
    if named.is_relative_to(base) and not named.resolve().is_relative_to(base.resolve()):
        raise usage_error("leads out of this folder through a symbolic link", where=where, hint="delete the link")


def read_below(root: Path, relative: str, limit: int = MAX_STATE_BYTES) -> bytes:
    """The bytes of a regular file below `root`, reached without following a link. Raises OSError and ForgeError."""
    path = PurePosixPath(relative)
    with open_below(root, path.parent) as folder:
        return folder.read(path.name, limit)


def read_bounded(path: str | Path, limit: int = MAX_CONFIG_BYTES) -> bytes:
    """The bytes of a regular file; links to it are followed.

    Raises OSError, also if it is not a regular file or has more than `limit` bytes.
    """
    return _bytes(_opened(path, 0, None), limit)


def read_source(path: str) -> tuple[bytes, bool]:
    """All bytes of a regular file of any size, and whether we may execute it. Raises OSError."""
    opened = _opened(path, 0, None)
    with os.fdopen(opened, "rb", buffering=0) as file:
        return file.read(), os.access(path, os.X_OK)


def link_error(path: Path, hint: str = LINK_HINT) -> ForgeError:
    """The error for a link that is refused."""
    return usage_error("is a symbolic link, and a build follows none here", where=str(path), hint=hint)


def leads_out(root: Path, link: Path) -> bool:
    """Whether a symbolic link below `root` leads out of it, directly or through other links. `root` is not a link.

    The target is resolved as the system would do it now, component by component.
    """
    done = list(link.relative_to(root).parts[:-1])
    todo = list(reversed(_target(link)))
    for _ in range(_MAX_STEPS):
        if not todo:
            return False
        part = todo.pop()
        if part == "/":
            return True
        if part == "..":
            if not done:
                return True
            done.pop()
            continue
        done.append(part)
        path = root.joinpath(*done)
        if path.is_symlink():
            done.pop()
            todo += reversed(_target(path))
    return True  # a cycle, or too many links


def is_file_or_folder(root: Path, path: Path) -> bool:
    """Whether a path below `root` is a regular file or a directory, or a link to one below `root`."""
    try:
        mode = path.stat().st_mode
        return (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) and not (path.is_symlink() and leads_out(root, path))
    except OSError:
        return False


_MAX_STEPS = 4096
"""Path components that are resolved for one link; Linux follows 40 links."""


def _target(link: Path) -> list[str]:
    """The components of a link's target, without `.` and empty ones; an absolute target begins with `/`."""
    target = os.readlink(link)  # noqa: PTH115 - a Path would drop nothing of it, but costs more
    return [*(["/"] if target.startswith("/") else []), *(p for p in target.split("/") if p not in ("", "."))]


@contextmanager
def opened_path(descriptor: int, path: Path) -> Iterator[Path]:
    """A path to open an open file again (its own path where there is no /proc); closes the file afterwards."""
    try:
        through = _DESCRIPTORS / str(descriptor)
        yield through if through.exists() else path
    finally:
        os.close(descriptor)


def _opened(path: str | Path, flags: int, directory: int | None) -> int:
    opened = os.open(path, _READ | flags, dir_fd=directory)
    mode = os.fstat(opened).st_mode
    if stat.S_ISREG(mode):
        return opened
    os.close(opened)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is no file (a pipe, a socket or a device)", str(path))


def _bytes(opened: int, limit: int) -> bytes:
    with os.fdopen(opened, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"it has more than {limit >> 20} MiB")
    return data
