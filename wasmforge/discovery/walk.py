"""Walks a folder for sources and build files, without third-party code and build outputs."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from wasmforge import process
from wasmforge.changes.git import SAFE_OPTIONS
from wasmforge.discovery.file_types import HEADERS, SOURCE_FOLDERS, SOURCES, TEST_FOLDERS, join, suffix
from wasmforge.model.discovery import SkippedFolder, Tree

BUILD_FILES = frozenset(
    {"package.json", "asconfig.json", "Cargo.toml", "Cargo.lock"}
    | {
        "build.zig",
        "CMakeLists.txt",
        "Makefile",
        "makefile",
        "GNUmakefile",
        "Makefile.am",
        "Makefile.in",
        "meson.build",
    }
    | {"configure", "configure.ac", "configure.in"}
)
"""Files that are no sources and say something of them."""

SKIPPED_SILENTLY = frozenset({"node_modules", "__pycache__", "CMakeFiles", "zig-cache", "zig-out", "bower_components"})
BUILD_OUTPUTS = frozenset({"target", "dist", "build", "out", "bin", "obj", "_build", "venv", "site-packages"})
VENDORED = frozenset(
    {"third_party", "third-party", "thirdparty", "3rdparty", "vendor", "vendored", "external", "extern", "deps"}
    | {"_deps", "subprojects", "emsdk", "vcpkg_installed", "Pods"}
)

BUILD_ENDINGS = frozenset({".cmake", ".am", ".mk", ".sources"})
"""Endings of files that build files include."""

BESIDE = ("build/cmake", "cmake")
"""Where a project has its CMakeLists.txt in a folder that looks like something else."""

MAX_READ_BYTES = 32 * 1024 * 1024
"""Bytes of a file that are read: whole libraries come as one file of many megabytes."""


def walk(top: Path) -> Tree:
    """Every file below `top` that matters, by its path there, and the folders that were not looked into."""
    paths: list[str] = []
    skipped: list[SkippedFolder] = []
    ignored = _ignored(top)

    def fail(error: OSError) -> None:
        shown = Path(error.filename).relative_to(top).as_posix()
        skipped.append(SkippedFolder(path=f"{shown}/", why=f"cannot be read: {error.strerror}"))

    for folder, folders, names in os.walk(top, onerror=fail):
        path = Path(folder).relative_to(top).as_posix().removeprefix(".")
        if path and "forge.toml" in names:
            skipped.append(SkippedFolder(path=f"{path}/", why="has a forge.toml of its own; name it in `members`"))
            folders.clear()
            continue
        relevant = []
        for name in sorted(folders):
            why = _skip_reason(join(path, name), name, ignored)
            if why:
                skipped.append(SkippedFolder(path=f"{join(path, name)}/", why=why))
            elif why is None:
                relevant.append(name)
        folders[:] = relevant
        for beside in (b for b in BESIDE if (Path(folder) / b / "CMakeLists.txt").is_file()):
            found = (Path(folder) / beside).rglob("CMakeLists.txt")
            names += [f.relative_to(folder).as_posix() for f in found]
        paths += [p for p in (join(path, n) for n in names) if p not in ignored and _is_relevant(top, p)]
    return Tree(paths=tuple(sorted(set(paths))), skipped=tuple(sorted(skipped, key=lambda s: s.path)))


def reader(top: Path) -> Callable[[str], str]:
    """Reads files below `top` by path; gives no text for what cannot be read, and replaces what is not UTF-8."""

    def read(path: str) -> str:
        try:
            with (top / path).open("rb") as file:
                return file.read(MAX_READ_BYTES).decode("utf-8", "replace")
        except OSError:
            return ""

    return read


def _skip_reason(path: str, name: str, ignored: frozenset[str]) -> str | None:
    """Why a folder is not looked into: empty when that is not worth telling, None when it is."""
    if name.startswith(".") or name in SKIPPED_SILENTLY or not _utf8(path):
        return ""
    if not SOURCE_FOLDERS.isdisjoint(path.split("/")[:-1]):
        return None if f"{path}/" not in ignored else ""
    if name in BUILD_OUTPUTS or name.startswith(("cmake-build-", "bazel-")):
        return "looks like build output"
    if name in VENDORED:
        return "looks like code of others"
    if name in TEST_FOLDERS:
        return "looks like tests"
    return None if f"{path}/" not in ignored else "is ignored by git"


def _is_relevant(top: Path, path: str) -> bool:
    """Whether a file's name matters, and it is a file inside `top`; links may lead anywhere, or nowhere."""
    name = path.rpartition("/")[2]
    if not (name in BUILD_FILES or suffix(name) in SOURCES | HEADERS | BUILD_ENDINGS) or not _utf8(path):
        return False
    file = top / path
    try:
        return stat.S_ISREG(file.stat().st_mode) and (
            not file.is_symlink() or file.resolve().is_relative_to(top.resolve())
        )
    except (OSError, RuntimeError):
        return False


def _utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _ignored(top: Path) -> frozenset[str]:
    """Files and folders (`name/`) that git ignores; none where there is no git, or `top` is in no repository."""
    if not any((f / ".git").exists() for f in (top.resolve(), *top.resolve().parents)):
        return frozenset()
    chunks: list[bytes] = []
    command = ("git", *SAFE_OPTIONS, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    env = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
    try:
        done = process.run(command, cwd=top, env=env, timeout=20, on_output=chunks.append, merge_stderr=False)
    except OSError:
        return frozenset()
    text = b"".join(chunks).decode("utf-8", "surrogateescape")
    return frozenset(text.split("\0")) - {""} if done.ok else frozenset()
