"""Folders to tar streams and back, as an engine takes and gives them. Knows no engine and no actions."""

import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

IN_MEMORY = 16 * 1024 * 1024
"""Bytes of an archive that are kept in memory; what is larger goes through a temporary file."""

CHUNK = 1024 * 1024


@contextmanager
def packed(folder: Path, name: str, owner: tuple[int, int]) -> Iterator[IO[bytes]]:
    """A tar of the folder under `name`, everything owned by `owner` (user and group), links kept as links."""

    def owned(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid, entry.gid = owner
        entry.uname = entry.gname = ""
        return entry

    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            tar.add(folder, arcname=name, filter=owned)
        file.seek(0)
        yield file


def of_files(files: dict[str, bytes | None], owner: tuple[int, int]) -> bytes:
    """A small tar of files by path; None makes a folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.uid, entry.gid = owner
            if data is None:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(entry)
            else:
                entry.size, entry.mode = len(data), 0o644
                tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def unpack(chunks: Iterable[bytes], into: Path) -> None:
    """Lay what a stream holds into a folder. Entries that would leave it, devices and set-id bits are refused.

    Raises tarfile.TarError, and OSError when the disk is full.
    """
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        for chunk in chunks:
            file.write(chunk)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r") as tar:
            lay_all(tar, into)


def lay_all(tar: tarfile.TarFile, into: Path) -> None:
    """Lay every entry of an archive into a folder by the rules of `unpack`. Raises tarfile.TarError and OSError."""
    allowed: Callable[[tarfile.TarInfo, str], tarfile.TarInfo] = getattr(tarfile, "data_filter", plain_data)
    tar.extraction_filter = lambda entry, _: entry  # it is done below; without this, Python 3.12 and 3.13 warn
    for entry in tar:
        entry.mode = (entry.mode or 0) | 0o600  # we must be able to read and remove what a tool made unreadable
        tar.extract(allowed(entry, str(into)), into)


def plain_data(entry: tarfile.TarInfo, into: str) -> tarfile.TarInfo:
    """What `tarfile.data_filter` does, for Python before 3.11.4 (Debian 12 has 3.11.2). Raises tarfile.TarError."""
    root = Path(into).resolve()
    entry.name = entry.name.lstrip("/")
    path = root / entry.name
    reach = [path, *([path.parent / entry.linkname] if entry.issym() else [])]
    reach += [root / entry.linkname] if entry.islnk() else []
    absolute = (entry.issym() or entry.islnk()) and entry.linkname.startswith("/")
    if absolute or not all(p.resolve().is_relative_to(root) for p in reach):
        raise tarfile.ExtractError(f"{entry.name!r} leads out of its folder")
    if not (entry.isfile() or entry.isdir() or entry.issym() or entry.islnk()):
        raise tarfile.ExtractError(f"{entry.name!r} is neither file, folder nor link")
    run = entry.isdir() or entry.mode & 0o100
    entry.mode = 0o755 if run else entry.mode & 0o644
    entry.uid, entry.gid, entry.uname, entry.gname = os.getuid(), os.getgid(), "", ""
    return entry
