"""Adds an exported function to a core module, after everything in it: existing indexes do not change."""

from collections.abc import Mapping, Sequence

from wasmforge.model.module import FuncType
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.type_section import FuncTypes, read_types

TYPE, IMPORT, FUNCTION, EXPORT, CODE = 1, 2, 3, 7, 10

ORDER = (1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11)
"""Section ids in the order that the specification prescribes."""

VALUES = {"i32": 0x7F, "i64": 0x7E, "f32": 0x7D, "f64": 0x7C}


def add_function(data: bytes, name: str, kind: FuncType, locals_: Sequence[str], body: bytes) -> bytes:
    """The module `data` with a function `name` of numbers only; `body` is its code without the `end`."""
    sections = _split(data)
    types: FuncTypes = []
    if TYPE in sections:
        read_types(Cursor(memoryview(sections[TYPE])), types)
    index = function_count(data)
    type_entry = bytes([0x60]) + _values(kind.params) + _values(kind.results)
    added = {
        TYPE: type_entry,
        FUNCTION: uleb(len(types)),
        EXPORT: uleb(len(name.encode())) + name.encode() + b"\0" + uleb(index),
        CODE: _sized(uleb(len(locals_)) + b"".join(b"\1" + bytes([VALUES[v]]) for v in locals_) + body + b"\x0b"),
    }
    for number, item in added.items():
        old = Cursor(memoryview(sections.get(number, b"\0")))
        count = old.u32()
        sections[number] = uleb(count + 1) + old.take(old.left) + item
    return data[:8] + b"".join(bytes([n]) + _sized(sections[n]) for n in ORDER if n in sections)


def function_indexes(data: bytes) -> Mapping[str, int]:
    """Exported functions and their indexes."""
    cursor = Cursor(memoryview(_split(data).get(EXPORT, b"\0")))
    indexes: dict[str, int] = {}
    for _ in range(cursor.u32()):
        name, kind, index = cursor.name(), cursor.byte(), cursor.u32()
        if kind == 0:
            indexes[name] = index
    return indexes


def function_count(data: bytes) -> int:
    """The number of functions, imported ones included."""
    from wasmforge.wasm.reader import read

    defined = Cursor(memoryview(_split(data).get(FUNCTION, b"\0"))).u32()
    return defined + sum(i.kind == "func" for i in read(data).imports)


def uleb(value: int) -> bytes:
    """Unsigned LEB128."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def sleb(value: int) -> bytes:
    """Signed LEB128."""
    out = bytearray()
    while not -64 <= value < 64:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value & 0x7F])


def _split(data: bytes) -> dict[int, bytes]:
    """The content of each standard section by id; custom sections are dropped."""
    cursor = Cursor(memoryview(data), 8)
    sections: dict[int, bytes] = {}
    while cursor.left:
        number = cursor.byte()
        content = cursor.take(cursor.u32())
        if number:
            sections[number] = content
    return sections


def _sized(content: bytes) -> bytes:
    return uleb(len(content)) + content


def _values(types: Sequence[str]) -> bytes:
    return uleb(len(types)) + bytes(VALUES[t] for t in types)
