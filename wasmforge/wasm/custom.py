"""Reads the custom sections that toolchains agree on: names of functions and data, producers, target features.

By the specification a broken custom section does not break the module: it then simply tells nothing.
"""

from wasmforge.wasm import limits
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.malformed import Malformed

Producers = tuple[tuple[str, str, str], ...]

FUNCTION_NAMES = 1
DATA_NAMES = 9
"""Subsections of the name section."""

ITEMS = 10_000
"""Producers, or target features, of one module."""


def names(cursor: Cursor) -> dict[int, dict[int, str]]:
    """Index to name of functions and of data segments, by subsection, as far as the name section can be read."""
    found: dict[int, dict[int, str]] = {FUNCTION_NAMES: {}, DATA_NAMES: {}}
    try:
        while cursor.left:
            kind = cursor.byte()
            inner = cursor.within(cursor.u32())
            if kind not in found:
                continue
            for _ in range(inner.count("names", limits.FUNCTIONS)):
                index = inner.u32()
                found[kind][index] = inner.name()
    except Malformed:
        pass
    return found


def producers(cursor: Cursor) -> Producers:
    """(field, name, version) of each tool that worked on the module, or nothing when the section is broken."""
    found: list[tuple[str, str, str]] = []
    try:
        for _ in range(cursor.count("fields", ITEMS)):
            field = cursor.name()
            found += [(field, cursor.name(), cursor.name()) for _ in range(cursor.count("values", ITEMS))]
    except Malformed:
        return ()
    return tuple(found)


def target_features(cursor: Cursor) -> tuple[str, ...]:
    """Features with their prefix (`+simd128`: used, `-`: must not be), or nothing when the section is broken."""
    found: list[str] = []
    try:
        for _ in range(cursor.count("features", ITEMS)):
            prefix = chr(cursor.byte())
            found.append(prefix + cursor.name())
    except Malformed:
        return ()
    return tuple(found)
