"""Asks CMake what a project makes: configures a copy of it in the sandbox, with Zig as the compiler for WASI.

CMakeLists.txt are programs of strangers, so nothing is run where no sandbox holds. Nothing is compiled but what CMake
itself tries, and nothing is written into the project.
"""

import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from wasmforge import sandbox
from wasmforge.app.catalog import resolver
from wasmforge.config.catalog import load_catalog
from wasmforge.discovery.cmake_reply import read_reply
from wasmforge.discovery.file_types import CXX, HEADERS, C, folder, join, normal, suffix
from wasmforge.model.discovery import BuildProject
from wasmforge.model.events import Event, Notice
from wasmforge.store.cache_dirs import make_folder
from wasmforge.store.open_cache import open_places, open_store
from wasmforge.toolchains.environment import action_environment

TOOLCHAIN = "zig-projects"

CONFIGURE_TIMEOUT_S = 180.0
"""Seconds that CMake may take; each of its checks takes a third of a second."""

LIBC_TIMEOUT_S = 600.0
"""Seconds that the first link may take, for which Zig compiles its libc."""

MAX_COPIED_FILES = 30_000
MAX_COPIED_BYTES = 512 * 1024 * 1024
"""A larger project is read and not asked."""

MAX_GENERATED_BYTES = 1024 * 1024
"""Bytes of a header that CMake wrote; a larger one is no configuration."""

GENERATED = "forge"
"""The folder for what CMake writes, in the component's: recipes have a component's own files there."""

MAX_TEXTS = 300
"""CMakeLists.txt that are read for options."""

_OPTION = re.compile(r"\b(?:option|cmake_dependent_option)\s*\(\s*(\w+)", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:^|_)(?:UNIT_?)?(?:TESTS?|TESTING|TESTBED|BENCH\w*|EXAMPLES?|FUZZ\w*|DOCS?|DOCUMENTATION|MAN\w*)(?:_|$)"
)
_PROGRAMS = re.compile(r"(?:^|_)(?:TOOLS?|PROGRAMS?|UTILS?|UTILITIES|APPS?|CLI|EXECUTABLES?)(?:_|$)")
_NEGATIVE = re.compile(r"(?:^|_)(?:NO|WITHOUT|DISABLE|SKIP|OMIT)(?:_|$)")

WASI = """set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
list(APPEND CMAKE_MODULE_PATH "{modules}")
set(CMAKE_AR "{tools}/ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "{tools}/ranlib" CACHE FILEPATH "")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_FIND_ROOT_PATH "{tools}")
set(CMAKE_TRY_COMPILE_CONFIGURATION Release)
"""
"""The toolchain file. A project may ask `if(WASI)`; `if(UNIX)` is false, as it is in the recipes."""

PLATFORM = """set(WASI 1)
set(CMAKE_CXX_LINK_EXECUTABLE "{tools}/link <OBJECTS> -o <TARGET> <LINK_LIBRARIES>")
"""
"""C++ that CMake tries is linked without libc++, which takes minutes to compile once, and may lack what that has."""

WORDS = (
    *("-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF", "-DBUILD_TESTING=OFF", "-DCMAKE_INSTALL_LIBDIR=lib"),
    *("-DCMAKE_POLICY_VERSION_MINIMUM=3.5", "-DCMAKE_C_FLAGS_RELEASE=-O3 -DNDEBUG"),
    "-DCMAKE_CXX_FLAGS_RELEASE=-O3 -DNDEBUG -fno-exceptions",
)

FLAGS = {"CFLAGS": "-mcpu=lime1", "CXXFLAGS": "-mcpu=lime1", "LDFLAGS": "-s"}
"""As the recipe has them, so that a libc is compiled once."""


def switched_off(text: str, *, programs: bool = False) -> tuple[str, ...]:
    """Words that switch off a project's own options for tests, examples and documents, or for programs."""
    kind = _PROGRAMS if programs else _BESIDE
    names = dict.fromkeys(n for n in _OPTION.findall(text) if kind.search(n) and not _NEGATIVE.search(n))
    return tuple(f"-D{n}=OFF" for n in names)


