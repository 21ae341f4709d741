"""A session asks a participant for its first call and for timed calls. Returns answers, or raises why there is none.

A question is `{"do": "first"}` or `{"do": "time", "calls": N}`. The answer to the first is `{"result": text or null}`,
and the buffers are written to files; the answer to the second is `{"seconds": S}`. Either may be `{"error": why}`.
"""

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from wasmforge.process import ProcessResult

NO_DEADLINE_S = 86400.0
"""Seconds that a participant may live; each question has a timeout of its own."""

MAX_SOCKET_DIR_BYTES = 80
"""Bytes of the path of a temporary folder in which there is room for a socket: some systems permit 104 in all."""


class NoAnswerError(Exception):
    """Why there is no answer, in one line."""


class Session(Protocol):
    """A participant that answers questions."""

    def ask(self, question: Mapping[str, object], timeout: float) -> dict[str, Any]:
        """The answer. Raises NoAnswerError when none comes within `timeout` seconds, or when it is an error."""


class Closable(Protocol):
    """Something that runs until it is closed."""

    def close(self) -> None:
        """End it."""


C = TypeVar("C", bound=Closable)


def checked(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, unless it is an error. Raises NoAnswerError."""
    if "error" in answer:
        raise NoAnswerError(" ".join(str(answer["error"]).split()))
    return answer


def end_of(result: ProcessResult, timeout: float = NO_DEADLINE_S) -> str:
    """How a process ended, and the last line that it printed."""
    lines = [line.strip() for line in result.text.splitlines() if line.strip()]
    return ": ".join((result.reason(timeout), *lines[-1:]))


def pin_to_cpus(cpus: Collection[int]) -> None:
    """Pin this thread, and the processes that it starts, to these processors where the system can; none means all."""
    if cpus and hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(0, cpus)


class SessionPool:
    """The sessions of a benchmark and their folders."""

    def __init__(self) -> None:
        self._open: list[Closable] = []
        self._folders: list[tempfile.TemporaryDirectory[str]] = []

    def folder(self) -> Path:
        """A new folder with a short path, for a session."""
        within = None if len(os.fsencode(tempfile.gettempdir())) <= MAX_SOCKET_DIR_BYTES else "/tmp"  # noqa: S108 - a new folder of our own
        self._folders.append(tempfile.TemporaryDirectory(prefix="wf-", dir=within, ignore_cleanup_errors=True))
        return Path(self._folders[-1].name)

    def add(self, session: C) -> C:
        """Close this session together with the pool. Returns it."""
        self._open.append(session)
        return session

    def close(self) -> None:
        """End all sessions and delete their folders."""
        for session in self._open:
            session.close()
        for folder in self._folders:
            folder.cleanup()


@contextmanager
def session_pool() -> Iterator[SessionPool]:
    """A pool that is closed at the end of the `with` block."""
    pool = SessionPool()
    try:
        yield pool
    finally:
        pool.close()
