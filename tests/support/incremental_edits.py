"""Tools that keep files between builds: rebuild after each edit, and compare with a build in an empty folder."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.project import ProjectFixture, make_project

Edit = Callable[[Path], None]
"""Changes the sources of the project in a folder."""


def edit(path: str, text: str) -> Edit:
    """A file with other content, younger than it was."""

    def change(root: Path) -> None:
        (root / path).write_text(text)

    return change


def edit_of_old(path: str, text: str) -> Edit:
    """A file with other content that claims to be ten years old."""

    def change(root: Path) -> None:
        (root / path).write_text(text)
        os.utime(root / path, (1_480_000_000, 1_480_000_000))

    return change


def rebuild_after_each(project: ProjectFixture, elsewhere: Path, edits: Sequence[Edit], artifact: str) -> int:
    """Build, then again after each edit, as in an empty folder; how many different artifacts came of it."""
    project.build()
    seen = {project.dist()[artifact]}
    for number, change in enumerate(edits):
        change(project.root)
        project.build()
        made = project.dist()[artifact]
        (elsewhere / str(number)).mkdir()
        clean = make_project(elsewhere / str(number))
        shutil.copytree(
            project.root, clean.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dist", ".wasmforge")
        )
        clean.build()
        assert clean.dist()[artifact] == made, number
        seen.add(made)
    return len(seen)


def kept_files(project: ProjectFixture, pattern: str) -> dict[str, int]:
    """Files that a tool finds again, by name, with when they were written (ns)."""
    return {p.name: p.stat().st_mtime_ns for p in (project.cache / "scratch-dirs").glob(f"*/kept/{pattern}")}
