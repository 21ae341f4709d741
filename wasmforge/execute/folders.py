"""A folder as one file: a tar whose bytes depend on names and contents alone."""

import io
import tarfile
from pathlib import Path

from wasmforge.execute.archive import lay_all
from wasmforge.execute.places import cannot_write


def pack(folder: Path) -> bytes:
    """Every file, link and empty folder below `folder`, sorted, without times and owners."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_plain)
    return out.getvalue()


def unpack(data: bytes, into: Path) -> None:
    """Lay a packed folder. Raises ForgeError when the disk does not let us."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            lay_all(tar, into)
    except OSError as e:
        raise cannot_write(into, e) from None


def _plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.mtime, info.uid, info.gid, info.uname, info.gname = 0, 0, 0, "", ""
    info.mode = 0o755 if info.isdir() or info.mode & 0o111 else 0o644
    return info
