"""Reads the custom sections that toolchains agree on: names of functions, producers, target features.

By the specification a broken custom section does not break the module: it then simply tells nothing.
"""

from wasmforge.wasm import limits
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.malformed import Malformed

Producers = tuple[tuple[str, str, str], ...]

FUNCTION_NAMES = 1
"""The subsection of the name section that names functions."""

ITEMS = 10_000
"""Producers, or target features, of one module."""


def function_names(cursor: Cursor) -> dict[int, str]:
    """Function index to name, as far as the name section can be read."""
    names: dict[int, str] = {}
    try:
        while cursor.left:
            kind = cursor.byte()
            inner = cursor.within(cursor.u32())
            if kind != FUNCTION_NAMES:
                continue
            for _ in range(inner.count("names", limits.FUNCTIONS)):
                index = inner.u32()
                names[index] = inner.name()
            break
    except Malformed:
        pass
    return names


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
