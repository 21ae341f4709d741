"""Finds functions in a component's sources that a host could call. A heuristic, for hints."""

from collections.abc import Mapping
from typing import NamedTuple

from wasmforge.discovery import c, other_languages
from wasmforge.discovery.file_types import CXX, suffix
from wasmforge.discovery.strip_comments import without_comments

HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx"})


class Candidates(NamedTuple):
    """Names that `exports` could name. `mangled`: C++ functions, of which a linker knows none by such a name."""

    names: tuple[str, ...]
    mangled: bool = False


def candidates(texts: Mapping[str, str]) -> Candidates:
    """What these sources, by path, have: functions that they mark or announce, else all that they define."""
    units = [(suffix(p), without_comments(text)) for p, text in texts.items() if suffix(p) in {".c", *CXX}]
    headers = [without_comments(text) for p, text in texts.items() if suffix(p) in HEADERS]
    if found := c.exports_of(units, headers):
        return Candidates(found)
    for extension, read in (
        (".rs", other_languages.rust_exports),
        (".zig", other_languages.zig_exports),
        (".wat", other_languages.wat_exports),
    ):
        if found := tuple(n for p, text in texts.items() if suffix(p) == extension for n in read(text)):
            return Candidates(tuple(dict.fromkeys(found)))
    scripts = {p: text for p, text in texts.items() if suffix(p) == ".ts"}
    if found := tuple(
        n for p in scripts for n in other_languages.assemblyscript_exports(p, lambda q: scripts.get(q, ""))
    ):
        return Candidates(tuple(dict.fromkeys(found)))
    defined = {
        f.name: f.said_c or extension == ".c"
        for extension, text in units
        for f in c.functions(text)
        if f.defined and f.name not in {"main", "_start"}
    }
    return Candidates(tuple(defined), mangled=bool(defined) and not any(defined.values()))
