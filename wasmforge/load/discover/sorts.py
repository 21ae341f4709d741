"""What a file is by its name: a source of some language, a header, a test. Reads nothing."""

import re
from pathlib import PurePosixPath

C = frozenset({".c"})
CXX = frozenset({".cpp", ".cc", ".cxx"})
HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx", ".inc", ".inl"})
ZIG = frozenset({".zig"})
RUST = frozenset({".rs"})
TYPESCRIPT = frozenset({".ts"})
WAT = frozenset({".wat"})

SOURCES = C | CXX | ZIG | RUST | TYPESCRIPT | WAT

WITHIN = frozenset({"src", "source", "assembly"})
"""Folders that hold the sources of the folder they are in."""

TESTS = frozenset({"test", "tests", "testdata", "__tests__", "bench", "benches", "benchmark", "benchmarks"})

_TEST_FILE = re.compile(r"(?:test_[^/]*|[^/]*_(?:test|tests|unittest|bench)|[^/]*\.(?:test|spec))\.[a-z]+")


def is_test(path: str) -> bool:
    """Whether a file tests or measures the sources rather than being one of them."""
    *folders, name = path.split("/")
    return not TESTS.isdisjoint(folders) or _TEST_FILE.fullmatch(name) is not None


def suffix(path: str) -> str:
    """`.c`; nothing for TypeScript declarations, which are no sources."""
    return "" if path.endswith(".d.ts") else PurePosixPath(path).suffix


def folder(path: str) -> str:
    """The folder a path is in; empty at the top."""
    return path.rpartition("/")[0]


def folders(path: str) -> list[str]:
    """All folders a file is in, the innermost first, the top (empty) last."""
    found = [folder(path)]
    while found[-1]:
        found.append(folder(found[-1]))
    return found


def join(base: str, path: str) -> str:
    """A path in a folder; the top is empty."""
    return f"{base}/{path}" if base else path


def inside(base: str, path: str) -> bool:
    """Whether a file lies in a folder, at any depth."""
    return not base or path.startswith(base + "/")


def within(base: str, path: str) -> str:
    """A path from the project's top as seen from one of its folders."""
    return path[len(base) + 1 :] if base else path
