"""Extracts archives of others into a folder: tar (plain, gzip, bzip2, xz, Zstandard) and zip, by their first bytes.

Both kinds are extracted by `store/tar_stream.py`, so the same is refused in both. What they unpack to is bounded, also
where an archive tells less than it has.
"""

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from wasmforge.model.units import format_size
from wasmforge.store.cache_dirs import cannot_write
from wasmforge.store.tar_stream import Extraction, Limits, add_tar, extraction

LIMITS = Limits(max_bytes=4 * 1024**3, max_entries=200_000)
"""What an archive may unpack to: Emscripten's release has 1.5 GiB and 40,000 files."""

TAR_OVERHEAD_BYTES = 4096
"""Bytes of headers and padding that a tar may have for each entry."""

MAX_PIECE_BYTES = 8 * 1024**2
"""Most bytes that are read at once: files are copied in smaller pieces, names and attributes are never that long."""


class ArchiveError(Exception):
    """The archive cannot be extracted; the message is one line."""


def extract(archive: Path, into: Path, *, strip: int | None = None, limits: Limits = LIMITS) -> None:
    """Extract an archive into a folder, which is made; what is in it already stays.

    `strip` leading folders of each name are dropped, with the entries that have no more than those. None: the one
    folder that holds everything, if there is one, is dropped; the folder `into` must be new for that. A link that leads
    out, a device, a name with `..` or more than the limits is refused. After an error the folder has part of it. Raises
    ArchiveError, and ForgeError when the disk refuses.
    """
    try:
        with archive.open("rb") as file:
            start = file.read(max(len(magic) for magic in (*_DECOMPRESSORS, *_ZIP)))
            file.seek(0)
            with extraction(into, strip=strip or 0, limits=limits) as extracted:
                if start.startswith(_ZIP):
                    _add_zip(file, extracted)
                else:
                    opened = next((of for magic, of in _DECOMPRESSORS.items() if start.startswith(magic)), None)
                    most = limits.max_bytes + limits.max_entries * TAR_OVERHEAD_BYTES
                    stream = _Bounded(file if opened is None else opened(file), most)
                    add_tar(cast("IO[bytes]", stream), extracted)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError) as e:
        raise ArchiveError(f"cannot be extracted: {e}") from None
    except OSError as e:
        if isinstance(e, gzip.BadGzipFile) or e.errno is None:  # bz2 and gzip raise these for damaged data
            raise ArchiveError(f"cannot be extracted: {e}") from None
        raise cannot_write(into, e) from None
    if strip is None:
        _drop_only_folder(into)


def _drop_only_folder(folder: Path) -> None:
    """If a folder holds one folder and nothing else, put what is in that one in its place."""
    inside = [*folder.iterdir()]
    if len(inside) != 1 or inside[0].is_symlink() or not inside[0].is_dir():
        return
    aside = folder.with_name(f"{folder.name}.only")
    try:
        inside[0].rename(aside)
        folder.rmdir()
        aside.rename(folder)
    except OSError as e:
        raise cannot_write(folder, e) from None


class _Bounded:
    """A stream that is read forwards, in pieces of bounded size, and ends with an error after so many bytes.

    tarfile reads the names and attributes of an entry as a whole, however long an archive says that they are.
    """

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most, self._at = file, most, 0

    def read(self, size: int) -> bytes:
        """The next bytes, at most so many."""
        if size > MAX_PIECE_BYTES:
            raise tarfile.ReadError(f"it has a name or an attribute of more than {format_size(MAX_PIECE_BYTES)}")
        data = self._file.read(size)
        self._at += len(data)
        if self._at > self._most:
            raise tarfile.ReadError(f"it unpacks to more than {format_size(self._most)}")
        return data

    def seek(self, to: int) -> int:
        """Go on to a place that was not read yet, or stay."""
        if to < self._at:
            raise tarfile.ReadError("it is no whole tar: an entry is before the one that was read")
        while self._at < to and self.read(min(to - self._at, io.DEFAULT_BUFFER_SIZE)):
            pass
        return self._at

    def tell(self) -> int:
        """Bytes that were read."""
        return self._at


def _zstd(file: IO[bytes]) -> IO[bytes]:
    try:
        from compression import zstd  # type: ignore[import-not-found] # Python 3.14
    except ImportError:
        raise ArchiveError("is compressed with Zstandard, which Python reads from 3.14 on") from None
    opened: IO[bytes] = zstd.open(file)
    return opened


def _gzip(file: IO[bytes]) -> IO[bytes]:
    return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]


def _bz2(file: IO[bytes]) -> IO[bytes]:
    return bz2.BZ2File(file)


def _xz(file: IO[bytes]) -> IO[bytes]:
    return lzma.LZMAFile(file)


_DECOMPRESSORS: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b": _gzip,
    b"BZh": _bz2,
    b"\xfd7zXZ\0": _xz,
    b"\x28\xb5\x2f\xfd": _zstd,
}

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def _add_zip(file: IO[bytes], extracted: Extraction) -> None:
    """Extract every entry of a zip; links are those that Unix programs write."""
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.flag_bits & 1:
                raise ArchiveError(f"cannot be extracted: {info.filename!r} is encrypted")
            mode = info.external_attr >> 16
            entry = tarfile.TarInfo(info.filename)
            entry.size, entry.mode = info.file_size, mode or 0o644
            if info.is_dir():
                entry.type = tarfile.DIRTYPE
            elif stat.S_ISLNK(mode):
                entry.type = tarfile.SYMTYPE
                with archive.open(info) as target:
                    entry.linkname = os.fsdecode(target.read(_MAX_LINK_BYTES))
            elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                raise ArchiveError(f"cannot be extracted: {info.filename!r} is neither file, folder nor link")
            extracted.add(entry, lambda info=info: archive.open(info))  # type: ignore[misc]


_MAX_LINK_BYTES = 4096
