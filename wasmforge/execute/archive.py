"""Folders to tar streams and back, as an engine takes and gives them. Knows no engine and no actions."""

import io
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
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
            for entry in tar:
                entry.mode = (entry.mode or 0) | 0o600  # we must be able to read and remove what a tool made unreadable
                tar.extract(entry, into, filter="data")
