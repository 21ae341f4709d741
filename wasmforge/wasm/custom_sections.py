"""Reads the tool conventions' custom sections: names of functions and data, producers, target features.

By the specification a broken custom section does not break the module: it is ignored.
"""

from wasmforge.wasm import limits
from wasmforge.wasm.cursor import Cursor, Malformed

Producers = tuple[tuple[str, str, str], ...]

FUNCTION_NAMES = 1
DATA_NAMES = 9
"""Subsections of the name section."""

MAX_ITEMS = 10_000
"""Producers, or target features, of one module."""


def names(cursor: Cursor) -> dict[int, dict[int, str]]:
    """Index to name of functions and of data segments, by subsection, as far as the name section is readable."""
    entries: dict[int, dict[int, str]] = {FUNCTION_NAMES: {}, DATA_NAMES: {}}
    try:
        while cursor.left:
            kind = cursor.byte()
            inner = cursor.within(cursor.u32())
            if kind not in entries:
                continue
            for _ in range(inner.count("names", limits.FUNCTIONS)):
                index = inner.u32()
                entries[kind][index] = inner.name()
    except Malformed:
        pass
    return entries


def producers(cursor: Cursor) -> Producers:
    """(field, name, version) of each tool that processed the module; empty if the section is broken."""
    entries: list[tuple[str, str, str]] = []
    try:
        for _ in range(cursor.count("fields", MAX_ITEMS)):
            field = cursor.name()
            entries += [(field, cursor.name(), cursor.name()) for _ in range(cursor.count("values", MAX_ITEMS))]
    except Malformed:
        return ()
    return tuple(entries)


def target_features(cursor: Cursor) -> tuple[str, ...]:
    """Features with their prefix (`+simd128`: used, `-`: forbidden); empty if the section is broken."""
    entries: list[str] = []
    try:
        for _ in range(cursor.count("features", MAX_ITEMS)):
            prefix = chr(cursor.byte())
            entries.append(prefix + cursor.name())
    except Malformed:
        return ()
    return tuple(entries)
