"""Packs files into a zip or a compressed tar whose bytes depend on names and contents alone; knows no targets."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

MODE = 0o644

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip can tell."""


def pack(files: Mapping[str, bytes], name: str) -> bytes:
    """The archive of `files` (by path in it), of the format that `name` ends in: `.zip` or `.tar.gz`.

    Files are in the order of their names, without owners, with the same time and mode. Raises ValueError for paths
    that lead out of the archive or into one of its files, and for other formats.
    """
    for path in files:
        if path != str(PurePosixPath(path)) or path.startswith("/") or ".." in path.split("/") or "\\" in path:
            raise ValueError(f"{path!r} is no path in an archive")
        if inside := next((other for other in files if other.startswith(f"{path}/")), None):
            raise ValueError(f"{path!r} cannot be a file and hold {inside!r}")
    if name.endswith(".zip"):
        return _zip(files)
    if name.endswith(".tar.gz"):
        return _tar_gz(files)
    raise ValueError(f"{name}: the archive must be a .zip or a .tar.gz")


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, FIRST_DAY)
            info.create_system, info.external_attr = 3, MODE << 16  # Unix, whatever system this is
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[path], compresslevel=9)
    return out.getvalue()


def _tar_gz(files: Mapping[str, bytes]) -> bytes:
    plain, out = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(files):
            info = tarfile.TarInfo(path)
            info.size, info.mode = len(files[path]), MODE
            archive.addfile(info, io.BytesIO(files[path]))
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:  # names no file, time or system
        packed.write(plain.getvalue())
    return out.getvalue()
