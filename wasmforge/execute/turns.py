"""Of equal actions asked for at once, by threads or by projects that share a store, one is done at a time.

Who waited finds in the store what the other gave. A turn that cannot be had (a file system without locks, a full
disk) is done without: two would do the same work, and nothing is wrong.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmforge.execute.lock import try_lock
from wasmforge.process import Cancel

TICK = 0.05
"""Seconds between looks at a lock that another process has."""


class Turns:
    """Locks by an action's key: `folder` holds a file for each that is being done by some process."""

    def __init__(self, folder: Path, cancel: Cancel, waiting: Callable[[], None]) -> None:
        self._folder = folder
        self._cancel = cancel
        self._waiting = waiting
        self._mine: dict[str, threading.Lock] = {}

    @contextmanager
    def here(self, key: str) -> Iterator[None]:
        """Keep the other threads of this process away from this key."""
        with self._mine.setdefault(key, threading.Lock()):
            yield

    @contextmanager
    def everywhere(self, key: str) -> Iterator[None]:
        """Keep other processes away too; `waiting` is called once when one is at it, and Ctrl-C ends the wait."""
        path = self._folder / key
        try:
            handle = self._take(path)
        except OSError:
            handle = None
        try:
            yield
        finally:
            if handle is not None:
                path.unlink(missing_ok=True)  # while it is locked: who waits for it sees that it is gone
                os.close(handle)

    def _take(self, path: Path) -> int | None:
        self._folder.mkdir(parents=True, exist_ok=True)
        told = False
        while (handle := try_lock(path)) is None and not self._cancel:
            if not told:
                self._waiting()
            told = True
            time.sleep(TICK)
        return handle


def sweep_turns(folder: Path) -> None:
    """Remove the files of killed processes: those that nobody has locked."""
    for path in folder.glob("*") if folder.is_dir() else ():
        try:
            handle = try_lock(path)
        except OSError:
            continue
        if handle is not None:
            path.unlink(missing_ok=True)
            os.close(handle)
