"""Reads what a CMakeLists.txt makes from its text alone: for where CMake cannot be run. A heuristic, pure.

Variables that are set to plain words are replaced; of conditions, both branches count; functions are not called.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from wasmforge.config.globs import matcher
from wasmforge.discovery.file_types import CXX, C, folder, inside, join, normal, suffix
from wasmforge.model.discovery import BuildTarget

_COMMENT = re.compile(r'#\[(=*)\[.*?\]\1\]|#[^\n]*|"(?:[^"\\]|\\.)*"', re.DOTALL)
_COMMAND = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"()]+)|[()]', re.DOTALL)
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_SCOPES = frozenset({"PUBLIC", "PRIVATE", "INTERFACE", "BEFORE", "SYSTEM", "AFTER"})
_KINDS = frozenset({"STATIC", "SHARED", "MODULE", "OBJECT", "EXCLUDE_FROM_ALL", "WIN32", "MACOSX_BUNDLE", "UNKNOWN"})

_ELSEWHERE = frozenset(
    {
        "WIN32",
        "MSVC",
        "MSVC_IDE",
        "MINGW",
        "CYGWIN",
        "MSYS",
        "APPLE",
        "IOS",
        "XCODE",
        "ANDROID",
        "EMSCRIPTEN",
        "BORLAND",
    }
    | {"WATCOM", "AMIGA", "UNIX", "BUILD_SHARED_LIBS", "BUILD_TESTING", "FALSE", "OFF", "0"}
)
"""Variables of CMake that are false here."""

_ASKED = frozenset({"add_definitions", "add_compile_definitions", "target_compile_definitions"})
"""Commands that hold only where their condition does: it is mostly one that CMake tries out."""

MAX_DEPTH = 9
"""Folders that `add_subdirectory` and `include` may lead into, one within the other."""

Read = Callable[[str], str]


class Said(NamedTuple):
    """What a project's files say: its name, its targets, and the libraries without units of their own."""

    name: str
    targets: tuple[BuildTarget, ...]
    interfaces: tuple[str, ...]
    configures: bool


