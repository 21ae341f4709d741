"""Packs files into a zip or tar.gz whose bytes depend only on names and contents."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

FILE_MODE = 0o644

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can store."""


def pack(files: Mapping[str, bytes], name: str) -> bytes:
    """The archive of `files` (by path in it), in the format of `name`'s extension: `.zip` or `.tar.gz`.

    Files are sorted by name, without owners, with equal time and mode. Raises ValueError for paths outside of the
    archive or below one of its files, and for other formats.
    """
    for path in files:
        if path != str(PurePosixPath(path)) or path.startswith("/") or ".." in path.split("/") or "\\" in path:
            raise ValueError(f"{path!r} is not a valid path in an archive")
        if inside := next((other for other in files if other.startswith(f"{path}/")), None):
            raise ValueError(f"{path!r} cannot be both a file and the folder of {inside!r}")
    if name.endswith(".zip"):
        return _zip(files)
    if name.endswith(".tar.gz"):
        return _tar_gz(files)
    raise ValueError(f"{name}: the archive must be a .zip or a .tar.gz")


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, ZIP_EPOCH)
            info.create_system, info.external_attr = 3, FILE_MODE << 16  # Unix, whatever system this is
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[path], compresslevel=9)
    return out.getvalue()


def _tar_gz(files: Mapping[str, bytes]) -> bytes:
    plain, out = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(files):
            info = tarfile.TarInfo(path)
            info.size, info.mode = len(files[path]), FILE_MODE
            archive.addfile(info, io.BytesIO(files[path]))
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:  # names no file, time or system
        packed.write(plain.getvalue())
    return out.getvalue()
