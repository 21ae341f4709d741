"""`zig-libraries -o OUT.a [--unit=FILE.c …] [--rebuilt=WORD …] -- WORD …`: what Zig links C and C++ with, as one file.

Zig builds libc, libc++ and compiler-rt from source while it links, into a cache that others cannot see. Here it links
nothing with them, tells what it took, and that is put together: the start files of both execution models (the linker
takes the one whose entry is asked for), libc, compiler-rt, libc++ if a WORD says `-lc++`, and the units that are named.

Zig leaves C++ exceptions out for WebAssembly, but has the sources of all that they need. With `--rebuilt`, libc++,
libc++abi and the one file of libunwind are compiled here, with these words after the others, and take the place of
Zig's `-lc++`; the units are compiled so too.

The environment says in ZIG how Zig is started.
"""

import argparse
import os
import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from wasmforge import process

TIMEOUT_S = 1800.0
"""Seconds that one command of Zig's may take; libc++ takes a minute of a slow machine."""

CXX = "-lc++"

THREADED = {"atomic", "barrier", "condition_variable", "condition_variable_destructor", "future", "mutex"}
THREADED |= {"mutex_destructor", "shared_mutex", "thread", "cxa_thread_atexit"}
"""Units of libc++ and libc++abi that a library without threads has not."""

WITHOUT_EXCEPTIONS = {"cxa_noexception"}
"""What stands in for the rest of libc++abi in a library without exceptions."""

LIBRARY = [
    *("-g0", "-std=c++23", "-fvisibility=hidden", "-fvisibility-inlines-hidden", "-w", "-DNDEBUG"),
    *("-D_LIBCPP_BUILDING_LIBRARY", "-DLIBCXX_BUILDING_LIBCXXABI"),
    *("-D_LIBCXXABI_BUILDING_LIBRARY", "-D_LIBCXXABI_HAS_NO_THREADS"),
    "-DLIBCXXABI_NON_DEMANGLING_TERMINATE",  # naming what was not caught as C++ spells it takes 100 KB
]

UNWINDER = ["-g0", "-std=c23", "-w", "-DNDEBUG", "-D_LIBUNWIND_HAS_NO_THREADS", "-D_LIBUNWIND_HIDE_SYMBOLS"]


class ZigError(Exception):
    """Zig failed, or said something else than it does; has what to print."""


def linked_files(said: str, own: str) -> tuple[str, ...]:
    """The objects and archives in the last line with which Zig started its linker, without `own`.

    Raises ZigError when there is no such line.
    """
    lines = [line for line in said.splitlines() if line.startswith("wasm-ld ")]
    if not lines:
        raise ZigError(f"zig did not tell what it linked:\n{said}")
    # Zig quotes nothing: a space is the end of a word where a path or an option follows.
    words = re.split(r" (?=[-/.])", lines[-1])
    return tuple(w for w in words if w.endswith((".a", ".o")) and w[0] != "-" and w != own)


def merge_script(out: str, files: Iterable[str]) -> str:
    """What `ar -M` reads to make one archive of objects and of the members of archives."""
    adding = (f"{'addlib' if file.endswith('.a') else 'addmod'} {file}\n" for file in files)
    return f"create {out}\n{''.join(adding)}save\nend\n"


def plain_paths(files: Iterable[str]) -> Iterator[str]:
    """Links to these in `.inputs/`: a script for `ar` cannot quote a path with a space."""
    for index, file in enumerate(files):
        link = Path(f".inputs/{index}") / Path(file).name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path(file).absolute())
        yield str(link)


def cxx_sources(lib: Path) -> tuple[Path, ...]:
    """The units of libc++ and libc++abi in Zig's folder `lib` that a library with exceptions consists of."""
    found = (*lib.glob("libcxx/src/*.cpp"), *lib.glob("libcxx/src/ryu/*.cpp"), *lib.glob("libcxxabi/src/*.cpp"))
    return tuple(sorted(path for path in found if path.stem not in THREADED | WITHOUT_EXCEPTIONS))


