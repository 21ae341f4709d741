"""Reads from C and C++ sources which include folders and language standard they need."""

import re
from collections.abc import Callable, Collection, Iterable

from wasmforge.discovery.file_types import folder, join
from wasmforge.discovery.strip_comments import without_comments

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)
_STANDARD = re.compile(r"\bCMAKE_(CXX|C)_STANDARD\s+(\d+)|\b(cxx|c)_std_(\d+)", re.IGNORECASE)

EMULATIONS = {
    "<signal.h>": ("_WASI_EMULATED_SIGNAL", "wasi-emulated-signal"),
    "<sys/mman.h>": ("_WASI_EMULATED_MMAN", "wasi-emulated-mman"),
    "<sys/times.h>": ("_WASI_EMULATED_PROCESS_CLOCKS", "wasi-emulated-process-clocks"),
    "<sys/resource.h>": ("_WASI_EMULATED_PROCESS_CLOCKS", "wasi-emulated-process-clocks"),
}
"""Headers that WASI's C library has only for who asks for an emulation: the macro and the library for it."""

_CALLS = {
    "clock": ("_WASI_EMULATED_PROCESS_CLOCKS", "wasi-emulated-process-clocks"),
    "getpid": ("_WASI_EMULATED_GETPID", "wasi-emulated-getpid"),
}
_CALLED = re.compile(r"(?<![\w.>])(" + "|".join(_CALLS) + r")\s*\(\s*\)")

_FOUND_ANYWAY = "include"
"""Recipes look in this folder of a component unasked."""


def includes(files: Iterable[str], headers: Collection[str], read: Callable[[str], str]) -> tuple[str, ...]:
    """Folders that hold headers which are neither beside the file that asks for them nor in `include/`.

    All paths are from the component's folder; `read` takes them.
    """
    found: dict[str, None] = {}
    for path in files:
        for mark, name in _INCLUDE.findall(without_comments(read(path))):
            beside = join(folder(path), name)
            if (mark == '"' and beside in headers) or join(_FOUND_ANYWAY, name) in headers:
                continue
            matching = [h for h in headers if h == name or h.endswith("/" + name)]
            if matching and not any(join(f, name) in headers for f in found):
                nearest = min(matching, key=lambda h: (h.count("/"), h))
                found[nearest[: -len(name)].rstrip("/") or "."] = None
    return tuple(found)


def emulations(code: str, included: Iterable[str]) -> dict[str, str]:
    """The macros and libraries of WASI's emulations that a unit needs, by what it includes and calls."""
    found = dict(EMULATIONS[name] for name in included if name in EMULATIONS)
    return found | dict(_CALLS[name] for name in _CALLED.findall(code))


def needs_emscripten(text: str) -> bool:
    """Whether C or C++ includes Emscripten's own headers, and does not ask first whether Emscripten compiles it."""
    code = without_comments(text)
    tests_emscripten = "__EMSCRIPTEN__" in code
    return not tests_emscripten and any(
        n.startswith(("emscripten.h", "emscripten/")) for _, n in _INCLUDE.findall(code)
    )


def needs_simd(text: str) -> bool:
    """Whether C or C++ includes the intrinsics, and does not ask first whether SIMD is on."""
    code = without_comments(text)
    return any(n == "wasm_simd128.h" for _, n in _INCLUDE.findall(code)) and "__wasm_simd128__" not in code


def standard(cmake: str, language: str) -> str:
    """The language standard that a CMakeLists.txt asks for, such as `c++20`; empty when it does not."""
    for first, number, second, other in _STANDARD.findall(cmake):
        if ((first or second).upper() == "CXX") == (language == "c++"):
            return f"{language}{number or other}"
    return ""
