"""Packs folders into tar streams, and extracts them without following links."""

import contextlib
import errno
import io
import os
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from wasmforge.errors import ForgeError
from wasmforge.model.units import format_size
from wasmforge.safe_paths import Directory, leads_out, open_below

SPOOL_BYTES = 16 * 1024 * 1024
"""Bytes of an archive that are kept in memory; a larger one goes to a temporary file."""

CHUNK_BYTES = 1024 * 1024
"""Bytes that are copied at once."""


@contextmanager
def tar_of_folder(folder: Path, name: str, owner: tuple[int, int]) -> Iterator[IO[bytes]]:
    """A tar of the folder under `name`, everything owned by `owner` (user and group), links kept as links."""

    def owned(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid, entry.gid = owner
        entry.uname = entry.gname = ""
        return entry

    with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            tar.add(folder, arcname=name, filter=owned)
        file.seek(0)
        yield file


def tar_of_files(files: dict[str, bytes | None], owner: tuple[int, int]) -> bytes:
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


def unpack(chunks: Iterable[bytes], into: Path, *, without_links_out: bool = False) -> None:
    """Extract a streamed tar into a folder, see `extract_all`. Raises tarfile.TarError and OSError."""
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES) as file:
        for chunk in chunks:
            file.write(chunk)
        file.seek(0)
        extract_all(file, into, without_links_out=without_links_out)


def extract_all(file: IO[bytes], into: Path, *, without_links_out: bool = False) -> None:
    """Extract every entry of an uncompressed tar into a folder, see `Extraction`.

    With `without_links_out` links that lead out are left out and the rest is extracted: this is for what a module left
    in its folder, where nobody follows links. Raises tarfile.TarError for a refused or invalid archive, and OSError.
    """
    with extraction(into, without_links_out=without_links_out) as extracted:
        add_tar(file, extracted)


def add_tar(file: IO[bytes], extracted: "Extraction") -> None:
    """Extract every entry of an uncompressed tar."""
    with tarfile.open(fileobj=file, mode="r:") as tar:
        for entry in tar:
            extracted.add(entry, lambda entry=entry: tar.extractfile(entry))  # type: ignore[misc]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an archive may unpack to: bytes in all, and files, folders and links in all."""

    max_bytes: int
    max_entries: int


@contextmanager
def extraction(
    into: Path, *, without_links_out: bool = False, strip: int = 0, limits: Limits | None = None
) -> "Iterator[Extraction]":
    """Extract entries into a folder within; the links among them are judged at the end, also after an error.

    Raises tarfile.TarError for what is refused, and OSError.
    """
    with _as_tar_error(), open_below(into, ".", create=True) as top:
        extracted = Extraction(top, without_links_out=without_links_out, strip=strip, limits=limits)
        try:
            yield extracted
        finally:
            bad = [link for link in extracted.links if _leads_out(into, link)]
            for link in bad:
                with contextlib.suppress(OSError), top.below(link.parent) as folder:
                    folder.remove(link.name)
        if bad and not without_links_out:
            raise tarfile.ExtractError(f"{str(bad[0])!r} is a symbolic link that leads out of its folder")


def _leads_out(root: Path, link: PurePosixPath) -> bool:
    path = root / link
    return path.is_symlink() and leads_out(root, path)


