"""Gives each action a private directory, with the scratch folder that its tool kept from the last run, if that is safe.

A scratch folder, such as cargo's `target`, is neither an input nor an output: it only saves the tool work. An action
gets it back only if all of this holds:

- the same command of the same toolchain left it, with the same generated inputs, the same files that run while
  building (`plan/build_time.py`; such code may write anything there), and the same branch checked out;
- nothing in it was changed since, by the file system's own facts (size, times, inode);
- every input that we write is newer than every file in it, so tools that compare mtimes rebuild what depends on it.

Each action with a scratch folder has one folder here, under a lock. `kept.json` exists exactly in the state KEPT:

    EMPTY --workdir()--> IN USE --the tool ended by itself--> KEPT
                           |                                   |
                           | killed, timed out, failed to      | workdir(), and all of the above holds:
                           | write its outputs                 | IN USE, with the folder and its lineage
                           v                                   | workdir(), otherwise: deleted, IN USE without it
                         EMPTY                                 | not used for 30 days: swept

A *lineage* is a random name that a scratch folder gets when it is created. The store keeps a result that was made with
a scratch folder under its lineage, and gives it only to builds that would get that same folder.
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

from wasmforge.model.plan import Action
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.build_time import build_time_files
from wasmforge.plan.keys import base_facts, key_of
from wasmforge.runner.workdir import private_directory, remove
from wasmforge.store.file_io import write_atomic
from wasmforge.store.file_lock import try_lock
from wasmforge.store.store import Blob
from wasmforge.uptodate import stat_signature

KEPT_DIR, RECORD, WORKDIR_PREFIX = "kept", "kept.json", "work-"
"""Names within the folder of an action: what the tool kept, the facts about that, and its private directories."""

MAX_UNUSED_S = 30 * 86400.0
"""Seconds after which a scratch folder that no build used is removed."""

MAX_CLOCK_CHECKS, CLOCK_CHECK_INTERVAL_S = 5, 0.005
"""How often we check that the file system's clock has moved on, and the seconds between two checks."""

KeepScratch = Callable[[], None]
"""To be called when the tool ended by itself: its scratch folder may be kept."""

ScratchDir = tuple[Path, KeepScratch, str]
"""The private directory, what keeps its scratch folder, and the lineage of that folder (empty: it is new)."""


class ScratchDirs:
    """Private directories: below `folder` for actions with a scratch folder, below `work` for all others.

    Without `folder`, nothing is kept. `project` is the project's root.
    """

    def __init__(self, work: Path, folder: Path | None = None, project: Path | None = None) -> None:
        self._work = work
        self._folder = folder
        self._project = project

    @contextmanager
    def workdir(
        self, action: Action, toolchain: ResolvedToolchain, generated_inputs: Mapping[str, Blob]
    ) -> Iterator[ScratchDir]:
        """A directory that is empty but for the scratch folder; it is removed afterwards."""
        action_folder = self._action_folder(action, toolchain)
        lock = None if action_folder is None else _try_lock(action_folder)
        if action_folder is None or lock is None or action.scratch is None:
            with private_directory(self._work) as path:
                yield path, lambda: None, ""
            return
        try:
            with _locked_workdir(
                action_folder, action.scratch, self._key(action, toolchain, generated_inputs)
            ) as workdir:
                yield workdir
        finally:
            os.close(lock)

    def lineage(self, action: Action, toolchain: ResolvedToolchain, generated_inputs: Mapping[str, Blob]) -> str:
        """The recorded lineage of the scratch folder that this action would get now; empty if it would get none."""
        action_folder = self._action_folder(action, toolchain)
        try:
            data = {} if action_folder is None else json.loads((action_folder / RECORD).read_bytes())
            return (
                str(data["lineage"]) if data and data["key"] == self._key(action, toolchain, generated_inputs) else ""
            )
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _key(self, action: Action, toolchain: ResolvedToolchain, generated_inputs: Mapping[str, Blob]) -> str:
        """The key of a scratch folder: everything but the content of sources that are only compiled."""
        input_facts = ((f"given {path}", blob.digest) for path, blob in sorted(generated_inputs.items()))
        runs = build_time_files(action.sources, lambda path: self._read(action.sources[path].path))
        running = ((f"runs {path}", action.sources[path].digest) for path in sorted(runs))
        checkout = ("checkout", checked_out(self._project) if self._project else "")
        return key_of((*base_facts(action, toolchain.identity), *input_facts, *running, checkout))

    def _read(self, path: str) -> bytes:
        return (self._project / path if self._project else Path(path)).read_bytes()

    def _action_folder(self, action: Action, toolchain: ResolvedToolchain) -> Path | None:
        """The folder of an action's scratch state; None without one, and in containers, which are always new."""
        if action.scratch is None or self._folder is None or toolchain.image is not None:
            return None
        return self._folder / hashlib.sha256(f"{self._project}\0{action.label}".encode()).hexdigest()[:24]