class CMakeAsker:
    """Asks projects below `top`; what is there is looked for when the first one is asked. `emit` takes events."""

    def __init__(self, top: Path, emit: Callable[[Event], None]) -> None:
        self._top, self._emit = top.resolve(), emit

    def __call__(self, project: BuildProject) -> BuildProject:
        """The project with what CMake says; as it was, with the reason as a note, where CMake cannot be asked."""
        if project.system != "CMake":
            return project
        try:
            return self._ask(project)
        except _NotAskedError as e:
            return msgspec.structs.replace(project, notes=(*project.notes, f"CMake was not asked: {e}"))

    def _ask(self, project: BuildProject) -> BuildProject:
        cache_dirs = open_places(self._top, lambda _: None)
        confinement = sandbox.find_sandbox(
            sandbox.choose_sandbox("auto", sandbox.asked_for(None)), open_store(cache_dirs)
        )
        if not confinement.holds:
            raise _NotAskedError(f"its files are programs, and no sandbox holds them ({confinement.reason})")
        tools = resolver(None, load_catalog(None), None, self._emit, cache_dirs)
        available, absent = tools.available((TOOLCHAIN,))
        if TOOLCHAIN not in available or available[TOOLCHAIN].image:
            why = absent[TOOLCHAIN].why if TOOLCHAIN in absent else "it is not on this machine"
            raise _NotAskedError(f"{why}; `apt install cmake ninja-build make`, and run init again")
        toolchain = available[TOOLCHAIN]
        self._emit(Notice(what=f"asks CMake in the sandbox what it makes of {project.file}"))
        work = make_folder(cache_dirs.work) / "init"
        work.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work, ignore_cleanup_errors=True) as name:
            directory = Path(name)
            source, build = directory / "source", directory / "build"
            _copy(self._top / project.root, source)
            before = _files(source)
            inner = folder(project.file)[len(project.root) :].strip("/")
            argv = _prepare(directory, source / inner, build, toolchain.tools["cmake"])
            env = {
                **action_environment(directory, toolchain.programs, toolchain.env, FLAGS),
                **_tools(directory, toolchain.env),
            }
            caches = [
                v for v in (*toolchain.env.values(), toolchain.cache or "") if v.startswith(str(cache_dirs.cache))
            ]
            policy = sandbox.Policy(
                directory=str(directory),
                writable=(str(directory), *dict.fromkeys(caches)),
                readable=sandbox.readable(toolchain),
            )
            (directory / "empty.c").write_text("int main(void) { return 0; }\n")
            first = (str(directory / "tools/link"), str(directory / "empty.c"), "-o", str(directory / "empty.wasm"))
            sandbox.run(confinement, first, policy, env=env, timeout=LIBC_TIMEOUT_S)
            texts = "\n".join(
                p.read_text("utf-8", "replace") for p in sorted(source.rglob("CMakeLists.txt"))[:MAX_TEXTS]
            )
            off = switched_off(texts)
            done = sandbox.run(confinement, (*argv, *off), policy, env=env, timeout=CONFIGURE_TIMEOUT_S)
            if not done.ok and (more := switched_off(texts, programs=True)):
                (build / "CMakeCache.txt").unlink(missing_ok=True)
                done = sandbox.run(confinement, (*argv, *off, *more), policy, env=env, timeout=CONFIGURE_TIMEOUT_S)
            if not done.ok:
                raise _NotAskedError(
                    f"it ended with an error: {_reason(done.text) or done.reason(CONFIGURE_TIMEOUT_S)}"
                )
            return _answer(project, source, build, before, source / inner)


class _NotAskedError(Exception):
    """Why CMake was not asked."""


def _prepare(directory: Path, source: Path, build: Path, cmake: tuple[str, ...]) -> tuple[str, ...]:
    """Write what CMake reads beside the project, and return its command line."""
    modules = directory / "modules"
    (modules / "Platform").mkdir(parents=True)
    (modules / "Platform/WASI.cmake").write_text(PLATFORM.format(tools=directory / "tools"))
    query = build / ".cmake/api/v1/query"
    query.mkdir(parents=True)
    (query / "codemodel-v2").touch()
    (directory / "wasi.cmake").write_text(WASI.format(modules=modules, tools=directory / "tools"))
    toolchain = f"-DCMAKE_TOOLCHAIN_FILE={directory}/wasi.cmake"
    return (*cmake, "-G", "Ninja", "-S", str(source), "-B", str(build), toolchain, *WORDS)