class Extraction:
    """A folder that entries of an archive are extracted into. Nothing is written outside of it, or through a link.

    Every entry is reached from the folder through real directories, whatever entries came before it. Owners, times and
    set-id bits are dropped. Refused at once: names with `..`, hard links to anything but a file of the folder, devices
    and pipes, and what is beyond the limits. Refused at the end: symbolic links that lead out of the folder, also
    through other links; they are removed first. `strip` leading folders of each name are dropped, with the entries
    that have no more than those. `links` are the symbolic links so far.
    """

    def __init__(
        self, top: Directory, *, without_links_out: bool = False, strip: int = 0, limits: Limits | None = None
    ) -> None:
        self.links: list[PurePosixPath] = []
        self._top = top
        self._without_links_out = without_links_out
        self._strip = strip
        self._limits = limits
        self._bytes = self._entries = 0

    def add(self, entry: tarfile.TarInfo, open_data: Callable[[], IO[bytes] | None]) -> None:
        """Extract one entry; `open_data` opens the bytes of a file, of which `entry.size` are taken."""
        if self._without_links_out and entry.issym() and entry.linkname.startswith("/"):
            return
        self._demand(entry)
        path = self._path(entry.name)
        if not path.name:
            return  # the folder itself, or one that is stripped
        with self._top.below(path.parent, create=True) as folder:
            if entry.isdir():
                folder.open_directory(path.name, create=True).close()
                return
            if not (entry.isreg() or entry.issym() or entry.islnk()):
                raise tarfile.ExtractError(f"{entry.name!r} is neither file, folder nor link")
            status = folder.status(path.name)
            if status is not None and stat.S_ISDIR(status.st_mode):
                raise tarfile.ExtractError(f"{entry.name!r} would take the place of a folder")
            if entry.islnk():
                _hard_link(entry, self._path(entry.linkname), self._top, folder, path)
                return
            if status is not None:
                folder.remove(path.name)
            if entry.issym():
                if entry.linkname.startswith("/"):
                    raise tarfile.ExtractError(f"{entry.name!r} is a link to the absolute path {entry.linkname!r}")
                os.symlink(entry.linkname, path.name, dir_fd=folder.descriptor)
                self.links.append(path)
                return
            data = open_data()
            assert data is not None  # noqa: S101 - it is a regular file
            with data, os.fdopen(folder.create_file(path.name, _mode(entry.mode)), "wb") as out:
                _copy(data, out, entry)

    def _demand(self, entry: tarfile.TarInfo) -> None:
        """Count an entry. Raises tarfile.ExtractError when the archive has more than it may."""
        self._entries += 1
        self._bytes += entry.size if entry.isreg() else 0
        if self._limits is None:
            return
        if self._entries > self._limits.max_entries:
            raise tarfile.ExtractError(f"it has more than {self._limits.max_entries} files and folders")
        if self._bytes > self._limits.max_bytes:
            raise tarfile.ExtractError(f"it unpacks to more than {format_size(self._limits.max_bytes)}")

    def _path(self, name: str) -> PurePosixPath:
        """The relative path of a name in the archive; leading slashes are dropped."""
        path = PurePosixPath(name.lstrip("/"))
        if ".." in path.parts:
            raise tarfile.ExtractError(f"{name!r} leads out of its folder")
        return PurePosixPath(*path.parts[self._strip :])


def _copy(data: IO[bytes], out: IO[bytes], entry: tarfile.TarInfo) -> None:
    """Copy the bytes of a file: as many as its entry says."""
    left = entry.size
    while left and (chunk := data.read(min(CHUNK_BYTES, left))):
        out.write(chunk)
        left -= len(chunk)
    if left or data.read(1):
        raise tarfile.ReadError(f"{entry.name!r} has another size than the archive says")


def _mode(mode: int) -> int:
    """The mode of an extracted file: we can always read and remove it, and others can never write it."""
    return 0o755 if mode & 0o100 else 0o600 | mode & 0o044


def _hard_link(
    entry: tarfile.TarInfo, target: PurePosixPath, top: Directory, folder: Directory, path: PurePosixPath
) -> None:
    """Give an existing file a second name."""
    with top.below(target.parent) as home:
        status = home.status(target.name) if target.name else None
        if status is None or not stat.S_ISREG(status.st_mode):
            raise tarfile.ExtractError(f"{entry.name!r} is a hard link to {entry.linkname!r}, which is no file of it")
        if target != path:
            folder.remove(path.name)
            os.link(
                target.name,
                path.name,
                src_dir_fd=home.descriptor,
                dst_dir_fd=folder.descriptor,
                follow_symlinks=False,
            )


@contextlib.contextmanager
def _as_tar_error() -> Iterator[None]:
    """Turn the errors of malformed or hostile archives into tarfile.TarError."""
    try:
        yield
    except tarfile.TarError:
        raise
    except ForgeError as e:
        raise tarfile.ExtractError(f"an entry lies behind a link: {e}") from None
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as e:
        raise tarfile.ExtractError(f"an entry lies where none can be: {e}") from None
    except OSError as e:
        if e.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP, errno.EILSEQ):
            raise tarfile.ExtractError(f"an entry has a name that cannot be: {e}") from None
        raise
    except (ValueError, OverflowError, EOFError, IndexError, RecursionError) as e:  # tarfile raises these as they are
        raise tarfile.ReadError(f"it is no whole tar: {e}") from None