def in_ci() -> bool:
    """Whether a CI runs us. There, strangers' sources are built, so only results are kept."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def checked_out(folder: Path) -> str:
    """The branch (or commit) that git has checked out in this folder; empty if the folder is in no git checkout."""
    for parent in (folder, *folder.parents):
        git = parent / ".git"
        try:
            if git.is_file():  # a worktree or a submodule: the file names its git folder
                git = parent / git.read_text().removeprefix("gitdir:").strip()
            return (git / "HEAD").read_text().strip()
        except (OSError, ValueError):
            continue
    return ""


def sweep_scratch_dirs(folder: Path) -> None:
    """Remove what no build has used for `MAX_UNUSED_S`: its component may not exist any more."""
    for action_folder in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            if (
                max(p.stat().st_mtime for p in (action_folder, *action_folder.glob(RECORD)))
                > time.time() - MAX_UNUSED_S
            ):
                continue
            if (lock := _try_lock(action_folder)) is not None:
                remove(action_folder)
                os.close(lock)


@contextmanager
def _locked_workdir(path: Path, scratch: str, key: str) -> Iterator[ScratchDir]:
    """The private directory in an action's locked folder `path`.

    It has the same path as before if the scratch folder is reused, since tools record the paths they worked in.
    Otherwise the path is new: a process that survived a killed build may still write to the old one.
    """
    kept_folder, record = path / KEPT_DIR, path / RECORD
    reusable = _reusable(path, key)
    record.unlink(missing_ok=True)  # a build that is killed from here on leaves a folder that nobody reuses
    for left in path.glob(f"{WORKDIR_PREFIX}*"):
        remove(left)
    if reusable is None:
        remove(kept_folder)
        workdir, lineage = Path(tempfile.mkdtemp(prefix=WORKDIR_PREFIX, dir=path)), os.urandom(16).hex()
    else:
        workdir, lineage = path / reusable[0], reusable[1]
        workdir.mkdir()
        (workdir / scratch).parent.mkdir(parents=True, exist_ok=True)
        kept_folder.rename(workdir / scratch)
    keep: list[bool] = []
    try:
        yield workdir, lambda: keep.append(True), lineage if reusable else ""
    finally:
        with contextlib.suppress(OSError):  # the next build starts without it
            if keep:
                (workdir / scratch).rename(kept_folder)
        remove(workdir)
        if keep and kept_folder.is_dir():
            _write_record(path, key, workdir.name, lineage)
        else:
            remove(kept_folder)


def _reusable(path: Path, key: str) -> tuple[str, str] | None:
    """The name of the private directory of a scratch folder, and its lineage; None if it must not be reused."""
    try:
        data = json.loads((path / RECORD).read_bytes())
        valid = (
            data["key"] == key
            and data["facts"] == _facts(path / KEPT_DIR)[0]
            and data["workdir"].startswith(WORKDIR_PREFIX)
        )
        return (str(data["workdir"]), str(data["lineage"])) if valid and _clock_passed(path, data["stamp"]) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _clock_passed(path: Path, stamp: int) -> bool:
    """Whether files written now get a later time than `stamp` (ns); waits some ticks of the file system's clock."""
    for _ in range(MAX_CLOCK_CHECKS):
        if _now(path) > stamp:
            return True
        time.sleep(CLOCK_CHECK_INTERVAL_S)
    return False


def _write_record(path: Path, key: str, workdir: str, lineage: str) -> None:
    """Record the state of the scratch folder, unless a file in it claims a time in the future."""
    with contextlib.suppress(OSError):
        facts, newest = _facts(path / KEPT_DIR)
        stamp = _now(path)
        if newest <= stamp:
            record = {"key": key, "workdir": workdir, "lineage": lineage, "stamp": stamp, "facts": facts}
            write_atomic(path / RECORD, json.dumps(record).encode())


def _facts(folder: Path) -> tuple[str, int]:
    """A hash over the `lstat` facts of every entry below a folder, and the latest mtime (ns)."""
    digest, newest = hashlib.sha256(), 0
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted((*folders, *names)):
            path = f"{parent}/{name}"
            digest.update(
                f"{path.removeprefix(str(folder))}\0{stat_signature(path)}\0".encode("utf-8", "surrogateescape")
            )
            newest = max(newest, os.lstat(path).st_mtime_ns)
    return digest.hexdigest(), newest


def _now(path: Path) -> int:
    """The mtime in nanoseconds that the file system gives to a file written now."""
    handle, name = tempfile.mkstemp(prefix="now-", dir=path)
    try:
        return os.fstat(handle).st_mtime_ns
    finally:
        os.close(handle)
        Path(name).unlink()


def _try_lock(path: Path) -> int | None:
    """The handle of the folder's lock; None if another process has it, or the file system has no locks."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        return try_lock(path / "lock")
    except OSError:
        return None
