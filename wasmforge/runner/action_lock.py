"""A lock per action key: of equal actions at once, one runs and the others wait for its result.

If a lock cannot be taken (a file system without locks, a full disk), the action runs without it: then two processes
may do the same work, and the result is the same.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmforge.process import CancelToken
from wasmforge.store.file_lock import try_lock

POLL_INTERVAL_S = 0.05
"""Seconds between two attempts to take a lock that another process has."""


class ActionLocks:
    """Locks by action key. `folder` has one file for each action that some process runs.

    `waiting` is called once when another process has the lock; `cancel` ends the wait.
    """

    def __init__(self, folder: Path, cancel: CancelToken, waiting: Callable[[], None]) -> None:
        self._folder = folder
        self._cancel = cancel
        self._waiting = waiting
        self._thread_locks: dict[str, threading.Lock] = {}

    @contextmanager
    def in_process(self, key: str) -> Iterator[None]:
        """Hold the lock of this key among the threads of this process."""
        with self._thread_locks.setdefault(key, threading.Lock()):
            yield

    @contextmanager
    def across_processes(self, key: str) -> Iterator[None]:
        """Hold the lock of this key among all processes that share the folder, if that is possible."""
        path = self._folder / key
        try:
            handle = self._acquire(path)
        except OSError:
            handle = None
        try:
            yield
        finally:
            if handle is not None:
                path.unlink(missing_ok=True)  # still locked: whoever waits for it notices that it is gone
                os.close(handle)

    def _acquire(self, path: Path) -> int | None:
        self._folder.mkdir(parents=True, exist_ok=True)
        announced = False
        while (handle := try_lock(path)) is None and not self._cancel:
            if not announced:
                self._waiting()
            announced = True
            time.sleep(POLL_INTERVAL_S)
        return handle


def sweep_action_locks(folder: Path) -> None:
    """Remove the files that killed processes left: those that no process has locked."""
    for path in folder.glob("*") if folder.is_dir() else ():
        try:
            handle = try_lock(path)
        except OSError:
            continue
        if handle is not None:
            path.unlink(missing_ok=True)
            os.close(handle)
