"""Finds projects with a build of their own, and what their build files say, from their text alone. Pure."""

import re
from collections.abc import Callable, Collection

import msgspec

from wasmforge.discovery.automake_text import package, read_automake
from wasmforge.discovery.cmake_text import commands, read_cmake
from wasmforge.discovery.file_types import (
    CXX,
    SOURCE_FOLDERS,
    TOOL_FOLDERS,
    C,
    folder,
    folders,
    inside,
    is_aside,
    join,
    suffix,
    within,
)
from wasmforge.model.discovery import BuildProject, BuildTarget

CMAKE_ASIDE = ("build/cmake", "cmake", "cmake_unofficial", "contrib/cmake", "CMake")
"""Where projects with another build keep a CMakeLists.txt."""

MAKEFILES = ("Makefile", "makefile", "GNUmakefile", "meson.build", "configure", "configure.ac")

_COMPILES = re.compile(
    r"\$[({](?:CC|CXX|COMPILE|AR)[)}]|\b(?:cc|gcc|g\+\+|clang|clang\+\+|emcc|em\+\+|executable|\w*library)\b"
)
_ALL = re.compile(r"aux_source_directory|\$\(wildcard|%\.o|\.c\.o\b|\*\.c|\$\(SRC|\bglob\b", re.IGNORECASE)
_ARCHIVE = re.compile(r"\blib([A-Za-z][\w+-]*)\.(?:a|la|so)\b|\blibrary\s*\(\s*'([\w+-]+)'")

Read = Callable[[str], str]


def find_projects(paths: Collection[str], read: Read, has_main: Callable[[str], bool]) -> tuple[BuildProject, ...]:
    """The projects among `paths`, outer ones first; one within another only where that does not lead to it."""
    listing = frozenset(paths)
    homes = sorted(
        {folder(p) for p in listing if p.rpartition("/")[2] in {"CMakeLists.txt", "Makefile.am", *MAKEFILES}}
    )
    found: list[BuildProject] = []
    for home in sorted(homes, key=lambda h: (h.count("/") + bool(h), h)):
        outer = [p for p in found if inside(p.root, join(home, "x"))]
        if any(is_aside(p.root, join(home, "x")) or not _apart(p, home, listing, read) for p in outer):
            continue
        project = _project(home, listing, read, has_main)
        if project:
            found.append(project)
    return tuple(found)


def _project(home: str, listing: frozenset[str], read: Read, has_main: Callable[[str], bool]) -> BuildProject | None:
    """The project in a folder by the best of its build files; where that tells no units, also by another."""
    cmake = _cmake(home, listing, read)
    if cmake and cmake.targets:
        return cmake
    other = _automake(home, listing, read) or _cmake_aside(home, listing, read)
    other = other or _make(home, listing, read, has_main)
    return msgspec.structs.replace(cmake, otherwise=other) if cmake else other


def _apart(outer: BuildProject, home: str, listing: frozenset[str], read: Read) -> bool:
    """Whether a folder within a project has a CMake project of its own, of which the outer one knows nothing."""
    file = join(home, "CMakeLists.txt")
    if file not in listing or not outer.file.endswith("CMakeLists.txt"):
        return False
    above = (
        read(f)
        for d in folders(home)
        if inside(outer.root, join(d, "x")) and (f := join(d, "CMakeLists.txt")) in listing
    )
    name = re.escape(home.rpartition("/")[2])
    return not any(re.search(rf"add_subdirectory\s*\([^)]*\b{name}\b", text) for text in above)


def _cmake(home: str, listing: frozenset[str], read: Read) -> BuildProject | None:
    file = join(home, "CMakeLists.txt")
    if file not in listing or not _is_whole(home, listing, read):
        return None
    said = read_cmake(home, listing, read)
    if not said.targets and not said.interfaces:
        return None
    targets = _inside(home, said.targets)
    return BuildProject(
        root=home, file=file, system="CMake", name=said.name, targets=targets, headers_alone=said.interfaces
    )


