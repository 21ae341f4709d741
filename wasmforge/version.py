"""Which wasmforge this is, and which versions of other distributions are beside it."""

import re
import sys
from pathlib import Path


def version() -> str:
    """The installed distribution's version."""
    from importlib.metadata import version as installed

    return installed("wasmforge")


def version_of(distribution: str) -> str | None:
    """The version of an installed distribution; None when it is not there.

    Read from where pip writes it; whatever is unusual is left to importlib.metadata, whose import takes longer than
    many a build, since it brings along all there is for e-mail.
    """
    name = _normal(distribution)
    for folder in sys.path:
        try:
            found = [entry for entry in Path(folder).iterdir() if _is_of(name, entry.name)]
        except OSError:
            continue
        if found:
            said = _said(found[0] / "METADATA") if len(found) == 1 else None
            return said or _asked(distribution)
    return _asked(distribution)


def _is_of(name: str, entry: str) -> bool:
    stem, dot, _ = entry.rpartition(".")
    return bool(dot) and _normal(stem.partition("-")[0]) == name and entry.endswith((".dist-info", ".egg-info"))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _said(metadata: Path) -> str | None:
    """What its headers say."""
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


def _asked(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed(distribution)
    except PackageNotFoundError:
        return None
