"""Who uses the store holds it together with others; who takes things out of it holds it alone."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmforge.execute.places import cannot_write, make_folder

NAME = "store.lock"


@contextmanager
def holding(cache: Path, waiting: Callable[[], None], *, alone: bool = False) -> Iterator[None]:
    """Hold the store in the folder `cache`; `waiting` is called once when another process is in the way.

    The hold goes with the process. Raises ForgeError when the machine does not let us.
    """
    handle = _take(cache, fcntl.LOCK_EX if alone else fcntl.LOCK_SH, waiting)
    try:
        yield
    finally:
        os.close(handle)


def _take(cache: Path, kind: int, waiting: Callable[[], None]) -> int:
    """Lock the file and return its handle; one that was deleted meanwhile, with the whole cache, counts for nothing."""
    told = False
    while True:
        path = make_folder(cache) / NAME
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(handle, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if not told:
                    waiting()
                told = True
                fcntl.flock(handle, kind)
        except OSError as e:
            raise cannot_write(path, e) from None
        try:
            if os.path.samestat(path.stat(), os.fstat(handle)):
                return handle
        except FileNotFoundError:
            pass
        os.close(handle)
