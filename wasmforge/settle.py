"""Gathers what a build that ended well rested on, and writes that down with the words to say should nothing change.

The other half, which reads it, is unchanged.py: it is run before this and all else is imported.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from wasmforge import unchanged
from wasmforge.errors import ForgeError
from wasmforge.execute import Ran
from wasmforge.execute.origins.rests import image_rests, toolchain_rests
from wasmforge.execute.places import make_folder
from wasmforge.execute.store import NEW, write_atomic
from wasmforge.ground import Ground, Tell
from wasmforge.load.rests import catalog_rests, project_rests, source_rests
from wasmforge.model.artifact import Artifact, Report
from wasmforge.model.events import Event
from wasmforge.model.plan import Plan
from wasmforge.model.rested import AS_IT_IS, MAY_COME, SOUGHT, UNTOUCHED, Due, Rested, UntoldError
from wasmforge.report.again import again
from wasmforge.report.summary import all_well

MOST = 16
"""Records kept in a project: one for each way in which builds are asked for here."""

OTHER_DISK = 5_000_000_000
"""Nanoseconds by which a file on another disk must be older: its times may be coarse, and told by another clock."""


class Settler:
    """Listens to a build from before it looks at anything, and writes the record when it ended well.

    `words` turns the events of a build in which nothing is new into what is printed, see `unchanged.record`.
    """

    def __init__(self, argv: list[str], words: Callable[[Iterable[Event]], list[bytes]]) -> None:
        self._told = unchanged.circumstances(argv)
        self._began = time.time_ns()
        self._clock = unchanged.clock()
        self._words = words
        self._heard: list[Event] = []

    def hearing(self, tell: Tell) -> Tell:
        """A teller that passes on every event."""

        def both(event: Event) -> None:
            self._heard.append(event)
            tell(event)

        return both

    def __call__(self, ground: Ground, plan: Plan, ran: Ran, report: Report) -> None:
        """The build is over. What cannot be written down is no failure: the next build looks at everything again."""
        if not all_well(report) or report.missing or abs(unchanged.clock() - self._clock) > unchanged.MARGIN // 2:
            return
        try:
            what = rested(ground, plan, ran, report)
            write_down(ground.root, self._told, self._began, what, self._words(again(self._heard, what.seconds)))
        except (UntoldError, ForgeError, OSError):
            return


def rested(ground: Ground, plan: Plan, ran: Ran, report: Report) -> Rested:
    """What this build rested on. Raises UntoldError when that cannot be told, or a file was touched meanwhile."""
    if any(test.preopen for delivery in plan.deliveries for test in delivery.smoke):
        raise UntoldError("a smoke test sees a folder that may change")
    looked_at = dict.fromkeys(t.toolchain for t in ground.tools.tried)
    there = {t.toolchain for t in ground.tools.tried if t.identity}
    known = {name: ground.tools.kit(name) for name in looked_at if name in there}
    images, asked = image_rests(known.values())
    due = [*catalog_rests(ground.root, ground.catalog), *asked]
    for name in looked_at:
        due += toolchain_rests(ground.catalog.toolchains[name], known.get(name), ground.tools.tried)
    due += project_rests(ground.project, ground.settings.start)
    due += source_rests(ground.root, ground.snapshots)
    due.append((str(ground.root / "forge.lock"), UNTOUCHED if ground.settings.locked else AS_IT_IS))
    paths = _strictest(due)
    blobs = {str(ground.store.blob_path(b.digest)) for e in ran.entries.values() for b in e.outputs.values()}
    paths.update(dict.fromkeys((*ran.notes, *blobs), AS_IT_IS))
    paths[str(ground.root / ground.manifest.build.dist / "manifest.json")] = AS_IT_IS
    folders: dict[str, tuple[str, ...]] = {}
    for artifact in report.artifacts:
        base = ground.root / artifact.folder
        paths.update({str(base / file.name): file.sha256 for file in artifact.files})
        folders.update(_folders(base, artifact))
    seconds = {label: entry.seconds for label, entry in ran.entries.items()}
    return Rested(paths=paths, folders=folders, images=images, seconds=seconds)


def write_down(root: Path, told: str, began: int, what: Rested, words: list[bytes]) -> None:
    """Write a record for the circumstances `told` of a build that `began` at this time (nanoseconds).

    Raises UntoldError when something was touched since, or is too young to be known by its times and cannot be read.
    """
    folder = make_folder(root / unchanged.FOLDER)
    path = folder / unchanged.name_of(told)
    now = _same_clock(folder)
    disk = folder.stat().st_dev
    facts: dict[str, str] = {}
    contents: dict[str, str] = {}
    for name, due in (*what.paths.items(), *((f, _names(n)) for f, n in what.folders.items())):
        facts[name] = unchanged.fact(name)
        changed = _changed(facts[name], disk) if facts[name] != unchanged.ABSENT else _taken_away(name, due, disk)
        if changed < began:
            continue
        if due in (UNTOUCHED, MAY_COME, SOUGHT):
            raise UntoldError(f"{name} was touched since the build began")
        holds = unchanged.content(name)
        if due not in (AS_IT_IS, holds):
            raise UntoldError(f"{name} was changed during the build")
        if changed >= now:
            contents[name] = holds
    images = [word for image in what.images for word in (image.socket, image.name, image.identity)]
    write_atomic(path, unchanged.record(told, facts, contents, images, words))
    _thin_out(folder)


def _strictest(due: Iterable[Due]) -> dict[str, str]:
    """Each path with the word that asks most of it, where several were said of it."""
    found: dict[str, str] = {}
    for path, word in due:
        found[path] = max(found.get(path, AS_IT_IS), word, key=_strictness)
    return found


def _strictness(word: str) -> int:
    loose = (AS_IT_IS, MAY_COME, SOUGHT)
    return loose.index(word) if word in loose else 4 if word == UNTOUCHED else 3


def _taken_away(path: str, due: str, disk: int) -> int:
    """When something may have been taken away from a path where nothing is now. Raises UntoldError if it was."""
    if due in (AS_IT_IS, MAY_COME):
        return 0
    if due != SOUGHT:
        raise UntoldError(f"{path} is gone")
    above = Path(path).parent
    while not above.exists():
        above = above.parent
    return _changed(unchanged.fact(str(above)), disk)


def _same_clock(folder: Path) -> int:
    """The time now. Raises UntoldError where the disk has another clock than we, or a coarse one."""
    stamp = folder / f"{NEW}{os.getpid()}-stamp"
    before = time.time_ns()
    write_atomic(stamp, b"")
    told = stamp.stat().st_mtime_ns
    stamp.unlink()
    if told < before - unchanged.MARGIN // 2 or told > time.time_ns() or told % 1_000_000 == 0:
        raise UntoldError("the clock of this disk is not ours")
    return before


def _changed(fact: str, disk: int) -> int:
    """When what a fact tells of was last changed, so far as it must be known; 0 for what is not there."""
    words = [word for word in fact.split(" ") if word != unchanged.ABSENT]
    parts = [words[i : i + 6] for i in range(0, len(words), 6)]
    return max(
        (max(int(p[4]), int(p[5])) + (unchanged.MARGIN if int(p[2]) == disk else OTHER_DISK) for p in parts), default=0
    )


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


def _thin_out(folder: Path) -> None:
    """Keep the newest records."""
    found = sorted((p.stat().st_mtime_ns, p) for p in folder.iterdir() if p.is_file())
    for _, path in found[:-MOST]:
        path.unlink(missing_ok=True)
