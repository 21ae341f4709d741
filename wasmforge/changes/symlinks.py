"""Follows symbolic links among sources: a change behind a link changes the sources that use the link."""

import os
from collections.abc import Iterable
from pathlib import Path

from wasmforge.config.listing import SKIPPED


def with_symlink_targets(root: Path, folders: Iterable[str], paths: Iterable[str]) -> tuple[str, ...]:
    """The paths, and the links below these folders that lead to one of them; all from the root.

    A folder is told with a slash at its end: a submodule is one thing to git.
    """
    units = dict.fromkeys(f"{p.rstrip('/')}/" if (root / p).is_dir() else p for p in paths)
    real = root.resolve()
    goals = {str(real / p): None for p in units}
    for folder in dict.fromkeys(folders):
        for link in _links(root / folder):
            if str(link.resolve()) in goals:
                units[link.relative_to(root).as_posix()] = None
    return tuple(units)


def _links(folder: Path) -> Iterable[Path]:
    for base, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f not in SKIPPED and not f.startswith(".")]
        yield from (path for name in names if (path := Path(base) / name).is_symlink())
