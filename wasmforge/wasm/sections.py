"""Reads the sections of a core module into its index spaces; sizes of code and data are recorded, elements skipped."""

from collections.abc import Callable

from wasmforge.model.module import ExternKind, ExternType, FuncType, Import
from wasmforge.wasm import limits
from wasmforge.wasm.const_expr import skip_constant
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.index_spaces import EXTERN_KINDS, IndexSpaces
from wasmforge.wasm.type_section import read_types
from wasmforge.wasm.types import defined_table, global_type, memory_type, table_type

ACTIVE, PASSIVE, EXPLICIT = _SEGMENTS = range(3)
"""Data segments: active in memory 0, passive, active in a given memory."""

Reader = Callable[[Cursor, IndexSpaces], None]


def _types(cursor: Cursor, spaces: IndexSpaces) -> None:
    read_types(cursor, spaces.types)


def _imports(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("imports", limits.IMPORTS)):
        module, name = cursor.name(), cursor.name()
        kind = _kind(cursor)
        item = _item(cursor, spaces, kind)
        spaces.imports.append(Import(module=module, name=name, kind=kind, type=item))
        spaces.add(kind, item)
    spaces.imported_funcs = len(spaces.funcs)


def _functions(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("functions", limits.FUNCTIONS)):
        spaces.funcs.append(spaces.signature(cursor))


def _tables(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("tables", limits.TABLES)):
        spaces.tables.append(defined_table(cursor))


def _memories(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("memories", limits.MEMORIES)):
        spaces.memories.append(memory_type(cursor))


def _tags(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("tags", limits.TAGS)):
        spaces.tags.append(_tag(cursor, spaces))


def _globals(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("globals", limits.GLOBALS)):
        spaces.globals.append(global_type(cursor))
        skip_constant(cursor)


def _exports(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("exports", limits.EXPORTS)):
        start = cursor.position
        name = cursor.name()
        spaces.exports.append((name, _kind(cursor), cursor.u32(), start))


def _start(cursor: Cursor, spaces: IndexSpaces) -> None:
    spaces.start = cursor.u32()


def _code(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("function bodies", limits.FUNCTIONS)):
        size = cursor.u32()
        cursor.skip(size)
        spaces.bodies.append(size)


def _data(cursor: Cursor, spaces: IndexSpaces) -> None:
    for _ in range(cursor.count("data segments", limits.DATA)):
        kind = cursor.u32()
        if kind not in _SEGMENTS:
            raise cursor.fail(f"unknown kind of data segment {kind}", at=cursor.position - 1)
        if kind == EXPLICIT:
            cursor.u32()
        if kind != PASSIVE:
            skip_constant(cursor)
        size = cursor.u32()
        cursor.skip(size)
        spaces.data.append(size)


def _skip(cursor: Cursor, spaces: IndexSpaces) -> None:  # noqa: ARG001 - the signature of a reader
    cursor.skip(cursor.left)


SECTIONS: dict[int, tuple[str, Reader]] = {
    1: ("type", _types),
    2: ("import", _imports),
    3: ("function", _functions),
    4: ("table", _tables),
    5: ("memory", _memories),
    13: ("tag", _tags),
    6: ("global", _globals),
    7: ("export", _exports),
    8: ("start", _start),
    9: ("element", _skip),
    12: ("data count", _skip),
    10: ("code", _code),
    11: ("data", _data),
}
"""Name and reader of each section by its id, in the order that the specification prescribes."""

LARGE = frozenset({9, 10, 11})
"""Sections that are not read item by item, so that their size costs nothing."""


def _kind(cursor: Cursor) -> ExternKind:
    byte = cursor.byte()
    if byte >= len(EXTERN_KINDS):
        raise cursor.fail(f"unknown kind of import or export {byte:#04x}", at=cursor.position - 1)
    return EXTERN_KINDS[byte]


def _item(cursor: Cursor, spaces: IndexSpaces, kind: ExternKind) -> ExternType:
    if kind == "func":
        return spaces.signature(cursor)
    if kind == "table":
        return table_type(cursor)
    if kind == "memory":
        return memory_type(cursor)
    if kind == "global":
        return global_type(cursor)
    return _tag(cursor, spaces)


def _tag(cursor: Cursor, spaces: IndexSpaces) -> FuncType:
    if cursor.byte() != 0:
        raise cursor.fail("unknown tag attribute", at=cursor.position - 1)
    return spaces.signature(cursor)
