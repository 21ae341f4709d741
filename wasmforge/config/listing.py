"""Lists folders of sources: every file that may be one, and the folders that were read."""

import os
from pathlib import PurePosixPath

from wasmforge.config import inputs
from wasmforge.config.project import Project
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.base import Struct
from wasmforge.model.fingerprint import UNCHANGED

SKIPPED = frozenset({"node_modules", "__pycache__"})
"""Folders without sources; those whose name starts with a dot are skipped as well."""


LOCK = ".#"
"""The beginning of the names of Emacs' lock files: dangling links beside files that are being edited."""


class Listing(Struct, frozen=True, kw_only=True):
    """`files` by path from the folder, in order; `folders` by path from the project's root."""

    files: dict[str, None]
    folders: tuple[str, ...]


def listing(project: Project, folder: str, depth: int | None = None) -> Listing:
    """Every file below a folder (from the root), with forward slashes; `depth` levels of folders deep, or all.

    Raises ForgeError if a folder cannot be listed.
    """
    root = f"{project.root}/"
    base = f"{root}{folder}" if folder != "." else str(project.root)
    ignored = _ignored(project)
    files: dict[str, None] = {}
    seen: list[str] = []
    for current, folders, names in os.walk(base, onerror=_fail):
        inside = f"{current[len(base) + 1 :]}/" if current != base else ""
        if depth is not None and inside.count("/") >= depth:
            folders[:] = []
        folders[:] = sorted(f for f in folders if f not in SKIPPED and f[0] != "." and f"{current}/{f}" not in ignored)
        seen.append(current[len(root) :] or ".")
        inputs.note(current, UNCHANGED)
        files.update(dict.fromkeys([inside + name for name in names if name[:2] != LOCK]))
    return Listing(files=files, folders=tuple(sorted(seen)))


def may_hold_sources(project: Project, folder: str) -> bool:
    """Whether a folder (from the root) is there, in the project, and not among those that are never searched."""
    path, ignored = project.root, _ignored(project)
    for part in PurePosixPath(folder).parts:
        path /= part
        if part in SKIPPED or part.startswith(".") or str(path) in ignored or not inputs.is_dir(path):
            return False
    return inputs.resolve(path).is_relative_to(inputs.resolve(project.root))


def _ignored(project: Project) -> set[str]:
    """The folders that builds write to."""
    own = (project.root / project.manifest.build.dist, project.state)
    return {str(path) for each in own for path in (each, each.resolve())}


def _fail(error: OSError) -> None:
    raise ForgeError(Problem(where=str(error.filename), what=f"cannot be read: {error.strerror}"))
