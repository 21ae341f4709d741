"""The versions of wasmforge and of other installed distributions."""

import re
import sys
from pathlib import Path


def version() -> str:
    """The installed distribution's version."""
    from importlib.metadata import version as installed

    return installed("wasmforge")


def version_of(distribution: str) -> str | None:
    """The version of an installed distribution; None if it is not installed.

    Reads the file that pip writes. Other cases are left to importlib.metadata, whose import takes longer than many
    builds, since it imports the e-mail package.
    """
    name = _normal(distribution)
    for folder in sys.path:
        try:
            folders = [entry for entry in Path(folder).iterdir() if _is_of(name, entry.name)]
        except OSError:
            continue
        if folders:
            recorded = _from_metadata_file(folders[0] / "METADATA") if len(folders) == 1 else None
            return recorded or _from_importlib(distribution)
    return _from_importlib(distribution)


def metadata_of(distribution: str) -> Path | None:
    """The `.dist-info` folder of an installed distribution; None if there is none on the path."""
    name = _normal(distribution)
    for folder in sys.path:
        try:
            folders = [entry for entry in Path(folder).iterdir() if _is_of(name, entry.name)]
        except OSError:
            continue
        if folders:
            return folders[0]
    return None


def _is_of(name: str, entry: str) -> bool:
    stem, dot, _ = entry.rpartition(".")
    return bool(dot) and _normal(stem.partition("-")[0]) == name and entry.endswith((".dist-info", ".egg-info"))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _from_metadata_file(metadata: Path) -> str | None:
    """The version in the headers of a METADATA file; None if it has none."""
    try:
        with metadata.open(encoding="utf-8") as file:
            for line in file:
                if line.startswith("Version:"):
                    return line.removeprefix("Version:").strip()
                if not line.strip():
                    return None
    except (OSError, UnicodeDecodeError):
        return None
    return None


def _from_importlib(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed(distribution)
    except PackageNotFoundError:
        return None
