"""A component of 50 C++ files: all of it compiled, and one line changed, beside ninja with the very same commands."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.clock import Way, run, side_by_side
from benchmarks.ninja_plan import Ninja, write_ninja
from benchmarks.table import Row, compared
from benchmarks.tools import Tools
from wasmforge.store.cache_dirs import VARIABLE, CacheDirs

FILES = 50

FORGE = """
format = 1
[build]
targets = ["wasi"]
[components.app]
path = "app"
language = "c++"
exports = ["sum"]
options = { cxx-library = "none" }
"""

HEADER = "#pragma once\n" + "".join(f"int f{i:02}(int);\n" for i in range(FILES))

SUM = """#include "all.h"
extern "C" __attribute__((export_name("sum"))) int sum(int x) {{
    return {calls} + {number};
}}
"""

UNIT = """#include "all.h"
template <int N> struct Powers {{ static int of(int x) {{ return x * Powers<N - 1>::of(x) + N; }} }};
template <> struct Powers<0> {{ static int of(int x) {{ return x; }} }};
int f{index:02}(int x) {{ return Powers<200>::of(x) + {number}; }}
"""


def measure(tools: Tools, folder: Path, rounds: int) -> Iterator[Row]:
    """Each round changes every file, or one line, to what was never there before: no tool's own cache knows it."""
    root = folder / "cpp"
    _write(root, 0)
    (root / "forge.toml").write_text(FORGE)
    cache = folder / "cpp-cache"
    cache.mkdir()
    shared = CacheDirs().cache / "scratch"  # what Zig builds for itself once: a C library
    shared.mkdir(parents=True, exist_ok=True)
    (cache / "scratch").symlink_to(shared, target_is_directory=True)
    ours = Way(name="wasmforge", argv=(tools.wasmforge, "build"), cwd=root, env={VARIABLE: str(cache)})
    run(ours.argv, root, ours.env)
    os.environ[VARIABLE] = str(cache)
    made = write_ninja(root, folder / "cpp-ninja")
    env = {**made.env, **_caches(made, folder / "cpp-ninja-cache")}
    jobs = str(os.cpu_count() or 1)
    theirs = Way(name="ninja", argv=(tools.ninja, f"-j{jobs}"), cwd=made.folder, env=env)
    run(theirs.argv, theirs.cwd, env)
    _idle(theirs)

    ours.before, theirs.before = _cold(root, cache, None), _cold(root, cache, made)
    side_by_side((ours, theirs), max(2, rounds // 5))
    yield compared(f"all of {FILES} C++ files, nothing in the store", ours, theirs, "≤ 1.03 ×")
    ours.seconds, theirs.seconds = [], []
    ours.before, theirs.before = _one_line(root, None), _one_line(root, made)
    side_by_side((ours, theirs), max(5, rounds // 2), warm=1)
    yield compared(f"one line of one of {FILES} C++ files", ours, theirs, "≤ 1.1 ×")


def _idle(ninja: Way) -> None:
    """Ninja must find nothing to do now, or it would be compared with something else than what it is."""
    said = subprocess.run(
        [*ninja.argv, "-n"], cwd=ninja.cwd, env={**os.environ, **ninja.env}, capture_output=True, check=True
    )
    if b"no work to do" not in said.stdout:
        raise SystemExit(f"ninja would build again what it has just built:\n{said.stdout.decode()}")


def _caches(made: Ninja, place: Path) -> dict[str, str]:
    """Zig's cache for ninja: a copy, so that neither finds what the other compiled."""
    ours = made.env["ZIG_GLOBAL_CACHE_DIR"]
    shutil.copytree(ours, place, symlinks=True)
    return {name: str(place) for name in ("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR")}


def _write(root: Path, number: int) -> None:
    (root / "app").mkdir(parents=True, exist_ok=True)
    (root / "app" / "all.h").write_text(HEADER)
    for index in range(FILES - 1):
        (root / "app" / f"f{index:02}.cpp").write_text(UNIT.format(index=index, number=number))
    _write_sum(root, number)


def _write_sum(root: Path, number: int) -> None:
    calls = " + ".join(f"f{index:02}(x)" for index in range(FILES - 1))
    (root / "app" / "sum.cpp").write_text(SUM.format(calls=calls, number=number))


def _cold(root: Path, cache: Path, made: Ninja | None) -> Callable[[int], None]:
    """Ours: new sources, and nothing known of them. Ninja's: the same new sources, which it has by our turn."""

    def before(number: int) -> None:
        if made is None:
            _write(root, os.getpid() * 1000 + number)
            for gone in (root / ".wasmforge", root / "dist", cache / "store"):
                shutil.rmtree(gone)
        else:
            _copy(made)

    return before


def _one_line(root: Path, made: Ninja | None) -> Callable[[int], None]:
    def before(number: int) -> None:
        if made is None:
            _write_sum(root, os.getpid() * 2000 + number)
        else:
            _copy(made)

    return before


def _copy(made: Ninja) -> None:
    """Bring what differs to ninja's folder."""
    for source, copy in made.sources.items():
        if source.read_bytes() != copy.read_bytes():
            shutil.copyfile(source, copy)