def _is_whole(home: str, listing: frozenset[str], read: Read) -> bool:
    """Whether a CMakeLists.txt, or one in a folder beside it, makes targets; others only collect projects."""
    calls = list(commands(read(join(home, "CMakeLists.txt"))))
    if any(name in {"add_library", "add_executable"} for name, _ in calls):
        return True
    below = [w[0] for name, w in calls if name == "add_subdirectory" and w and "/" not in w[0].removeprefix("./")]
    texts = (read(f) for b in below if (f := join(home, f"{b.removeprefix('./')}/CMakeLists.txt")) in listing)
    return any(name in {"add_library", "add_executable"} for text in texts for name, _ in commands(text))


def _cmake_aside(home: str, listing: frozenset[str], read: Read) -> BuildProject | None:
    """A CMake project that lies in a folder of its own beside the sources."""
    for place in CMAKE_ASIDE:
        at = join(home, place)
        if (file := join(at, "CMakeLists.txt")) in listing:
            said = read_cmake(at, listing, read)
            targets = _inside(home, said.targets)
            if targets:
                return BuildProject(root=home, file=file, system="CMake", name=said.name, targets=targets)
    return None


def _automake(home: str, listing: frozenset[str], read: Read) -> BuildProject | None:
    file = next((f for n in ("configure.ac", "configure.in") if (f := join(home, n)) in listing), "")
    targets = read_automake(home, listing, read) if file else ()
    if not targets:
        return None
    name = package(read(file))
    return BuildProject(root=home, file=file, system="configure", name=name, targets=_inside(home, targets))


def _make(home: str, listing: frozenset[str], read: Read, has_main: Callable[[str], bool]) -> BuildProject | None:
    """A project of make or Meson: its units are those that its files name, and a unit with a main is a program."""
    file = next((f for n in MAKEFILES if (f := join(home, n)) in listing), "")
    near = {home, *(join(home, n) for n in (*SOURCE_FOLDERS, "lib", home.rpartition("/")[2]) if n)}
    units = [p for p in listing if suffix(p) in C | CXX and inside(home, p) and not is_aside(home, p)]
    if not file or not any(folder(p) in near or any(n and n != home and inside(n, p) for n in near) for p in units):
        return None
    names = (*MAKEFILES, "Makefile.in", "Makefile.am")
    texts = [
        text
        for p in sorted(listing)
        if inside(home, p) and (p.rpartition("/")[2] in names or suffix(p) == ".mk") and not is_aside(home, p)
        if _COMPILES.search(text := read(p))
    ]
    if not texts:
        return None
    text = "\n".join(texts)
    said = set(re.findall(r"[\w+-]+", text))
    named = [p for p in units if p.rpartition("/")[2].rpartition(".")[0] in said]
    exact = len(named) > 1 and (not _ALL.search(text) or len(named) * 3 > len(units))
    units = named if exact else units
    mains = [p for p in units if has_main(p)]
    library = [p for p in units if p not in mains and TOOL_FOLDERS.isdisjoint(within(home, folder(p)).split("/"))]
    archives = list(dict.fromkeys(a or b for a, b in _ARCHIVE.findall(text)))
    name = home.rpartition("/")[2]
    title = next((a for a in archives if a in name), archives[0] if len(archives) == 1 else name)
    targets = [BuildTarget(name=title, kind="library", sources=tuple(sorted(library)))] if library else []
    targets += [
        BuildTarget(name=p.rpartition("/")[2].rpartition(".")[0], kind="program", sources=(p,), needs=(title,))
        for p in sorted(mains)
    ]
    if not library and len(mains) < 2:
        return None
    return BuildProject(
        root=home, file=file, system="Meson" if file.endswith("meson.build") else "make", targets=tuple(targets)
    )


def _inside(home: str, targets: tuple[BuildTarget, ...]) -> tuple[BuildTarget, ...]:
    """Targets with units in the folder; those with units elsewhere cannot be built from there."""
    return tuple(t for t in targets if t.sources and all(inside(home, p) for p in t.sources))
