"""Every look that loading takes at the disk goes through here, and is written down while it is taken.

So what a build rested on is told by the code that read it: whoever adds a read has recorded it. `Inputs` collects what
happens within `recorded`; outside of it these functions only look.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from wasmforge.model.fingerprint import ANY_CONTENT, MAY_APPEAR, UNCHANGED, InputState
from wasmforge.safe_paths import read_bounded


class Inputs:
    """Paths that were read, listed or looked for, in order, each with what it must hold (see `model/rested.py`)."""

    def __init__(self) -> None:
        self._states: dict[InputState, None] = {}

    def note(self, path: str | Path, word: str) -> None:
        """This path was looked at."""
        self._states[str(path), word] = None

    def states(self) -> tuple[InputState, ...]:
        """All that was looked at."""
        return tuple(self._states)


_RECORDER: ContextVar[Inputs | None] = ContextVar("recorder", default=None)


@contextmanager
def recorded(inputs: Inputs) -> Iterator[None]:
    """What is looked at within, by this thread, is written down in `inputs`."""
    token = _RECORDER.set(inputs)
    try:
        yield
    finally:
        _RECORDER.reset(token)


def note(path: str | Path, word: str) -> None:
    """A path that was looked at otherwise than by the functions below."""
    recorder = _RECORDER.get()
    if recorder is not None:
        recorder.note(path, word)


def read(path: Path) -> bytes:
    """The bytes of a regular file, see `read_bounded`. Raises OSError."""
    _record_parents(path)
    return read_bounded(path)


def lexists(path: Path) -> bool:
    """Whether anything is at a path, be it a link that leads nowhere."""
    _record_parents(path)
    return os.path.lexists(path)


def is_file(path: Path) -> bool:
    """Whether a file is there."""
    _record_parents(path)
    return path.is_file()


def is_dir(path: Path) -> bool:
    """Whether a folder is there. What is in it is no matter, see `unchanged.fact`."""
    if path.is_symlink():
        note(path, UNCHANGED)
    else:
        note(f"{path}/", ANY_CONTENT)
    return path.is_dir()


def listed(folder: Path) -> list[Path]:
    """What is in a folder, in order; nothing where there is none."""
    if not is_dir(folder):
        return []
    note(folder, UNCHANGED)
    return sorted(folder.iterdir())


def below(folder: Path) -> None:
    """Somebody else will read what is below a folder, as far as anybody does."""
    note(folder, UNCHANGED)
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f != "__pycache__"]
        for name in (*folders, *names):
            note(f"{here}/{name}", UNCHANGED)


def resolve(path: Path) -> Path:
    """The path with its links followed; those are written down."""
    if _RECORDER.get() is not None:
        whole = path.absolute()
        for each in (p for p in (whole, *whole.parents) if p.is_symlink()):
            note(each, UNCHANGED)
    return path.resolve()


def glob(root: Path, pattern: str) -> list[Path]:
    """What matches a pattern, in order, with the folders whose names decide that written down.

    Raises ValueError and NotImplementedError for what is no pattern.
    """
    if _RECORDER.get() is not None:
        for folder in _searched(root, pattern):
            note(folder, UNCHANGED)
    return sorted(root.glob(pattern))


def _searched(root: Path, pattern: str) -> Iterator[str | Path]:
    """The folders that are listed for a pattern: those above each part of it that is no plain name."""
    parts = Path(pattern).parts
    for index, part in enumerate(parts):
        above = [root] if index == 0 else [f for f in root.glob("/".join(parts[:index])) if f.is_dir()]
        if part == "**":
            yield from (here for folder in above for here, _, _ in os.walk(folder))
        elif any(c in part for c in "*?["):
            yield from above


def _record_parents(path: Path) -> None:
    """Somebody asks what is at a path."""
    if _RECORDER.get() is not None:
        note(path, UNCHANGED if os.path.lexists(path) else MAY_APPEAR)