def _tools(directory: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Write programs of one name that start Zig's tools, and return the variables that name them.

    CMake takes no more than a path for some of them.
    """
    tools = directory / "tools"
    tools.mkdir()
    link = f"{env['CC']} {FLAGS['CFLAGS']} -O3 -s"
    for name, words in (("ar", f"{env['AR']} ar"), ("ranlib", f"{env['RANLIB']} ranlib"), ("link", link)):
        (tools / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        (tools / name).chmod(0o755)
    return {"AR": str(tools / "ar"), "RANLIB": str(tools / "ranlib")}


def _copy(source: Path, to: Path) -> None:
    """Copy a project's files; links, pipes and what version control has are left out."""
    count = size = 0
    for path, folders, names in os.walk(source):
        folders[:] = [f for f in folders if f not in {".git", ".hg", ".svn", "node_modules", ".wasmforge", "dist"}]
        at = to / Path(path).relative_to(source)
        at.mkdir(parents=True, exist_ok=True)
        for name in names:
            file = Path(path) / name
            status = file.lstat()
            if not stat.S_ISREG(status.st_mode):
                continue
            count, size = count + 1, size + status.st_size
            if count > MAX_COPIED_FILES or size > MAX_COPIED_BYTES:
                raise _NotAskedError("it has too many files to copy")
            shutil.copyfile(file, at / name)
            (at / name).chmod(0o755 if status.st_mode & stat.S_IXUSR else 0o644)


def _files(folder: Path) -> frozenset[str]:
    return frozenset(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _read_answer(build: Path) -> dict[str, Any]:
    """The parsed files of the answer, by name."""
    try:
        files = sorted((build / ".cmake/api/v1/reply").glob("*.json"))
        return {f.name: json.loads(f.read_text("utf-8", "replace")) for f in files}
    except ValueError:
        raise _NotAskedError("its answer cannot be read") from None


def _answer(project: BuildProject, source: Path, build: Path, before: frozenset[str], asked: Path) -> BuildProject:
    """What the file API says, in paths of the tree; the headers and units that CMake wrote are in `forge/`."""
    reply = _read_answer(build)
    generated: dict[str, str] = {}
    written: dict[str, str] = {}
    for base in (source, build):
        for path in sorted(_files(base) - (before if base == source else frozenset())):
            file = base / path
            if suffix(path) not in HEADERS | C | CXX or "CMakeFiles" in path or not _is_plain(file):
                continue
            generated[f"{GENERATED}/{path}"] = file.read_text("utf-8", "replace")
            written[str(file)] = join(project.root, f"{GENERATED}/{path}")

    def place(path: str) -> str | None:
        path = f"/{normal(path)}"
        if path in written:
            return written[path]
        for base, at in ((source, project.root), (build, join(project.root, GENERATED))):
            if path == str(base):
                return at
            if path.startswith(f"{base}/"):
                inner = join(at, path[len(str(base)) + 1 :])
                is_kept = base == source or any(w.startswith(inner + "/") for w in written.values())
                return inner if is_kept else None
        return None

    name, targets = read_reply(reply, place, str(asked))
    made = [t.name for t in targets if not t.sources]
    notes = tuple(f"{n} is made of files that the build writes first" for n in made)
    return msgspec.structs.replace(
        project, name=name or project.name, ran=True, targets=targets, generated=generated, notes=notes
    )


def _is_plain(file: Path) -> bool:
    status = file.lstat()
    return stat.S_ISREG(status.st_mode) and status.st_size <= MAX_GENERATED_BYTES


def _reason(text: str) -> str:
    """The line of CMake's output that says what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    at = next((i for i, line in enumerate(lines) if line.startswith("CMake Error")), None)
    return "" if at is None else " ".join(lines[at : at + 2])[:200]
