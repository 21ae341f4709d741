"""Decides which folder is the root of the component that a source file belongs to."""

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from typing import Any

from wasmforge.discovery.file_types import (
    SOURCE_FOLDERS,
    SOURCES,
    TYPESCRIPT,
    folder,
    folders,
    is_test,
    join,
    suffix,
    within,
)
from wasmforge.discovery.reach import Headers
from wasmforge.discovery.strip_comments import without_comments

_TARGETS = re.compile(r"\badd_(?:executable|library)\s*\(", re.IGNORECASE)
_COMPILER = re.compile(r"\$[({](?:CC|CXX)[)}]|\b(?:cc|gcc|g\+\+|clang|clang\+\+|emcc|em\+\+|executable|library)\b")
_ALL = re.compile(r"\bGLOB|aux_source_directory|\$\(wildcard|%\.o|\*\.c|\$\(SRC", re.IGNORECASE)
_ASC = re.compile(r"\basc\s+(?:-\S+\s+)*([\w./-]+\.ts)\b")

Read = Callable[[str], str]


class Roots:
    """Finds roots among `paths`, reading build files with `read`."""

    def __init__(self, paths: Iterable[str], read: Read) -> None:
        self.paths = frozenset(paths)
        self.read = read
        self.code = cache(lambda path: without_comments(read(path)))
        """The text of a file in C or C++, without comments."""
        self._source_kinds = {(folder(p), suffix(p)) for p in self.paths if suffix(p) in SOURCES and not is_test(p)}

    @cached_property
    def headers(self) -> Headers:
        """All files, by what an `#include` may call them."""
        return Headers(self.paths)

    def of_unit(self, path: str, family: frozenset[str]) -> tuple[str, bool]:
        """The root of a C, C++, Zig or WAT file, and whether something other than the file itself says so.

        That is the parent of `src/`, or a folder with a build file that builds this one. Else it is the folder that
        holds the file, or the one above it as long as that holds such files too.
        """
        for parent in folders(path):
            if parent.rpartition("/")[2] in SOURCE_FOLDERS:
                return folder(parent), True
            if self._builds(parent, path):
                return parent, True
        root = folder(path)
        while root and any((folder(root), s) in self._source_kinds for s in family):
            root = folder(root)
        return root, False

    def of_rust(self, path: str) -> str | None:
        """The crate a Rust file belongs to."""
        for parent in folders(path):
            if (file := join(parent, "Cargo.toml")) in self.paths and "package" in toml(self.read(file)):
                return parent
        return None

    def of_typescript(self, path: str) -> str | None:
        """The AssemblyScript component a file belongs to; None for ordinary TypeScript."""
        nearest = next(
            (d for d in folders(path) if self._has(d, "asconfig.json") or self._has(d, "package.json")), None
        )
        for parent in folders(path):
            if parent.rpartition("/")[2] == "assembly":
                return folder(parent)
            if parent == nearest:
                break
        if nearest is None or not self._is_assemblyscript(nearest):
            return None
        entries = self.entries(nearest)
        if entries:
            return nearest if any(path.startswith(join(folder(e), "")) for e in entries) else None
        own = join(nearest, "assembly")
        return None if any((d, s) in self._source_kinds for s in TYPESCRIPT for d in (own,)) else nearest

    def entries(self, root: str) -> tuple[str, ...]:
        """The files that a component's asconfig.json or its npm scripts hand to asc, where they exist."""
        entries = _table(self.read(join(root, "asconfig.json"))) if self._has(root, "asconfig.json") else {}
        found = [e for e in entries.get("entries") or () if isinstance(e, str)]
        if not found and self._has(root, "package.json"):
            scripts = _table(self.read(join(root, "package.json"))).get("scripts")
            words = " ".join(str(s) for s in scripts.values()) if isinstance(scripts, dict) else ""
            found = _ASC.findall(words)
        paths = (join(root, e.removeprefix("./")) for e in found)
        return tuple(dict.fromkeys(p for p in paths if p in self.paths))

    def _has(self, parent: str, name: str) -> bool:
        return join(parent, name) in self.paths

    def _builds(self, parent: str, path: str) -> bool:
        """Whether a build file in this folder builds the file: one for the whole repository often does not."""
        if self._has(parent, "build.zig"):
            first = within(parent, path).partition("/")[0]
            return first == within(parent, path) or first in self.read(join(parent, "build.zig"))
        name = path.rpartition("/")[2].rpartition(".")[0]
        for file, requested in (("CMakeLists.txt", _TARGETS), *((f, _COMPILER) for f in ("Makefile", "meson.build"))):
            if self._has(parent, file):
                text = self.read(join(parent, file))
                if requested.search(text) and (_ALL.search(text) or re.search(rf"\b{re.escape(name)}\.", text)):
                    return True
        return False

    def _is_assemblyscript(self, parent: str) -> bool:
        if self._has(parent, "asconfig.json"):
            return True
        package = _table(self.read(join(parent, "package.json")))
        groups = (package.get(k) for k in ("dependencies", "devDependencies", "peerDependencies"))
        return any(isinstance(g, dict) and "assemblyscript" in g for g in groups)


def toml(text: str) -> dict[str, Any]:
    """A TOML file's table; empty when it is broken."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _table(text: str) -> dict[str, Any]:
    """A JSON object; empty when the text is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
