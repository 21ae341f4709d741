"""Reads files into data types: projects, the catalog, sources, forge.lock."""

from wasmforge.config.cargo_lock import cargo_locks
from wasmforge.config.catalog import bundled, load_catalog
from wasmforge.config.error_lines import in_order, with_lines, with_lines_of
from wasmforge.config.inputs import Inputs, note, recorded
from wasmforge.config.lockfile import need_lock, read_lock, write_lock
from wasmforge.config.project import STATE_DIR, Draft, Project, draft_project, load_project
from wasmforge.config.snapshot import Named, load_snapshots

__all__ = [
    "STATE_DIR",
    "Draft",
    "Inputs",
    "Named",
    "Project",
    "bundled",
    "cargo_locks",
    "draft_project",
    "in_order",
    "load_catalog",
    "load_project",
    "load_snapshots",
    "need_lock",
    "note",
    "read_lock",
    "recorded",
    "with_lines",
    "with_lines_of",
    "write_lock",
]
