"""One build at a time in one project: others wait, and say so."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmforge.execute.places import cannot_write, make_folder


@contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the project's lock; `waiting` is called once when another process has it. It goes with the process."""
    handle = _take(folder / "lock", waiting)
    try:
        yield
    finally:
        os.close(handle)


def try_lock(path: Path) -> int | None:
    """Lock the file, which is made when it is not there, and return its handle; None when another has it.

    Raises OSError where files cannot be made or locked.
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
        if _is_still(path, handle):
            return handle
        os.close(handle)


def _take(path: Path, waiting: Callable[[], None]) -> int:
    """Lock the file, which is made when it is not there, and return its handle."""
    told = False
    while True:
        make_folder(path.parent)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as e:
            raise cannot_write(path, e) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                waiting()
            told = True
            fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_still(path, handle):
            return handle
        os.close(handle)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file or folder of ours, for whoever asks `is_held`; nothing where it cannot be locked."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Whether a process holds it, be it in another container with process ids of its own."""
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


def _is_still(path: Path, handle: int) -> bool:
    """`clean` deletes the lock with all else while it holds it: who waited for that one must take the new one."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(handle))
