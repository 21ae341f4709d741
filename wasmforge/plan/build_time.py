"""Returns the sources that may decide which code runs during the build: scratch folders are kept only for the same.

A build script or a procedural macro can write into the folder that its tool keeps. What was kept after one of them ran
is not given to a build that has another one. Says rather too much than too little. Pure.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

C_FAMILY = frozenset({".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".m", ".s", ".S"})
"""How files end that a compiler reads and nothing runs."""

MANIFEST = "Cargo.toml"

CONFIGURES = (MANIFEST, "Cargo.lock", "config", "config.toml", "rust-toolchain", "rust-toolchain.toml")
"""Files that say to cargo what to do."""

REACHES_SOURCES = re.compile(rb"include|\bsrc\b")
"""Words with which a build script may make a package's other sources part of itself."""

Read = Callable[[str], bytes]
"""The content of a source by its path. Raises OSError."""


def build_time_files(paths: Iterable[str], read: Read) -> frozenset[str]:
    """Those of these source files (paths as they are laid) that may decide what runs while building."""
    every = frozenset(paths)
    manifests = {str(PurePosixPath(path).parent): path for path in every if PurePosixPath(path).name == MANIFEST}
    if not manifests:
        return frozenset(path for path in every if PurePosixPath(path).suffix not in C_FAMILY)
    try:
        packages = {folder: tomllib.loads(read(path).decode()) for folder, path in manifests.items()}
        return _of_packages(every, packages, read)
    except (OSError, ValueError, TypeError, AttributeError):  # cargo will say what is wrong with it
        return every


def _of_packages(every: frozenset[str], packages: Mapping[str, dict[str, Any]], read: Read) -> frozenset[str]:
    scripts = {folder: script for folder, said in packages.items() if (script := _script(folder, said, every))}
    macros = {folder for folder, said in packages.items() if _is_macro(said)}
    if not scripts and not macros:
        return frozenset(path for path in every if PurePosixPath(path).name in CONFIGURES)
    whole = macros | _dependencies(scripts, macros, packages)
    whole |= {folder for folder, script in scripts.items() if _reaches_sources(folder, script, every, packages, read)}
    return frozenset(path for path in every if not _is_only_compiled(path, whole, packages))


def _script(folder: str, said: Mapping[str, Any], every: frozenset[str]) -> str:
    """The path of a package's build script; empty when it has none."""
    named = said.get("package", {}).get("build")
    if named is False:
        return ""
    if isinstance(named, list):  # several, where cargo has that
        return _join(folder, "src/")
    if isinstance(named, str):
        return _join(folder, named)
    path = _join(folder, "build.rs")
    return path if path in every else ""


def _is_macro(said: Mapping[str, Any]) -> bool:
    library = said.get("lib", {})
    return bool(library.get("proc-macro") or library.get("proc_macro"))


def _dependencies(scripts: Iterable[str], macros: Iterable[str], packages: Mapping[str, dict[str, Any]]) -> set[str]:
    """The folders of the packages here that build scripts and macros use, directly or not."""
    names = {folder: said.get("package", {}).get("name") for folder, said in packages.items()}
    todo: list[tuple[str, tuple[str, ...]]] = [(folder, ("build-dependencies",)) for folder in scripts]
    todo += [(folder, ("dependencies", "build-dependencies")) for folder in macros]
    found: set[str] = set()
    while todo:
        folder, kinds = todo.pop()
        said = packages[folder]
        tables = [said, *said.get("target", {}).values()]
        used = {
            word.get("package", name) if isinstance(word, dict) else name
            for table in tables
            for kind in kinds
            for name, word in (*table.get(kind, {}).items(), *table.get(kind.replace("-", "_"), {}).items())
        }
        used |= {word.get("package") for word in _shared(packages) if isinstance(word, dict)} if used else set()
        for other, name in names.items():
            if name is not None and name in used and other not in found:
                found.add(other)
                todo.append((other, ("dependencies", "build-dependencies")))
    return found


def _shared(packages: Mapping[str, dict[str, Any]]) -> Iterable[object]:
    """Dependencies that workspaces name for their members, which may call them otherwise."""
    for value in packages.values():
        yield from value.get("workspace", {}).get("dependencies", {}).values()


def _reaches_sources(
    folder: str, script: str, every: frozenset[str], packages: Mapping[str, dict[str, Any]], read: Read
) -> bool:
    """Whether a build script may be made of more than the files outside of the package's `src`."""
    beside = (p for p in every if p.endswith(".rs") and _package(p, packages) == folder and not _in_src(p, folder))
    return _in_src(script, folder) or any(REACHES_SOURCES.search(read(path)) for path in beside)


def _is_only_compiled(path: str, whole: set[str], packages: Mapping[str, dict[str, Any]]) -> bool:
    """Whether nothing runs of it, nor is decided by it, before all is built."""
    package = _package(path, packages)
    if package is None or package in whole:
        return False
    suffix = PurePosixPath(path).suffix
    return suffix in C_FAMILY or (suffix == ".rs" and _in_src(path, package))


def _package(path: str, packages: Mapping[str, dict[str, Any]]) -> str | None:
    """The folder of the package that a file belongs to."""
    return next((str(p) for p in PurePosixPath(path).parents if str(p) in packages), None)


def _in_src(path: str, folder: str) -> bool:
    return path.startswith(_join(folder, "src/"))


def _join(folder: str, path: str) -> str:
    return path if folder == "." else f"{folder}/{path}"
