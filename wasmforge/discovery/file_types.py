"""Classifies files by name: a source of some language, a header, a test. Reads nothing."""

import re
from pathlib import PurePosixPath

C = frozenset({".c"})
CXX = frozenset({".cpp", ".cc", ".cxx"})
HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".ipp", ".tcc", ".tpp", ".def", ".tab"})
ZIG = frozenset({".zig"})
RUST = frozenset({".rs"})
TYPESCRIPT = frozenset({".ts"})
WAT = frozenset({".wat"})

SOURCES = C | CXX | ZIG | RUST | TYPESCRIPT | WAT

SOURCE_FOLDERS = frozenset({"src", "source", "assembly"})
"""Folders that hold the sources of the folder they are in."""

TEST_FOLDERS = frozenset({"test", "tests", "testdata", "__tests__", "bench", "benches", "benchmark", "benchmarks"})

ASIDE = re.compile(
    r"(?:(?:unit|api|fuzz|regression|perf)[-_]?)?(?:tests?|testing|testsuite)|examples?|samples?|demos?|docs?|documentation|\w*fuzz\w*"
    r"|bench\w*|perf|tutorials?|contrib|experimental|win32|msvc|vs\d*|visualc|windows|android|ios|macos\w*|python|java|perl|ruby|swift|jni"
    r"|packaging|scripts?|doxygen|dist|debian|m4|cmake",
    re.IGNORECASE,
)
"""Folders of a project with a build of its own that hold what is beside its library: tests, examples, other systems."""

PROCESSORS = re.compile(
    r"arm\d*|aarch64|x86(?:_64)?|i[36]86|intel|mips|ppc|powerpc|power\d|riscv|loongarch|sparc|s390x?|neon|sse\d*|avx\d*|asm",
    re.IGNORECASE,
)
"""Folders with units for other processors than WebAssembly's."""

TOOL_FOLDERS = frozenset({"programs", "tools", "tool", "cli", "util", "utils", "apps", "cmd", "commands"})
"""Folders with programs, and what only these use."""

_TEST_FILE = re.compile(
    r"(?:test_[^/]*|[^/]*_(?:test|tests|unittest|bench)|[^/]*\.(?:test|spec)|(?:fuzz(?:er)?_|[^/]*_fuzz(?:er)?)[^/]*)\.[a-z]+"
)


def is_test(path: str) -> bool:
    """Whether a file tests or measures the sources rather than being one of them."""
    *folders, name = path.split("/")
    return not TEST_FOLDERS.isdisjoint(folders) or _TEST_FILE.fullmatch(name) is not None


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


def is_aside(root: str, path: str) -> bool:
    """Whether a file of a project in the folder `root` is a test, an example, for another system, and no part of it."""
    inner = within(root, path)
    return is_test(inner) or any(ASIDE.fullmatch(f) for f in inner.split("/")[:-1])


def is_elsewhere(root: str, path: str) -> bool:
    """Whether a file of a project lies in a folder for another processor."""
    return any(PROCESSORS.fullmatch(f) for f in within(root, path).split("/")[:-1])


def normal(path: str) -> str:
    """A path without `.` and `..`, as far as it stays in the tree; a leading `..` remains."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def within(base: str, path: str) -> str:
    """A path from the project's top as seen from one of its folders."""
    return path[len(base) + 1 :] if base else path
