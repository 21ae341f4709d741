"""Writes files of the store: whole or not at all, hashed while they are written, or cloned from another file.

A clone (reflink) shares the blocks of its source until one of the two is changed. A hard link would be as quick but
unsafe: whoever edits a delivered file would edit the store.
"""

import contextlib
import fcntl
import hashlib
import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

from wasmforge import safe_paths
from wasmforge.store.cache_dirs import cannot_write, create_folder

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

NEW = safe_paths.NEW
"""Prefix of the names of files that are not complete yet."""

FOLDER_MODE = 0o755
"""Mode of the store's folders, whatever the umask: other users may be allowed to read it, never to write."""

CHUNK_BYTES = 1024 * 1024
"""Bytes of a large file that are in memory at a time."""

MIN_REFLINK_BYTES = 256 * 1024
"""Smallest file that is cloned or streamed: a smaller one is written as quickly from memory."""

FICLONE = 0x40049409
"""Linux's ioctl that makes one file a clone of another."""


class HashingWriter(io.RawIOBase):
    """Writes to a file; `digest` and `size` are the SHA-256 and the number of the bytes written so far."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        """Always true."""
        return True

    def write(self, data: "ReadableBuffer") -> int:
        """Write the data and return its length. Raises ForgeError when the disk refuses."""
        self.digest.update(data)
        try:
            written = self._file.write(data)
        except OSError as e:
            raise cannot_write(Path(self._file.name), e) from None
        self.size += written
        return written

    def tell(self) -> int:
        """The number of bytes written."""
        return self.size


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644, by_way_of: Path | None = None) -> None:
    """Write a file so that nobody ever sees it half-written. Raises ForgeError when the disk refuses.

    The data goes to a temporary file in the folder `by_way_of` first (default: the file's own folder). The name of that
    file has our process id, so that a later sweep can remove what a killed process left.
    """
    temporary = None
    folder = by_way_of or path.parent
    try:
        for parent in {folder, path.parent}:
            if not parent.is_dir():
                create_folder(parent, 0o777 if by_way_of is None else FOLDER_MODE)
        handle, temporary = tempfile.mkstemp(prefix=f"{NEW}{os.getpid()}-", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as e:
        raise cannot_write(path, e) from None
    finally:
        if temporary:
            delete_quietly(Path(temporary))  # it is gone already after a success


def delete_quietly(path: Path) -> None:
    """Delete a file if the disk allows it, and say nothing if not."""
    with contextlib.suppress(OSError):
        path.unlink()


def reflink(source: Path, to: Path) -> bool:
    """Make the new file `to` a clone of `source`. Returns False, and leaves no file, where that is not possible."""
    try:
        with source.open("rb") as old, to.open("xb") as new:
            fcntl.ioctl(new.fileno(), FICLONE, old.fileno())
    except FileExistsError:
        return False
    except OSError:  # another file system, one without clones, or another system than Linux
        with contextlib.suppress(OSError):
            to.unlink()
        return False
    return True


def copy_file(source: Path, to: Path) -> bool:
    """Copy `source` to the new file `to`. Returns False when there is no source. Raises OSError."""
    try:
        with source.open("rb") as old, to.open("xb") as new:
            shutil.copyfileobj(old, new, CHUNK_BYTES)
    except FileNotFoundError:
        return False
    return True
