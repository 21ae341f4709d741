"""After a successful build, stores the state of every input, and the output to print if nothing changes until the next.

The other half, which reads the record, is uptodate.py: it runs before anything else is imported.
"""

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from wasmforge import uptodate
from wasmforge.app.workspace import EventSink, Workspace
from wasmforge.errors import ForgeError
from wasmforge.model.artifact import Artifact
from wasmforge.model.events import Event
from wasmforge.model.fingerprint import (
    ANY_CONTENT,
    MAY_APPEAR,
    PROBED,
    UNCHANGED,
    Fingerprint,
    InputState,
    NotFingerprintableError,
)
from wasmforge.model.plan import Plan
from wasmforge.model.report import Report
from wasmforge.plan import dist_of
from wasmforge.report.replay import ReplayOutput, unchanged_events
from wasmforge.report.summary import succeeded
from wasmforge.runner.scheduler import RunResult
from wasmforge.safe_paths import NEW, Directory, open_below
from wasmforge.sandbox import UNCONFINED, candidates

MOST = 16
"""Records kept in a project: one for each way in which builds are asked for here."""

FOREIGN_DISK_MARGIN_NS = 5_000_000_000
"""Nanoseconds by which a file on another disk must be older: its times may be coarse, and told by another clock."""


STRICTNESS = {ANY_CONTENT: 0, MAY_APPEAR: 1, PROBED: 2, UNCHANGED: 4}


class UpToDateRecorder:
    """Listens to a build from before it looks at anything, and writes the record when it ended well.

    `words` turns the events of a build in which nothing is new into what is printed, see `unchanged.record`.
    """

    def __init__(self, argv: list[str], words: Callable[[Iterable[Event]], ReplayOutput]) -> None:
        self._invocation = uptodate.invocation_hash(argv)
        self._began = time.time_ns()
        self._clock = uptodate.clock()
        self._words = words
        self._events: list[Event] = []

    def tee(self, emit: EventSink) -> EventSink:
        """A teller that passes on every event."""

        def both(event: Event) -> None:
            self._events.append(event)
            emit(event)

        return both

    def __call__(self, workspace: Workspace, plan: Plan, result: RunResult, report: Report) -> None:
        """The build is over. What cannot be written down is no failure: the next build looks at everything again."""
        if not succeeded(report) or report.left_out or abs(uptodate.clock() - self._clock) > uptodate.MARGIN // 2:
            return
        try:
            what = fingerprint(workspace, plan, result, report)
            write_record(
                workspace.root,
                self._invocation,
                self._began,
                what,
                self._words(unchanged_events(self._events, what.seconds)),
            )
        except (NotFingerprintableError, ForgeError, OSError):
            return


def fingerprint(workspace: Workspace, plan: Plan, result: RunResult, report: Report) -> Fingerprint:
    """The inputs of this build. Raises NotFingerprintableError when they are not known, or one was touched."""
    if any(test.preopen for delivery in plan.deliveries for test in delivery.smoke):
        raise NotFingerprintableError("a smoke test sees a folder that may change")
    images = workspace.tools.images()
    states = [*_own_code(), *workspace.inputs.states(), *workspace.tools.looked_at()]
    if not workspace.settings.trust_project:  # else it is in the command line
        states += workspace.trust.inputs
    if workspace.sandbox != UNCONFINED:
        states += ((path, PROBED) for path in candidates())
    paths = _strictest(states)
    blobs = {str(workspace.store.blob_path(b.digest)) for e in result.entries.values() for b in e.outputs.values()}
    paths.update(dict.fromkeys((*result.notes, *blobs), ANY_CONTENT))
    for profile in dict.fromkeys(d.profile for d in plan.deliveries):
        paths[str(workspace.root / dist_of(workspace.manifest.build, profile) / "manifest.json")] = ANY_CONTENT
    folders: dict[str, tuple[str, ...]] = {}
    for artifact in report.artifacts:
        base = workspace.root / artifact.folder
        paths.update({str(base / file.name): file.sha256 for file in artifact.files})
        folders.update(_folders(base, artifact))
        paths.update({f"{above}/": ANY_CONTENT for above in base.parents if above.is_relative_to(workspace.root)})
    seconds = {label: entry.seconds for label, entry in result.entries.items()}
    return Fingerprint(paths=paths, folders=folders, images=images, seconds=seconds)


def _own_code() -> Iterator[InputState]:
    """Our own package: which of its modules a build imports is not asked."""
    package = str(Path(uptodate.__file__).parent)
    yield package, MAY_APPEAR
    for here, folders, names in os.walk(package):
        folders[:] = [f for f in folders if f != "__pycache__"]
        yield from ((f"{here}/{name}", MAY_APPEAR) for name in (*folders, *names))


