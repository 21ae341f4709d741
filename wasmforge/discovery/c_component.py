"""Makes a component of units in C and C++: what they are made of, what they need, what they give. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from wasmforge.discovery import c, c_flags
from wasmforge.discovery.file_types import CXX, HEADERS, folder, inside, is_aside, join, suffix, within
from wasmforge.discovery.preprocessor import (
    Macros,
    active_code,
    active_includes,
    asked_for,
    defined_in,
    known_to,
    macro_texts,
)
from wasmforge.discovery.reach import INCLUDE, Headers, follow
from wasmforge.discovery.sources import Sources
from wasmforge.model.discovery import FoundComponent
from wasmforge.model.vocabulary import Kind

WASI_HEADERS = frozenset(
    [
        "assert",
        "ctype",
        "errno",
        "fcntl",
        "float",
        "inttypes",
        "limits",
        "locale",
        "math",
        "memory",
        "stdarg",
        "stdbool",
        "stddef",
        "stdint",
        "stdio",
        "stdlib",
        "string",
        "strings",
        "sys_param",
        "sys_stat",
        "sys_time",
        "sys_types",
        "time",
        "unistd",
        "wchar",
        "wctype",
    ]
)
"""Headers of WASI's C library that builds ask for, as they call them: `sys_types` is sys/types.h."""

JUMPS = (
    "they use setjmp: where that is not there, a feature `exceptions` or `legacy-exceptions` gives it, see docs/cpp.md"
)

MAX_NAMED = 4
"""Names that a note lists."""


class Given(NamedTuple):
    """What a build file says beside the units; paths are from the top."""

    includes: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    std: str = ""
    public: tuple[str, ...] = ()
    asks_headers: bool = False
    """Whether sources are told which headers of the C library exist by a build that was not run."""
    generated: Mapping[str, str] = {}


NOTHING_GIVEN = Given(asks_headers=True)
"""No build file, so none that would tell the sources which headers exist."""


def make_component(
    at: Sources,
    units: tuple[str, ...],
    kind: Kind,
    *,
    name: str = "",
    shares_folder: bool,
    given: Given = NOTHING_GIVEN,
) -> FoundComponent:
    """The component of `units`, with all that they include.

    Where an include is written from a folder above the root, that folder is the component's.
    """
    virtual = {join(at.root, p): text for p, text in given.generated.items()}
    headers = Headers({*at.roots.paths, *virtual}) if virtual else at.roots.headers

    def code(path: str) -> str:
        return virtual[path] if path in virtual else at.code(path)

    def avoid(path: str) -> bool:
        return is_aside(at.root, path) and not at.is_loose

    beside = [join(at.root, "include")] if at.is_loose else []
    reach = follow(units, [*given.includes, *beside], headers, code, within=at.root, avoid=avoid)
    units = tuple(u for u in units if u not in reach.files) if at.is_loose else units
    root = _common_folder([at.root, *(folder(p) for p in (*reach.files, *reach.includes))])
    own = [p for p in at.headers if p in headers.paths] if at.is_loose else []
    files = tuple(dict.fromkeys((*units, *own, *reach.files)))
    texts = [(suffix(u), _with_implementations(code(u), reach.files, code)) for u in units]
    language = "c++" if any(suffix(u) in CXX for u in units) else "c"
    if given.asks_headers:
        given = given._replace(defines=(*given.defines, *_existing(code(p) for p in files)))
    macros = {n: v or "1" for n, _, v in (d.partition("=") for d in given.defines)}
    macros_defined = defined_in((code(h) for h in files if suffix(h) in HEADERS), macros)
    emulated: dict[str, str] = {}
    system: set[str] = set()
    for path in files:
        included = active_includes(code(path), known_to(code(path), macros_defined, macros), cxx=suffix(path) in CXX)
        system |= {i for i in included if i[0] == "<"}
        emulated |= c_flags.emulations(active_code(code(path), macros_defined) if path in units else "", included)
    header_texts = [code(h) for h in files if h not in units]
    exports = (
        ()
        if kind == "command"
        else c.exports_of(texts, header_texts, announcing=[code(h) for h in given.public], macros=macros)
    )
    cmake = join(at.root, "CMakeLists.txt")
    searched = [*given.includes, *reach.includes]
    return FoundComponent(
        name=name or (within(folder(at.root), at.root) if root != at.root else ""),
        path=root or ".",
        language=language,
        kind=kind,
        exports=exports,
        sources=tuple(within(root, p) for p in files),
        units=tuple(within(root, u) for u in units),
        included=tuple(within(root, p) for p in files if p not in units or p in reach.files),
        shares_folder=shares_folder,
        includes=tuple(dict.fromkeys(within(root, i) or "." for i in searched if i != join(root, "include"))),
        features=("simd",) if any(c_flags.needs_simd(text) for _, text in texts) else (),
        recipe="emscripten" if any(c_flags.needs_emscripten(text) for _, text in texts) else "",
        std=given.std or (c_flags.standard(at.text(cmake), language) if cmake in at.roots.paths else ""),
        defines=(*given.defines, *emulated),
        libs=tuple(emulated.values()),
        flags=given.flags,
        notes=(*_missing_note(reach.missing, code, macros_defined), *([JUMPS] if "<setjmp.h>" in system else [])),
        files={within(root, p): text for p, text in virtual.items() if p in files},
    )


def _with_implementations(unit: str, files: Iterable[str], code: Callable[[str], str]) -> str:
    """A unit's text with that of headers which have code for who defines a macro, as the unit does.

    Libraries of one header are written so: `#define X_IMPLEMENTATION`, then `#include "x.h"`.
    """
    own = {name for name, _ in macro_texts(unit) if "IMPL" in name}
    parts = [unit]
    for _, name in INCLUDE.findall(unit) if own else ():
        text = code(next((f for f in files if f == name or f.endswith(f"/{name}")), ""))
        if not asked_for(text).isdisjoint(own):
            parts.append(text)
    return "\n".join(parts)


def _existing(texts: Iterable[str]) -> tuple[str, ...]:
    """`HAVE_UNISTD_H` and the like, for headers that WASI's C library has and conditions ask for."""
    asked = {m for text in texts for m in re.findall(r"\bHAVE_[A-Z_]+_H\b", text)}
    return tuple(f"{m}=1" for m in sorted(asked) if m[5:-2].lower() in WASI_HEADERS)


def _missing_note(missing: Mapping[str, str], code: Callable[[str], str], macros_defined: Macros) -> Iterable[str]:
    """What the units include for WebAssembly and no file here has."""
    names = [
        name
        for name, path in missing.items()
        if f'"{name}"' in active_includes(code(path), known_to(code(path), macros_defined, {}), cxx=suffix(path) in CXX)
    ]
    if names:
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        yield f"no file here is {', '.join(names[:MAX_NAMED])}{more}, which the sources include"


def _common_folder(paths: list[str]) -> str:
    """The innermost folder that all of these folders lie in."""
    first, *rest = paths
    while first and not all(p == first or inside(first, p) for p in rest):
        first = folder(first)
    return first
