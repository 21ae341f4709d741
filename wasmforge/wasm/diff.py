"""Finds the first difference of two modules, by section and function. Pure."""

from itertools import zip_longest

from wasmforge.model.module import Module, Section
from wasmforge.model.reproducibility import FirstDifference
from wasmforge.wasm.cursor import Cursor, Malformed
from wasmforge.wasm.reader import read


def first_difference(one: bytes, other: bytes) -> FirstDifference:
    """The first difference of two different files; modules are compared section by section."""
    try:
        module, against = read(one), read(other)
    except Malformed:
        return FirstDifference(offset=first_differing_offset(one, other), sizes=(len(one), len(other)))
    for mine, theirs in zip_longest(module.sections, against.sections):
        if mine is None or theirs is None or (mine.name, mine.custom) != (theirs.name, theirs.custom):
            section = mine or theirs
            offset = mine.offset if mine else len(one)
            return FirstDifference(offset=offset, sizes=(len(one), len(other)), section=_named(section))
        if _content(one, mine) != _content(other, theirs):
            offset = mine.offset + first_differing_offset(_content(one, mine), _content(other, theirs))
            function = _function(one, module, mine, offset)
            return FirstDifference(offset=offset, sizes=(len(one), len(other)), section=_named(mine), function=function)
    return FirstDifference(offset=first_differing_offset(one, other), sizes=(len(one), len(other)))


def first_differing_offset(one: bytes, other: bytes) -> int:
    """The offset of the first difference; the length of the shorter one if it is a prefix of the other."""
    length = min(len(one), len(other))
    if one[:length] == other[:length]:
        return length
    low, high = 0, length  # the prefixes are equal up to low, and not up to high
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
    """The name or `#index` of the function whose body (or its size) contains the offset."""
    if section.custom or section.name != "code":
        return ""
    cursor = Cursor(memoryview(data), section.offset, section.offset + section.size)
    cursor.u32()
    for function in module.functions:
        cursor.skip(cursor.u32())
        if offset < cursor.position:
            return function.name or f"#{function.index}"
    return ""
