"""Locks files: `project_lock` for one build of a project at a time, `try_lock`, and marks of what is in use."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmforge.safe_paths import link_error, open_below
from wasmforge.store.cache_dirs import cannot_write

LOCK_FILE = "lock"


@contextmanager
def project_lock(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock in `folder`, the project's state; `waiting` is called once if another process has it.

    The lock ends with the process. Raises ForgeError, with exit code 2 if the folder or the lock is a link.
    """
    handle = _acquire(folder / LOCK_FILE, waiting)
    try:
        yield
    finally:
        os.close(handle)


def try_lock(path: Path) -> int | None:
    """Lock a file, which is created if missing. Returns its handle; None if another process has the lock.

    Raises OSError if the file cannot be created or locked.
    """
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            os.close(handle)
            if isinstance(e, BlockingIOError):
                return None
            raise
        if _is_same_file(path, handle):
            return handle
        os.close(handle)


def _acquire(path: Path, waiting: Callable[[], None]) -> int:
    """Lock the file, which is created if missing, and return its handle."""
    announced = False
    while True:
        handle = _open(path)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not announced:
                waiting()
            announced = True
            fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_same_file(path, handle):
            return handle
        os.close(handle)


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        with open_below(path.parent.parent, path.parent.name, create=True) as folder:
            if folder.is_link(path.name):
                raise link_error(path, "delete the link: a build makes a file of its own there")
            return os.open(path.name, flags, 0o644, dir_fd=folder.descriptor)
    except OSError as e:
        raise cannot_write(path, e) from None


@contextmanager
def mark_in_use(path: Path) -> Iterator[None]:
    """Mark a file or folder as in use for `is_in_use`; no mark if it cannot be locked."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def is_in_use(path: Path) -> bool:
    """Whether a process marks the path as in use, also one in a container with its own process ids."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


def _is_same_file(path: Path, handle: int) -> bool:
    """Whether the path still leads to the locked file: `clean` deletes a lock that it holds, so waiters must retry."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(status, os.fstat(handle))
