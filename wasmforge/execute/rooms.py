"""Private directories of actions whose tool keeps something from one run to the next, such as cargo's `target`.

What is kept is neither input nor output: it only saves the tool work, and it is there only when nothing can be wrong
with it. It was left by the same command of the same tool with the same files given by other actions; nobody touched it
since; and all that will be laid is younger than all of it, so a tool that goes by times takes no source for an old one.
"""

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from wasmforge.execute.lock import try_lock
from wasmforge.execute.store import Blob, write_atomic
from wasmforge.execute.workdir import private_directory, remove
from wasmforge.model.plan import Action
from wasmforge.model.toolchain import Kit
from wasmforge.plan.keys import base_facts, key_of
from wasmforge.unchanged import fact

KEPT, RECORD, ROOM = "kept", "kept.json", "room-"

MONTH = 30 * 86400.0
"""Seconds that something is kept without being of use."""

TICKS, TICK = 5, 0.005
"""How often to look whether the clock has moved on, and seconds between two looks."""

Keep = Callable[[], None]
"""Called when the tool ended by itself, so that what it left may be kept."""


class Rooms:
    """`folder` has one place for each action that keeps something; `work` is where other private directories are made.

    Without `folder` nothing is kept.
    """

    def __init__(self, work: Path, folder: Path | None = None, project: Path | None = None) -> None:
        self._work = work
        self._folder = folder
        self._project = project

    @contextmanager
    def room(self, action: Action, kit: Kit, givens: Mapping[str, Blob]) -> Iterator[tuple[Path, Keep]]:
        """A directory with nothing in it but what was kept; gone afterwards."""
        place = self._place(action, kit)
        lock = None if place is None else _locked(place)
        if place is None or lock is None or action.scratch is None:
            with private_directory(self._work) as path:
                yield path, lambda: None
            return
        try:
            with _own_room(place, action.scratch, _key(action, kit, givens)) as room:
                yield room
        finally:
            os.close(lock)

    def _place(self, action: Action, kit: Kit) -> Path | None:
        """Where an action keeps what it keeps; a container is another machine each time, and has no such place."""
        if action.scratch is None or self._folder is None or kit.image is not None:
            return None
        return self._folder / hashlib.sha256(f"{self._project}\0{action.label}".encode()).hexdigest()[:24]


def sweep_rooms(folder: Path) -> None:
    """Remove what no build has used for a month: its component may be gone."""
    for place in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if max(p.stat().st_mtime for p in (place, *place.glob(RECORD))) > time.time() - MONTH:
                continue
            if (lock := _locked(place)) is not None:
                remove(place)
                os.close(lock)


@contextmanager
def _own_room(place: Path, scratch: str, key: str) -> Iterator[tuple[Path, Keep]]:
    """The room of a place that is locked. It has the same path as long as what was kept is good, since tools write
    down where they worked; else another, where no orphan of a killed build still writes.
    """
    kept, record = place / KEPT, place / RECORD
    before = _good(place, key)
    record.unlink(missing_ok=True)  # whoever is killed from now on leaves nothing that could be taken for good
    for left in place.glob(f"{ROOM}*"):
        remove(left)
    if before is None:
        remove(kept)
        room = Path(tempfile.mkdtemp(prefix=ROOM, dir=place))
    else:
        room = place / before
        room.mkdir()
        (room / scratch).parent.mkdir(parents=True, exist_ok=True)
        kept.rename(room / scratch)
    keep: list[bool] = []
    try:
        yield room, lambda: keep.append(True)
    finally:
        with contextlib.suppress(OSError):  # then it is made again
            if keep:
                (room / scratch).rename(kept)
        remove(room)
        if keep and kept.is_dir():
            _write(place, key, room.name)
        else:
            remove(kept)


def _good(place: Path, key: str) -> str | None:
    """The name of the room in which what is kept was left, if it may be used; else None."""
    try:
        said = json.loads((place / RECORD).read_bytes())
        whole = said["key"] == key and said["facts"] == _facts(place / KEPT)[0]
        return str(said["room"]) if whole and said["room"].startswith(ROOM) and _past(place, said["stamp"]) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _past(place: Path, stamp: int) -> bool:
    """Whether files written now are younger than this; waits for some ticks of the system's clock."""
    for _ in range(TICKS):
        if _now(place) > stamp:
            return True
        time.sleep(TICK)
    return False


def _write(place: Path, key: str, room: str) -> None:
    """Write down what is kept, unless some of it claims to be younger than now."""
    with contextlib.suppress(OSError):
        facts, newest = _facts(place / KEPT)
        stamp = _now(place)
        if newest <= stamp:
            said = {"key": key, "room": room, "stamp": stamp, "facts": facts}
            write_atomic(place / RECORD, json.dumps(said).encode())


def _facts(folder: Path) -> tuple[str, int]:
    """A hash over what the system says of all that is in a folder, and when the youngest of it was written (ns)."""
    digest, newest = hashlib.sha256(), 0
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted((*folders, *names)):
            path = f"{here}/{name}"
            digest.update(f"{path.removeprefix(str(folder))}\0{fact(path)}\0".encode("utf-8", "surrogateescape"))
            newest = max(newest, os.lstat(path).st_mtime_ns)
    return digest.hexdigest(), newest


def _now(place: Path) -> int:
    """The time that a file gets here which is written now, in nanoseconds."""
    handle, name = tempfile.mkstemp(prefix="now-", dir=place)
    try:
        return os.fstat(handle).st_mtime_ns
    finally:
        os.close(handle)
        Path(name).unlink()


def _key(action: Action, kit: Kit, givens: Mapping[str, Blob]) -> str:
    """What must be the same for what is kept to be of use: all but the content of sources."""
    given = ((f"given {path}", blob.digest) for path, blob in sorted(givens.items()))
    return key_of((*base_facts(action, kit.identity), *given))


def _locked(place: Path) -> int | None:
    """The place's lock; None when another process is there, or none can be had."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        return try_lock(place / "lock")
    except OSError:
        return None
