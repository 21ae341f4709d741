"""Computes SHA-256 digests of files and folders, remembered by what `lstat` says of each file.

A folder is walked each time, with one `lstat` per file; its files are read again only when one of them changed. What is
remembered is one note per folder, under a hash over every file's path, mode, size, times, inode and device. The time of
change (ctime) cannot be set, so that an edit whose other times were put back is seen.
"""

import contextlib
import hashlib
import os
import stat
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from wasmforge.model.base import Struct
from wasmforge.store.store import Store

KIND = "digest"

RULES = "1"
"""Changes when what is hashed does."""

ABSENT = "absent"
"""Instead of a digest where nothing is."""

UNREADABLE = "unreadable"
"""Instead of a digest of what is no regular file, or of one that we may not read."""

YOUNG = 2_000_000_000
"""Nanoseconds by which a file must be older than a look at it for the answer to be remembered: more than a tick of any
disk's clock, within which a second edit would not show."""

UNREAD = ("doc", "info", "man")
"""Folders in an installation's `share` that have pages for people only."""

COMPILED = "__pycache__"
"""Folders in which Python keeps what it compiled of the sources beside them."""

THREADS = 4
"""Threads that read files at once: hashing goes on in parallel, reading waits for the disk."""


class FolderEntry(Struct, frozen=True):
    """A file or symbolic link that was found in a folder: its name from there, where it lies, whether it is executable,
    and what it says if it is a link.
    """

    name: str
    path: str
    executable: bool = False
    link: str | None = None


