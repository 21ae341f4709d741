"""Lists a component's folder: every file that may be a source, and the folders that were looked into."""

import os

from wasmforge.errors import ForgeError, Problem
from wasmforge.load.project import Project
from wasmforge.model.base import Noun

SKIPPED = frozenset({"node_modules", "__pycache__"})
"""Folders that hold no sources; those whose name starts with a dot are skipped as well."""


LOCK = ".#"
"""What the names of Emacs' locks begin with: links that lead nowhere, beside files that are being edited."""


class Listing(Noun, frozen=True, kw_only=True):
    """`files` by path from the component's folder, in order; `folders` by path from the project's root."""

    files: dict[str, None]
    folders: tuple[str, ...]


def listing(project: Project, folder: str) -> Listing:
    """Every file below a component's folder, with forward slashes. Raises ForgeError where one cannot be listed."""
    root = f"{project.root}/"
    base = f"{root}{folder}" if folder != "." else str(project.root)
    own = (project.root / project.manifest.build.dist, project.state)
    away = {str(path) for each in own for path in (each, each.resolve())}
    files: dict[str, None] = {}
    seen: list[str] = []
    for here, folders, names in os.walk(base, onerror=_fail):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and f[0] != "." and f"{here}/{f}" not in away)
        seen.append(here[len(root) :] or ".")
        inside = f"{here[len(base) + 1 :]}/" if here != base else ""
        files.update(dict.fromkeys([inside + name for name in names if name[:2] != LOCK]))
    return Listing(files=files, folders=tuple(sorted(seen)))


def _fail(error: OSError) -> None:
    raise ForgeError(Problem(where=str(error.filename), what=f"cannot be read: {error.strerror}"))
