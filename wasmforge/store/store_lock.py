"""The lock of the store: builds share it, pruning takes it exclusively."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmforge.store.cache_dirs import cannot_write, make_folder

LOCK_FILE = "store.lock"


@contextmanager
def store_lock(cache: Path, waiting: Callable[[], None], *, alone: bool = False) -> Iterator[None]:
    """Hold the lock of the store in the folder `cache`: shared, or exclusive if `alone`.

    `waiting` is called once if another process is in the way. The lock ends with the process. Raises ForgeError when
    locking fails.
    """
    handle = _acquire(cache, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, waiting)
    try:
        yield
    finally:
        os.close(handle)


def _acquire(cache: Path, kind: int, waiting: Callable[[], None]) -> int:
    """Lock the file and return its handle. If it was deleted meanwhile, with the whole cache, try again."""
    announced = False
    while True:
        path = make_folder(cache) / LOCK_FILE
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(handle, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if not announced:
                    waiting()
                announced = True
                fcntl.flock(handle, kind)
        except OSError as e:
            raise cannot_write(path, e) from None
        try:
            if os.path.samestat(path.stat(), os.fstat(handle)):
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)
