"""Decides which folder is the root of the component that a source file belongs to."""

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any

from wasmforge.load.discover.sorts import SOURCES, TYPESCRIPT, WITHIN, folder, folders, is_test, join, suffix, within

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
        self._holding = {(folder(p), suffix(p)) for p in self.paths if suffix(p) in SOURCES and not is_test(p)}

    def of_unit(self, path: str, family: frozenset[str]) -> tuple[str, bool]:
        """The root of a C, C++, Zig or WAT file, and whether something other than the file itself says so.

        That is the parent of `src/`, or a folder with a build file that builds this one. Else it is the folder that
        holds the file, or the one above it as long as that holds such files too.
        """
        for there in folders(path):
            if there.rpartition("/")[2] in WITHIN:
                return folder(there), True
            if self._builds(there, path):
                return there, True
        root = folder(path)
        while root and any((folder(root), s) in self._holding for s in family):
            root = folder(root)
        return root, False

    def of_rust(self, path: str) -> str | None:
        """The crate a Rust file belongs to."""
        for there in folders(path):
            if (file := join(there, "Cargo.toml")) in self.paths and "package" in toml(self.read(file)):
                return there
        return None

    def of_typescript(self, path: str) -> str | None:
        """The AssemblyScript component a file belongs to; None for ordinary TypeScript."""
        nearest = next(
            (d for d in folders(path) if self._has(d, "asconfig.json") or self._has(d, "package.json")), None
        )
        for there in folders(path):
            if there.rpartition("/")[2] == "assembly":
                return folder(there)
            if there == nearest:
                break
        if nearest is None or not self._is_assemblyscript(nearest):
            return None
        told = self.entries(nearest)
        if told:
            return nearest if any(path.startswith(join(folder(e), "")) for e in told) else None
        own = join(nearest, "assembly")
        return None if any((d, s) in self._holding for s in TYPESCRIPT for d in (own,)) else nearest

    def entries(self, root: str) -> tuple[str, ...]:
        """The files that a component's asconfig.json or its npm scripts hand to asc, where they exist."""
        told = _table(self.read(join(root, "asconfig.json"))) if self._has(root, "asconfig.json") else {}
        found = [e for e in told.get("entries") or () if isinstance(e, str)]
        if not found and self._has(root, "package.json"):
            scripts = _table(self.read(join(root, "package.json"))).get("scripts")
            words = " ".join(str(s) for s in scripts.values()) if isinstance(scripts, dict) else ""
            found = _ASC.findall(words)
        paths = (join(root, e.removeprefix("./")) for e in found)
        return tuple(dict.fromkeys(p for p in paths if p in self.paths))

    def _has(self, there: str, name: str) -> bool:
        return join(there, name) in self.paths

    def _builds(self, there: str, path: str) -> bool:
        """Whether a build file in this folder builds the file: one for the whole repository often does not."""
        if self._has(there, "build.zig"):
            first = within(there, path).partition("/")[0]
            return first == within(there, path) or first in self.read(join(there, "build.zig"))
        name = path.rpartition("/")[2].rpartition(".")[0]
        for file, wanted in (("CMakeLists.txt", _TARGETS), *((f, _COMPILER) for f in ("Makefile", "meson.build"))):
            if self._has(there, file):
                text = self.read(join(there, file))
                if wanted.search(text) and (_ALL.search(text) or re.search(rf"\b{re.escape(name)}\.", text)):
                    return True
        return False

    def _is_assemblyscript(self, there: str) -> bool:
        if self._has(there, "asconfig.json"):
            return True
        said = _table(self.read(join(there, "package.json")))
        groups = (said.get(k) for k in ("dependencies", "devDependencies", "peerDependencies"))
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
