"""Returns the files and folders that a toolchain consists of."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath

from wasmforge.model.toolchain import Origin, PathOrigin, RustupOrigin
from wasmforge.plan.recipes.template import TemplateError, expand_one
from wasmforge.toolchains.environment import FIXED
from wasmforge.toolchains.file_digests import is_below
from wasmforge.toolchains.origins.base import OriginContext
from wasmforge.toolchains.probe import ProgramRejected
from wasmforge.toolchains.shared_libraries import find_program

SYSTEM = ("/", "/usr", "/usr/local", "/opt", "/opt/homebrew", "/opt/local", "/snap")
"""Folders in which programs of many kinds are installed beside each other."""


def contents(
    origin: Origin, scope: Mapping[str, tuple[str, ...]], programs: Iterable[Path], context: OriginContext
) -> tuple[str, ...]:
    """The installations of these programs and what the origin says it consists of beside them, as absolute paths.

    None is inside another. Raises TemplateError.
    """
    found = [installation(program, context) for program in programs]
    for word in origin.contents:
        found += _named(expand_one(word, scope), context)
    return outermost(found)


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Each path once, without those that lie below another."""
    listed = dict.fromkeys(paths)
    return tuple(path for path in listed if not any(str(above) in listed for above in PurePath(path).parents))


def installation(program: Path, context: OriginContext) -> str:
    """The folder that a program was installed in with all that belongs to it; itself, where others live there too.

    Of two answers that might be right it is the smaller one: what else belongs to it, its origin's `contents` name.
    """
    place = Path(os.path.realpath(program))
    folder = place.parent.parent
    shared = place.parent.name != "bin" or str(folder) in SYSTEM or _of_a_user(folder)
    return str(place if shared or any(is_below(str(a), str(folder)) for a in context.excluded) else folder)


def required_files(
    origin: PathOrigin | RustupOrigin, scope: Mapping[str, tuple[str, ...]], context: OriginContext
) -> tuple[str, ...]:
    """The files that the origin requires (`holds`). Raises ProgramRejected when one is missing."""
    files = []
    for each in origin.holds:
        path = Path(expand_one(each.file, scope))
        context.lookups.probed(path)
        if not path.is_file():
            raise ProgramRejected(each.why_not)
        files.append(str(path))
    return tuple(files)


def _of_a_user(folder: Path) -> bool:
    """A place where a person's programs of many kinds are: `~/.local`, cargo's home, a virtual environment."""
    cargo = os.environ.get("CARGO_HOME")
    hidden = folder.name.startswith(".") or (cargo is not None and str(folder) == os.path.realpath(cargo))
    return hidden or (folder / "pyvenv.cfg").exists()


def _named(word: str, context: OriginContext) -> Iterator[str]:
    """The paths that a word of `contents` names; what is not there may come."""
    if "/" not in word:
        for folder in FIXED["PATH"].split(os.pathsep):
            context.lookups.probed(f"{folder}/{word}")
        if place := find_program(word):
            yield installation(Path(place), context)
        return
    if not Path(word).is_absolute():
        raise TemplateError(f"contents: {word!r} is neither an absolute path nor a program's bare name")
    parts = Path(word).parts
    for path in sorted(_matches(parts, context)):
        context.lookups.probed(path)
        if os.path.lexists(path):
            yield os.path.realpath(path) if ".." in parts else os.path.normpath(path)


def _matches(parts: tuple[str, ...], context: OriginContext) -> list[str]:
    """The paths that a pattern matches; the folders that it is looked for in are noted."""
    root, *names = parts
    found = [Path(root)]
    for name in names:
        if any(c in name for c in "*?["):
            for folder in found:
                context.lookups.probed(folder)
            found = [match for folder in found for match in folder.glob(name)]
        else:
            found = [folder / name for folder in found]
    return [*map(str, found)]