class Job(NamedTuple):
    """A unit to compile: by `zig cc` or `zig c++`, from which file, with which flags of its own."""

    language: str
    source: Path
    flags: tuple[str, ...]


class Zig:
    """Zig as a command; every method raises ZigError when it fails."""

    def __init__(self, words: list[str]) -> None:
        self._words = words

    def run(self, *words: str, stdin: str = "", **env: str) -> str:
        """What it prints."""
        argv = [*self._words, *words]
        done = process.run(argv, env={**os.environ, **env}, stdin=stdin.encode(), timeout=TIMEOUT_S)
        if not done.ok:
            raise ZigError(f"{done.text}\n{done.reason(TIMEOUT_S)}: {shlex.join(argv)}")
        return done.text

    def lib(self) -> Path:
        """The folder with its sources."""
        said = self.run("env")  # ZON since 0.15, JSON before
        if not (match := re.search(r'"?\.?lib_dir"?\s*[:=]\s*"([^"]+)"', said)):
            raise ZigError(f"zig env names no lib_dir:\n{said}")
        return Path(match[1]).absolute()

    def libraries(self, words: list[str]) -> Iterator[str]:
        """What it links with these words, for both execution models; each file once."""
        Path(".empty.c").write_text("int main(void) { return 0; }\n")
        self.run("cc", *words, "-c", ".empty.c", "-o", ".empty.o")
        for kind in ("command", "reactor"):
            model = f"-mexec-model={kind}"
            said = self.run("cc", *words, model, ".empty.o", "-o", f".{kind}.wasm", ZIG_VERBOSE_LINK="1")
            yield from linked_files(said, ".empty.o")

    def cxx_library(self) -> tuple[Job, ...]:
        """What is to be compiled for libc++, libc++abi and the unwinder."""
        lib = self.lib()
        include = [f"-I{lib / folder}" for folder in ("libcxx/src", "libcxx/libc", "libcxxabi/include")]
        where = f"-ffile-prefix-map={lib}=zig"
        unwinder = Job("cc", lib / "libunwind/src/Unwind-wasm.c", (*UNWINDER, f"-I{lib / 'libunwind/include'}", where))
        return (*(Job("c++", source, (*LIBRARY, *include, where)) for source in cxx_sources(lib)), unwinder)

    def compiled(self, jobs: Iterable[Job], words: list[str]) -> Iterator[str]:
        """The objects of these, compiled with these words on all processors."""
        Path(".objects").mkdir(exist_ok=True)

        def compile_unit(job: Job) -> str:
            object_file = f".objects/{job.source.parent.parent.name}-{job.source.stem}.o"
            self.run(job.language, *words, *job.flags, "-c", str(job.source), "-o", object_file)
            return object_file

        with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
            yield from pool.map(compile_unit, jobs)


def main(argv: list[str]) -> int:
    """Write the archive; 0, or 1 when Zig fails, with what it said."""
    parser = argparse.ArgumentParser(prog="zig-libraries", description=__doc__)
    parser.add_argument("-o", dest="out", required=True)
    parser.add_argument("--unit", action="append", default=[], type=Path, metavar="FILE.c")
    parser.add_argument("--rebuilt", action="append", default=[], metavar="WORD")
    parser.add_argument("words", nargs="*", metavar="WORD")
    said = parser.parse_args(argv)
    zig = Zig(shlex.split(os.environ["ZIG"]))
    own_cxx = bool(said.rebuilt) and CXX in said.words
    try:
        words = [word for word in said.words if not (own_cxx and word == CXX)]
        compiling = [word for word in words if word != "-s" and not word.startswith("-l")]
        jobs = [*(Job("cc", unit, ("-g0",)) for unit in said.unit), *(zig.cxx_library() if own_cxx else ())]
        files = [*zig.libraries(words), *zig.compiled(jobs, [*compiling, *said.rebuilt])]
        zig.run("ar", "-M", stdin=merge_script(said.out, plain_paths(dict.fromkeys(files))))
    except ZigError as e:
        sys.stderr.write(f"{e}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
