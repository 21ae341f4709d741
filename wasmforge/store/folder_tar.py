"""Packs a folder into one tar file whose bytes depend on names and contents alone."""

import stat
import tarfile
from pathlib import Path
from typing import IO

from wasmforge.errors import machine_error
from wasmforge.safe_paths import leads_out
from wasmforge.store.cache_dirs import VARIABLE, cannot_write
from wasmforge.store.file_io import HashingWriter
from wasmforge.store.tar_stream import extract_all


class NotPackedError(Exception):
    """The folder has an entry that cannot be packed; the message says which one, and why."""


def pack(folder: Path, into: HashingWriter) -> None:
    """Write every file, link and empty folder below `folder`, sorted, without times and owners.

    Raises NotPackedError and OSError.
    """
    with tarfile.open(fileobj=into, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode) and leads_out(folder, path):
                raise NotPackedError(f"{name} is a symbolic link that leads out of the folder")
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
                raise NotPackedError(f"{name} is neither file, folder nor link")
            tar.add(path, name, recursive=False, filter=_plain)


def unpack(archive: IO[bytes], into: Path) -> None:
    """Extract a packed folder. Raises ForgeError (exit code 3) when the disk refuses or the archive is invalid."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        extract_all(archive, into)
    except tarfile.TarError as e:
        hint = f"`wasmforge clean --store` deletes the store, and {VARIABLE} names another: who else may write to it?"
        raise machine_error(
            f"what the store has for it is no folder that a build packed: {e}", where=into.name, hint=hint
        ) from None
    except OSError as e:
        raise cannot_write(into, e) from None


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.mtime, info.uid, info.gid, info.uname, info.gname = 0, 0, 0, "", ""
    info.mode = 0o755 if info.isdir() or info.mode & 0o111 else 0o644
    return info