def read_cmake(root: str, paths: frozenset[str], read: Read) -> Said:
    """What the CMakeLists.txt in the folder `root`, and those that it leads to, make of the files among `paths`."""
    reader = _Reader(root, paths, read)
    reader.file(join(root, "CMakeLists.txt"), root, 0)
    return reader.said()


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a CMake file, in lower case, with their words; variables are not replaced."""
    text = _COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else " ", text)
    at = 0
    while found := _COMMAND.search(text, at):
        words: list[str] = []
        depth, at = 1, found.end()
        while depth and (part := _ARGUMENT.search(text, at)):
            at = part.end()
            depth += {"(": 1, ")": -1}.get(part[0], 0)
            if part[0] not in {"(", ")"}:
                words.append(part[1] if part[1] is not None else part[2])
        yield found[1].lower(), words


def _holds(condition: list[str]) -> bool | None:
    """Whether a condition that asks for the system alone holds; None for any other."""
    negated = condition[:1] == ["NOT"]
    known = [w in _ELSEWHERE for w in condition[negated:] if w not in {"OR", "AND"}]
    if len(condition) == 1 + negated and known == [True]:
        return negated
    return False if "AND" in condition and any(known) and not negated else None


class _Reader:
    def __init__(self, root: str, paths: frozenset[str], read: Read) -> None:
        self._root, self._paths, self._read = root, paths, read
        self._vars: dict[str, list[str]] = {
            "CMAKE_SOURCE_DIR": [f"/{root}"],
            "PROJECT_SOURCE_DIR": [f"/{root}"],
        }
        self._name = ""
        self._configures = False
        self._kinds: dict[str, str] = {}
        self._words: dict[str, dict[str, list[str]]] = {}
        self._shared: dict[str, list[str]] = {"includes": [], "defines": []}
        self._installed: set[str] = set()
        self._alias: dict[str, str] = {}
        self._files_seen: set[str] = set()

    def said(self) -> Said:
        targets = []
        for name, kind in self._kinds.items():
            words = self._words[name]
            targets.append(
                BuildTarget(
                    name=name,
                    kind="program" if kind == "program" else "library",
                    sources=tuple(dict.fromkeys(p for p in words["sources"] if suffix(p) in C | CXX)),
                    defines=tuple(dict.fromkeys(words["defines"])),
                    includes=tuple(dict.fromkeys(words["includes"])),
                    needs=tuple(
                        dict.fromkeys(n for w in words["needs"] if (n := self._alias.get(w, w)) in self._kinds)
                    ),
                    installed=name in self._installed,
                )
            )
        whole = tuple(t for t in targets if t.sources)
        empty = tuple(t.name for t in targets if t.kind == "library" and not t.sources)
        return Said(self._name, whole, empty, self._configures)

    def file(self, path: str, at: str, depth: int) -> None:
        """Follow one file; relative paths in it are seen from the folder `at`."""
        if path not in self._paths or depth > MAX_DEPTH or path in self._files_seen:
            return
        self._files_seen.add(path)
        before = {k: self._vars.get(k, []) for k in ("CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR")}
        self._vars["CMAKE_CURRENT_LIST_DIR"] = [f"/{folder(path)}"]
        self._vars["CMAKE_CURRENT_SOURCE_DIR"] = [f"/{at}"]
        branches: list[bool | None] = []
        """What is known of each condition that is open: whether it holds, or None."""
        for name, words in commands(self._read(path)):
            if name == "if":
                branches.append(_holds(words))
            elif name in {"else", "elseif"} and branches:
                branches[-1] = None if branches[-1] is None else not branches[-1]
            elif name == "endif" and branches:
                branches.pop()
            elif False not in branches and not (branches and name in _ASKED):
                self._command(name, self._expanded(words), at, depth)
        self._vars |= before

    def _command(self, name: str, words: list[str], at: str, depth: int) -> None:
        if not words:
            return
        first, rest = words[0], words[1:]
        if name == "project" and not self._name:
            self._name = first
            self._vars["PROJECT_NAME"] = self._vars["CMAKE_PROJECT_NAME"] = [first]
        elif name in {"add_subdirectory", "include"} and (target := self._path(first, at)) is not None:
            if name == "include":
                self.file(target if target in self._paths else f"{target}.cmake", at, depth + 1)
            else:
                self.file(join(target, "CMakeLists.txt"), target, depth + 1)
        elif name in {"configure_file", "generate_export_header"}:
            self._configures = True
        elif name == "install" and first == "TARGETS":
            self._installed |= set(rest)
        else:
            self._list_command(name, first, rest, at)

    def _list_command(self, name: str, first: str, rest: list[str], at: str) -> None:
        """What sets a variable; any other command is about targets."""
        if name == "set":
            value = rest[: rest.index("CACHE")] if "CACHE" in rest else [w for w in rest if w != "PARENT_SCOPE"]
            # Where several branches set a list, all of its words count; of one word, the first.
            known = self._vars.get(first, [])
            several = len(value) > 1 or any(suffix(w) in C | CXX for w in value)
            self._vars[first] = list(dict.fromkeys([*known, *value])) if several or not known else known
        elif name == "list" and first == "APPEND" and rest:
            self._vars.setdefault(rest[0], []).extend(rest[1:])
        elif name == "file" and first in {"GLOB", "GLOB_RECURSE"} and rest:
            self._vars.setdefault(rest[0], []).extend(self._globbed(first, rest[1:], at))
        elif name == "aux_source_directory" and rest:
            self._vars.setdefault(rest[0], []).extend(self._globbed("GLOB", [f"{first}/*.c", f"{first}/*.cpp"], at))
        else:
            self._target_command(name, first, rest, at)

    def _target_command(self, name: str, first: str, rest: list[str], at: str) -> None:
        if name in {"add_library", "add_executable"}:
            if "ALIAS" in rest[:1]:
                self._alias[first] = rest[1] if len(rest) > 1 else first
            elif "IMPORTED" not in rest:
                self._kinds.setdefault(first, "program" if name == "add_executable" else "library")
                words = self._of(first)
                words["sources"] += self._sources(rest, at)
        elif name == "include_directories":
            self._each("includes", self._paths_of([first, *rest], at))
        elif name in {"add_definitions", "add_compile_definitions"}:
            self._each("defines", [w.removeprefix("-D") for w in [first, *rest] if not w.startswith(("/", "-W"))])
        elif name == "target_sources":
            self._of(first)["sources"] += self._sources(rest, at)
        elif name == "target_include_directories":
            self._of(first)["includes"] += self._paths_of(rest, at)
        elif name == "target_compile_definitions":
            self._of(first)["defines"] += [w.removeprefix("-D") for w in rest if w not in _SCOPES and "$<" not in w]
        elif name == "target_link_libraries":
            self._of(first)["needs"] += [w for w in rest if w not in _SCOPES]

    def _of(self, target: str) -> dict[str, list[str]]:
        if target not in self._words:
            shared = {name: list(words) for name, words in self._shared.items()}
            self._words[target] = {"sources": [], "needs": [], **shared}
        return self._words[target]

    def _each(self, what: str, words: list[str]) -> None:
        """Note what a folder says for all of its targets; here those of other folders have it too."""
        new = [w for w in words if "$" not in w]
        for target in self._kinds:
            self._of(target)[what] += new
        self._shared[what] += new

    def _paths_of(self, words: list[str], at: str) -> list[str]:
        return [p for w in words if w not in _SCOPES and (p := self._path(w, at)) is not None]

    def _sources(self, words: list[str], at: str) -> list[str]:
        found = []
        for word in words:
            path = self._path(word, at)
            if path is not None and word not in _KINDS | _SCOPES and path in self._paths:
                found.append(path)
        return found

    def _globbed(self, kind: str, words: list[str], at: str) -> list[str]:
        found: list[str] = []
        for word in words:
            pattern = self._path(word, at) or ""
            if kind == "GLOB_RECURSE":
                pattern = join(join(folder(pattern), "**"), pattern.rpartition("/")[2])
            if "*" in pattern:
                match = matcher(pattern)
                found += [f"/{p}" for p in sorted(self._paths) if inside(self._root, p) and match.fullmatch(p)]
        return found

    def _path(self, word: str, at: str) -> str | None:
        """A path from the top of the tree; None when it depends on what is not known."""
        word = re.sub(r"\$<BUILD_INTERFACE:([^>]*)>", r"\1", word)
        return None if "$" in word else normal(word[1:] if word.startswith("/") else join(at, word))

    def _expanded(self, words: list[str]) -> list[str]:
        found: list[str] = []
        for word in words:
            whole = _VARIABLE.fullmatch(word)
            if whole:
                found += self._vars.get(whole[1], [])
            elif "$" in word:
                found += _VARIABLE.sub(lambda m: " ".join(self._vars.get(m[1], [m[0]])), word).split(";")
            else:
                found += word.split(";")
        return found
