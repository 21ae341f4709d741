"""Finds where two modules differ first, by section and function rather than by what moved behind it. Pure."""

from itertools import zip_longest

from wasmforge.model.module import Module, Section
from wasmforge.model.twice import Spot
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.malformed import Malformed
from wasmforge.wasm.reader import read


def spot(one: bytes, other: bytes) -> Spot:
    """The first difference of two files that are not equal; modules are compared section by section."""
    try:
        module, against = read(one), read(other)
    except Malformed:
        return Spot(offset=first(one, other), sizes=(len(one), len(other)))
    for mine, theirs in zip_longest(module.sections, against.sections):
        if mine is None or theirs is None or (mine.name, mine.custom) != (theirs.name, theirs.custom):
            section = mine or theirs
            offset = mine.offset if mine else len(one)
            return Spot(offset=offset, sizes=(len(one), len(other)), section=_named(section))
        if _content(one, mine) != _content(other, theirs):
            offset = mine.offset + first(_content(one, mine), _content(other, theirs))
            function = _function(one, module, mine, offset)
            return Spot(offset=offset, sizes=(len(one), len(other)), section=_named(mine), function=function)
    return Spot(offset=first(one, other), sizes=(len(one), len(other)))


def first(one: bytes, other: bytes) -> int:
    """Where two byte strings differ first; the length of the shorter one when it begins the other."""
    length = min(len(one), len(other))
    if one[:length] == other[:length]:
        return length
    low, high = 0, length  # the beginnings are equal up to low, and not up to high
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _content(data: bytes, section: Section) -> bytes:
    return data[section.offset : section.offset + section.size]


def _named(section: Section) -> str:
    return f"custom section {section.name}" if section.custom else f"section {section.name}"


def _function(data: bytes, module: Module, section: Section, offset: int) -> str:
    """The function whose body (or its size) holds the offset, by name or index."""
    if section.custom or section.name != "code":
        return ""
    cursor = Cursor(memoryview(data), section.offset, section.offset + section.size)
    cursor.u32()
    for function in module.functions:
        cursor.skip(cursor.u32())
        if offset < cursor.position:
            return function.name or f"#{function.index}"
    return ""
