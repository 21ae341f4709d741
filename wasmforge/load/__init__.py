"""HANDS that read: files -> nouns."""

from wasmforge.load.cargo_lock import cargo_locks
from wasmforge.load.catalog import bundled, load_catalog
from wasmforge.load.located import located
from wasmforge.load.lock import need_lock, read_lock, write_lock
from wasmforge.load.project import Project, load_project
from wasmforge.load.snapshot import load_snapshots

__all__ = [
    "Project",
    "bundled",
    "cargo_locks",
    "load_catalog",
    "load_project",
    "load_snapshots",
    "located",
    "need_lock",
    "read_lock",
    "write_lock",
]
