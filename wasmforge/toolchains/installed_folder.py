"""Checks that a folder of installed packages is what was installed, by a manifest beside it.

Beside each lies a manifest of its content: every file's SHA-256, and what `lstat` said of it when that was looked at. A
file of which the system says the same is not read again, since its time of change (ctime) cannot be set; any other is.
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wasmforge.errors import ForgeError
from wasmforge.store.file_io import write_atomic

FORMAT = 1

MARGIN = 20_000_000
"""Nanoseconds by which a file must be older than a look at it to be known by its times: more than a tick of a clock."""

Files = dict[str, dict[str, Any]]
"""By path from the folder: `content` (a SHA-256, or where a link leads, or nothing for a folder), and `stamp`."""


def record_folder(folder: Path) -> None:
    """Write down what is in a folder that was just installed; its files can then only be read. Raises ForgeError."""
    for path, status in _walk(folder):
        if stat.S_ISREG(status.st_mode):
            path.chmod(0o555 if status.st_mode & 0o111 else 0o444)
    now = time.time_ns()
    _write(folder, {name: _entry(path, status) for name, path, status in _named(folder)}, now)


def is_as_installed(folder: Path) -> bool:
    """Whether a folder holds exactly what was installed there; also false where that was not written down."""
    return digest_of(folder) is not None


def digest_of(folder: Path) -> str | None:
    """A SHA-256 over all that was installed in a folder; None when something else is there now."""
    now = time.time_ns()
    known = _read(folder)
    if known is None:
        return None
    files, lookups = known
    found: Files = {}
    try:
        for name, path, status in _named(folder):
            if (before := files.get(name)) is None:
                return None
            same = before["stamp"] == _stamp(status) and status.st_ctime_ns < lookups - MARGIN
            found[name] = before if same else _entry(path, status)
            if found[name]["content"] != before["content"] or found[name]["stamp"][0] != before["stamp"][0]:
                return None
    except OSError:
        return None
    if len(found) != len(files):
        return None
    if found != files or any(entry["stamp"][-1] >= lookups - MARGIN for entry in files.values()):
        _write_if_possible(folder, found, now)
    return _digest(found)


def manifest_path(folder: Path) -> Path:
    """Where it is written down what is in a folder."""
    return folder.with_name(f"{folder.name}.manifest.json")


def _digest(files: Mapping[str, Mapping[str, Any]]) -> str:
    facts = [(name, entry["content"], entry["stamp"][0]) for name, entry in sorted(files.items())]
    return hashlib.sha256(json.dumps(facts).encode("utf-8", "surrogateescape")).hexdigest()


def _entry(path: Path, status: os.stat_result) -> dict[str, Any]:
    return {"content": _content(path, status), "stamp": _stamp(status)}


def _content(path: Path, status: os.stat_result) -> str:
    """What a file holds. Raises OSError."""
    if stat.S_ISLNK(status.st_mode):
        return f"link {path.readlink()}"
    if stat.S_ISDIR(status.st_mode):
        return "folder"
    if not stat.S_ISREG(status.st_mode):
        return "something else"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stamp(status: os.stat_result) -> list[int]:
    """What of a status changes when a file does; of a folder only its mode, since its names are compared themselves."""
    if stat.S_ISDIR(status.st_mode):
        return [status.st_mode, 0]
    return [status.st_mode, status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns]


def _named(folder: Path) -> Iterator[tuple[str, Path, os.stat_result]]:
    top = len(str(folder)) + 1
    return ((str(path)[top:], path, status) for path, status in _walk(folder))


def _walk(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Everything below a folder, links not followed. Raises OSError."""
    with os.scandir(folder) as entries:
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            yield Path(entry.path), status
            if stat.S_ISDIR(status.st_mode):
                yield from _walk(Path(entry.path))


def _write(folder: Path, files: Files, lookups: int) -> None:
    said = {"format": FORMAT, "looked": lookups, "files": files}
    write_atomic(manifest_path(folder), json.dumps(said, separators=(",", ":")).encode())


def _write_if_possible(folder: Path, files: Files, lookups: int) -> None:
    try:
        _write(folder, files, lookups)
    except ForgeError:  # then all is read again next time
        return


def _read(folder: Path) -> tuple[Files, int] | None:
    """What was written down: the files, and when (ns) they were looked at."""
    try:
        said = json.loads(manifest_path(folder).read_bytes())
        files: Files = said["files"]
        whole = said["format"] == FORMAT and all({"content", "stamp"} == {*entry} for entry in files.values())
        return (files, int(said["looked"])) if whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
