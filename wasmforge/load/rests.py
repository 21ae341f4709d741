"""Which paths loading a project and its catalog looked at: files it read, folders it listed, places that were empty."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import wasmforge
from wasmforge.load.catalog import bundled
from wasmforge.load.project import FILE, Project
from wasmforge.model.catalog import Catalog
from wasmforge.model.plan import Snapshot
from wasmforge.model.rested import MAY_COME, UNTOUCHED, Due

KINDS = ("recipes", "toolchains", "targets")


def project_rests(project: Project, start: Path) -> Iterator[Due]:
    """Everything that decides which project `start` is in, and what its forge.toml files are."""
    for folder in (start.resolve(), *start.resolve().parents):
        yield str(folder / FILE), MAY_COME
    for pattern in project.members:
        yield from ((path, MAY_COME) for path in _pattern_rests(project.root, pattern))
    yield from ((str(path), UNTOUCHED) for path in (start.absolute(), *start.absolute().parents) if path.is_symlink())
    yield from ((str(path), UNTOUCHED) for path in project.files)
    for placed in project.manifest.components.values():
        yield str(project.root / placed.folder / "Cargo.lock"), MAY_COME


def catalog_rests(root: Path, catalog: Catalog) -> Iterator[Due]:
    """Our own files, code among them, and the project's own catalog."""
    for folder in (str(Path(wasmforge.__file__).parent), *(str(f / kind) for kind in KINDS for f in (root, bundled()))):
        yield from ((path, MAY_COME) for path in _tree(folder))
    yield from ((path, UNTOUCHED) for places in catalog.places.values() for path in places)
    yield from ((file.path, file.digest) for files in catalog.files.values() for file in files.values())


def source_rests(root: Path, snapshots: Iterable[Snapshot]) -> Iterator[Due]:
    """Sources, and the folders that were searched for them."""
    for snapshot in snapshots:
        yield from ((f"{root}/{folder}" if folder != "." else str(root), UNTOUCHED) for folder in snapshot.folders)
        yield from ((f"{root}/{source.path}", source.digest) for source in snapshot.files.values())


def _pattern_rests(root: Path, pattern: str) -> Iterator[str]:
    """The folders whose names decide what a pattern of members matches, and the forge.toml files it leads to."""
    parts = Path(pattern).parts
    for index, part in enumerate(parts):
        if part == "**":
            yield from _tree(str(root.joinpath(*parts[:index])), files=False)
        elif any(c in part for c in "*?["):
            yield from (str(f) for f in (root.glob("/".join(parts[:index])) if index else (root,)))
    yield from (str(f / FILE) for f in root.glob(pattern))


def _tree(folder: str, *, files: bool = True) -> Iterator[str]:
    """A folder with all that is below it, but for what Python keeps of its own."""
    yield folder
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f != "__pycache__"]
        yield from (f"{here}/{name}" for name in (*folders, *(names if files else ())))