def write_record(root: Path, invocation: str, began: int, what: Fingerprint, output: ReplayOutput) -> None:
    """Write a record for the circumstances `told` of a build that `began` at this time (nanoseconds).

    Raises NotFingerprintableError when an input was touched since, or is too young for its times and cannot be read.
    """
    with open_below(root, uptodate.FOLDER, create=True) as folder:
        record = _record(folder, invocation, began, what, output)
        folder.write(uptodate.record_name(invocation), record)
        _thin_out(folder)


def _record(folder: Directory, invocation: str, began: int, what: Fingerprint, output: ReplayOutput) -> bytes:
    """The record as bytes; `folder` is where it will be kept."""
    now = _same_clock(folder)
    disk = os.fstat(folder.descriptor).st_dev
    facts: dict[str, str] = {}
    contents: dict[str, str] = {}
    for name, states in (*what.paths.items(), *((f, _names(n)) for f, n in what.folders.items())):
        facts[name] = uptodate.stat_signature(name)
        changed = _changed(facts[name], disk) if facts[name] != uptodate.ABSENT else _taken_away(name, states, disk)
        if changed < began:
            continue
        if states in (UNCHANGED, MAY_APPEAR, PROBED):
            raise NotFingerprintableError(f"{name} was touched since the build began")
        holds = uptodate.content_hash(name)
        if states not in (ANY_CONTENT, holds):
            raise NotFingerprintableError(f"{name} was changed during the build")
        if changed >= now:
            contents[name] = holds
    record = uptodate.Record(
        invocation=invocation,
        boot_time=uptodate.clock(),
        written=time.time_ns(),
        signatures=facts,
        contents=contents,
        images=[(image.socket, image.name, image.identity) for image in what.images],
        time_format=output.time_format,
        outputs=output.outputs,
    )
    return record.encode()


def _strictest(states: Iterable[InputState]) -> dict[str, str]:
    """Each path with the word that asks most of it, where several were said of it."""
    found: dict[str, str] = {}
    for path, word in states:
        found[path] = max(found.get(path, ANY_CONTENT), word, key=_strictness)
    return found


def _strictness(requirement: str) -> int:
    """How much a requirement asks of a path; a digest of its content lies between the others."""
    return STRICTNESS.get(requirement, STRICTNESS[PROBED] + 1)


def _taken_away(path: str, states: str, disk: int) -> int:
    """When something at a path may have been deleted. Raises NotFingerprintableError if something was."""
    if states in (ANY_CONTENT, MAY_APPEAR):
        return 0
    if states != PROBED:
        raise NotFingerprintableError(f"{path} is gone")
    above = Path(path).parent
    while not above.exists():
        above = above.parent
    return _changed(uptodate.stat_signature(str(above)), disk)


def _same_clock(folder: Directory) -> int:
    """The time now. Raises NotFingerprintableError where the disk has another clock than we, or a coarse one."""
    stamp = f"{NEW}{os.getpid()}-stamp"
    before = time.time_ns()
    folder.write(stamp, b"")
    status = folder.status(stamp)
    invocation = status.st_mtime_ns if status else 0
    folder.remove(stamp)
    if invocation < before - uptodate.MARGIN // 2 or invocation > time.time_ns() or invocation % 1_000_000 == 0:
        raise NotFingerprintableError("the clock of this disk is not ours")
    return before


class _Status(NamedTuple):
    """One status in a signature, see `uptodate.stat_signature`."""

    mode: int
    inode: int
    device: int
    size: int
    modified_ns: int
    changed_ns: int


def _changed(signature: str, disk: int) -> int:
    """The time, in nanoseconds, from which on a file is known to be as its signature says; 0 if nothing is there."""
    numbers = [int(word) for word in signature.split(" ") if word not in (uptodate.ABSENT, uptodate.A_FOLDER)]
    size = len(_Status._fields)
    statuses = [_Status(*numbers[i : i + size]) for i in range(0, len(numbers), size)]
    return max((max(s.modified_ns, s.changed_ns) + _margin(s.device, disk) for s in statuses), default=0)


def _margin(device: int, disk: int) -> int:
    return uptodate.MARGIN if device == disk else FOREIGN_DISK_MARGIN_NS


def _folders(base: Path, artifact: Artifact) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The folders of a delivery with exactly the names that belong in each."""
    names: dict[str, set[str]] = {".": set()}
    for file in artifact.files:
        path = PurePosixPath(file.name)
        for below, folder in zip((path, *path.parents), path.parents, strict=False):
            names.setdefault(str(folder), set()).add(below.name)
    yield from ((str(base / folder), tuple(sorted(inside))) for folder, inside in names.items())


def _names(inside: tuple[str, ...]) -> str:
    """What `unchanged.content` says of a folder with these names."""
    import hashlib

    return hashlib.sha256("\0".join(inside).encode("utf-8", "surrogateescape")).hexdigest()


def _thin_out(folder: Directory) -> None:
    """Keep the newest records."""
    status = ((folder.status(name), name) for name in folder.names())
    found = sorted((s.st_mtime_ns, name) for s, name in status if s is not None and not stat.S_ISDIR(s.st_mode))
    for _, name in found[:-MOST]:
        folder.remove(name)