class FileDigests:
    """Looks at each path once in a run.

    `apart` are folders that belong to nobody's installation, such as the project's: a link to a folder that holds one
    of them is not followed.
    """

    def __init__(self, store: Store, excluded: Iterable[Path] = ()) -> None:
        self._store = store
        self._excluded = tuple(os.path.realpath(path) for path in excluded)
        self._known: dict[str, str] = {}

    def of(self, path: str) -> str:
        """The digest of a file's bytes or of a folder with all that is below it; `ABSENT` where nothing is."""
        if path not in self._known:
            self._known[path] = self._folder(path) if Path(path).is_dir() else self._files((path,))[0]
        return self._known[path]

    def of_all(self, paths: Iterable[str]) -> list[str]:
        """The digests of files and folders; those of files are remembered together."""
        listed = list(paths)
        self.of_files(path for path in listed if not Path(path).is_dir())
        return [self.of(path) for path in listed]

    def of_files(self, paths: Iterable[str]) -> dict[str, str]:
        """The digests of several files, remembered together."""
        units = tuple(dict.fromkeys(paths))
        unread = tuple(path for path in units if path not in self._known)
        if unread:
            self._known.update(zip(unread, self._files(unread), strict=True))
        return {path: self._known[path] for path in units}

    def _files(self, paths: tuple[str, ...]) -> list[str]:
        began, stamps, changed = time.time_ns(), [], 0
        for path in paths:
            try:
                status = Path(path).stat()
            except OSError:
                stamps.append(f"{path}\0{ABSENT}")
                continue
            stamps.append(f"{path}\0{_stamp(status)}")
            changed = max(changed, _changed(status))
        key = _key("files", stamps)
        found = self._store.get_value(KIND, key)
        if isinstance(found, list) and len(found) == len(paths):
            return [str(digest) for digest in found]
        digests = _read(paths)
        if changed < began - YOUNG:
            self._store.put_value(KIND, key, digests)
        return digests

    def _folder(self, folder: str) -> str:
        began = time.time_ns()
        names, facts = self._stamps(folder)
        key = _key("folder", [folder, *names], facts)
        found = self._store.get_value(KIND, key)
        if isinstance(found, str):
            return found
        digest = _over(sorted(self._entries(folder), key=lambda entry: entry.name))
        if max(facts[3::6] + facts[4::6], default=0) < began - YOUNG:  # a change since then gives another key anyway
            self._store.put_value(KIND, key, digest)
        return digest

    def _stamps(self, folder: str) -> tuple[list[str], list[int]]:
        """What the system says of all that is in a folder, as fast as Python tells it: names, and six numbers each."""
        names: list[str] = []
        facts: list[int] = []
        for here, _, found, outside in self._parts(folder):
            names.append(f"{here}/")
            for entry in found:
                names.append(entry.name)
                s = entry.stat(follow_symlinks=False)
                facts += (s.st_mode, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_dev)
            for name, target in outside.items():
                names.append(f"{name}\0{target}")
                with contextlib.suppress(OSError):
                    s = Path(target).stat()
                    facts += (s.st_mode, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_dev)
        return names, facts

    def _entries(self, folder: str) -> Iterator[FolderEntry]:
        """All files and links below a folder, and what lies behind links that lead out of it."""
        for here, prefix, found, outside in self._parts(folder):
            for entry in found:
                path = f"{here}/{entry.name}"
                if entry.is_symlink():
                    yield FolderEntry(prefix + entry.name, path, link=str(Path(path).readlink()))
                else:
                    executable = bool(entry.stat(follow_symlinks=False).st_mode & 0o111)
                    yield FolderEntry(prefix + entry.name, path, executable)
            for name, target in outside.items():
                if Path(target).is_file():
                    yield FolderEntry(f"{prefix}{name}/", target, os.access(target, os.X_OK))

    def _parts(self, folder: str) -> Iterator[tuple[str, str, list["os.DirEntry[str]"], dict[str, str]]]:
        """A folder and all below it, one after the other: its path, its name with a slash behind it, the files and
        links in it, and what those of the links lead to that lead out of the whole. Folders they lead to come as well.

        What is found must be looked at before the next is asked for: that closes the folder.
        """
        root = os.path.realpath(folder)
        doing, seen = [(folder, "")], {root}
        while doing:
            here, prefix = doing.pop()
            try:
                handle = os.open(here, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                found: list[os.DirEntry[str]] = []
                outside: dict[str, str] = {}
                with os.scandir(handle) as entries:  # by its handle: the way there need not be gone for each file
                    for entry in entries:
                        name = entry.name
                        if entry.is_dir(follow_symlinks=False):
                            if name != COMPILED and not (name in UNREAD and prefix.endswith("share/")):
                                doing.append((f"{here}/{name}", f"{prefix}{name}/"))
                            continue
                        found.append(entry)
                        if entry.is_symlink() and not is_below(to := os.path.realpath(f"{here}/{name}"), root):
                            if not Path(to).is_dir():
                                outside[name] = to
                            elif to not in seen and not any(is_below(place, to) for place in self._excluded):
                                seen.add(to)
                                doing.append((to, f"{prefix}{name}/"))
                yield here, prefix, found, outside
            finally:
                os.close(handle)


def is_below(path: str, folder: str) -> bool:
    """Is this the folder, or something in it? Both absolute and without links."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _over(entries: Sequence[FolderEntry]) -> str:
    """A digest over names, contents, whether each file is executable, and what links say."""
    files = [entry.path for entry in entries if entry.link is None]
    digests = dict(zip(files, _read(files), strict=True))
    whole = hashlib.sha256()
    for entry in entries:
        said = (
            f"link {entry.link}"
            if entry.link is not None
            else f"{'x' if entry.executable else '-'} {digests[entry.path]}"
        )
        whole.update(_bytes(f"{len(_bytes(entry.name))} {entry.name} {len(_bytes(said))} {said}\n"))
    return whole.hexdigest()


def _read(paths: Sequence[str]) -> list[str]:
    """The digests of these files, read by several threads when they are many."""
    if len(paths) < 2 * THREADS:
        return [_digest(path) for path in paths]
    from concurrent.futures import ThreadPoolExecutor  # only when something was installed

    with ThreadPoolExecutor(THREADS) as threads:
        parts = [paths[i : i + 64] for i in range(0, len(paths), 64)]
        return [digest for part in threads.map(lambda part: [_digest(path) for path in part], parts) for digest in part]


def _digest(path: str) -> str:
    try:
        with open(path, "rb", buffering=0, opener=_opener) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return UNREADABLE
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ABSENT
    except OSError:
        return UNREADABLE


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a named pipe must not make us wait


def _stamp(s: os.stat_result) -> str:
    return f"{s.st_mode} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino} {s.st_dev}"


def _changed(status: os.stat_result) -> int:
    return max(status.st_ctime_ns, status.st_mtime_ns)


def _key(what: str, parts: Iterable[str], facts: Iterable[int] = ()) -> str:
    digest = hashlib.sha256(_bytes("\n".join((what, RULES, *parts))))
    numbers = [*facts]
    try:
        digest.update(array("q", numbers).tobytes())
    except OverflowError:  # some disks number their files beyond that
        digest.update(repr(numbers).encode())
    return digest.hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
