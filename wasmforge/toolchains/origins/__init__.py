"""The table of origins: the places where toolchains come from, each a class of its own file that finds them there."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from wasmforge.model.toolchain import OriginBase, Toolchain
from wasmforge.toolchains.origins.base import Finder, Note, OriginContext, OriginFound, OriginUnavailable

ORIGINS = {
    "container": "wasmforge.toolchains.origins.container:ContainerFinder",
    "npm": "wasmforge.toolchains.origins.npm:NpmFinder",
    "path": "wasmforge.toolchains.origins.path:PathFinder",
    "python": "wasmforge.toolchains.origins.python:PythonFinder",
    "rustup": "wasmforge.toolchains.origins.rustup:RustupFinder",
}
"""By `kind` of the origin in a toolchain's file: `module:class`, imported when a toolchain is looked for there."""


def resolve_origin(toolchain: Toolchain, origin: OriginBase, context: OriginContext, note: Note) -> OriginFound:
    """The toolchain from this origin. Raises OriginUnavailable."""
    return _finder(origin).find(toolchain, origin, context, note)


def files_beside(origin: OriginBase, file: Path) -> tuple[Path, ...]:
    """The files beside a toolchain's `file` that this origin reads, whether they exist or not."""
    return _finder(origin).files(origin, file)


def commands_before_use(origin: OriginBase) -> Iterator[tuple[str, ...]]:
    """The commands that finding a toolchain there runs, as words."""
    yield from _finder(origin).commands(origin)


def _finder(origin: OriginBase) -> Finder:
    module, _, name = ORIGINS[origin.kind].partition(":")
    return cast("Finder", getattr(importlib.import_module(module), name)())


__all__ = [
    "ORIGINS",
    "Finder",
    "OriginContext",
    "OriginFound",
    "OriginUnavailable",
    "commands_before_use",
    "files_beside",
    "resolve_origin",
]
