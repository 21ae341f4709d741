"""Reads the type section: function types by index; other types are skipped."""

from wasmforge.model.module import FuncType
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.limits import FIELDS, PARAMETERS, TYPES
from wasmforge.wasm.types import SHARED, storage_type, value_type

REC, SUB, SUB_FINAL = 0x4E, 0x50, 0x4F
FUNC, STRUCT, ARRAY, CONT = 0x60, 0x5F, 0x5E, 0x5D

FuncTypes = list[FuncType | None]
"""The type at each type index: a function type, or None for a struct, an array or a continuation."""


def read_types(cursor: Cursor, types: FuncTypes) -> None:
    """Append every type of the section to `types`."""
    for _ in range(cursor.count("types", TYPES)):
        if cursor.peek() == REC:
            cursor.skip(1)
            for _ in range(cursor.count("types", TYPES)):
                types.append(_sub_type(cursor))
        else:
            types.append(_sub_type(cursor))
        if len(types) > TYPES:
            raise cursor.fail(f"more than {TYPES} types")


def _sub_type(cursor: Cursor) -> FuncType | None:
    if cursor.peek() in {SUB, SUB_FINAL}:
        cursor.skip(1)
        for _ in range(cursor.count("supertypes", TYPES)):
            cursor.u32()
    if cursor.peek() == SHARED:
        cursor.skip(1)
    start = cursor.position
    form = cursor.byte()
    if form == FUNC:
        return FuncType(params=_values(cursor), results=_values(cursor))
    if form == STRUCT:
        for _ in range(cursor.count("fields", FIELDS)):
            _field(cursor)
    elif form == ARRAY:
        _field(cursor)
    elif form == CONT:
        cursor.signed(33)
    else:
        raise cursor.fail(f"unknown form of type {form:#04x}", at=start)
    return None


def _values(cursor: Cursor) -> tuple[str, ...]:
    return tuple([value_type(cursor) for _ in range(cursor.count("value types", PARAMETERS))])


def _field(cursor: Cursor) -> None:
    storage_type(cursor)
    if cursor.byte() > 1:
        raise cursor.fail("field mutability is not 0 or 1", at=cursor.position - 1)
