"""Detects commands without a main: their `_start` ends in a stub, which linkers put in place of an undefined `main`.

Only the bodies of `_start` and of the functions it calls are decoded.
"""

from collections.abc import Callable

from wasmforge.model.module import FuncType
from wasmforge.wasm.add_function import CODE, EXPORT, FUNCTION, TYPE
from wasmforge.wasm.cursor import Cursor, Malformed
from wasmforge.wasm.reader import read
from wasmforge.wasm.type_section import FuncTypes, read_types

STUB = b"\x00\x00\x0b"
"""No locals, `unreachable`, `end`: LLVM's linker writes this for an undefined weak function."""

MAIN = FuncType(params=("i32", "i32"), results=("i32",))
"""C's `main` with its arguments."""

PLAIN_MAIN = FuncType(results=("i32",))
"""C's `main` without arguments, and libc's function that collects them."""

CALL, RETURN_CALL = 0x10, 0x12

U32 = frozenset({0x07, 0x08, 0x09, 0x0C, 0x0D, 0x10, 0x12, 0x14, 0x15, 0x18, 0xD2, *range(0x20, 0x27), 0x3F, 0x40})
"""Opcodes with one index as immediate."""

TWO_U32 = frozenset({0x11, 0x13})
BLOCKS = frozenset({0x02, 0x03, 0x04, 0x06})
BARE = frozenset({0x00, 0x01, 0x05, 0x0A, 0x0B, 0x0F, 0x19, 0x1A, 0x1B, 0xD1, 0xD3, *range(0x45, 0xC5)})
MEMORY = range(0x28, 0x3F)
BR_TABLE, TYPED_SELECT, REF_NULL, BULK, ATOMIC, FENCE = 0x0E, 0x1C, 0xD0, 0xFC, 0xFE, 3
BULK_INDEXES = {**dict.fromkeys(range(8), 0), 8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1}
MULTI_MEMORY = 0x40
"""The bit of an alignment before a memory index."""


def lacks_main(data: bytes) -> bool:
    """Whether `_start` calls, directly or through libc, a `main` that is a linker's stub.

    False if unknown: an optimizer rewrote a body, or it cannot be decoded.
    """
    try:
        return _has_no_main(data)
    except (Malformed, IndexError, KeyError):  # an invalid module, which another rule reports
        return False


def _has_no_main(data: bytes) -> bool:
    view = memoryview(data)
    sections = _sections(view)
    code = sections.get(CODE)
    start = _start(sections[EXPORT]) if EXPORT in sections else None
    if start is None or code is None or data.find(bytes([len(STUB)]) + STUB, code.position, code.end) < 0:
        return False
    imported = sum(i.kind == "func" for i in read(data).imports)
    bodies = [code.within(code.u32()) for _ in range(code.u32())]
    types = _types(sections)

    def stub(index: int, *kinds: FuncType) -> bool:
        own = index - imported
        if not 0 <= own < len(bodies) or types[own] not in kinds:
            return False
        return view[bodies[own].position : bodies[own].end] == STUB

    def called(index: int) -> list[int]:
        own = index - imported
        if not 0 <= own < len(bodies):
            return []
        return direct_calls(Cursor(view, bodies[own].position, bodies[own].end))

    for callee in called(start):
        if stub(callee, MAIN, PLAIN_MAIN):
            return True
        own = callee - imported
        if 0 <= own < len(bodies) and types[own] == PLAIN_MAIN and any(stub(c, MAIN) for c in called(callee)):
            return True
    return False


def direct_calls(cursor: Cursor) -> list[int]:
    """Indexes of functions that the body at the cursor calls directly, up to the first unknown instruction."""
    for _ in range(cursor.u32()):
        cursor.u32()
        _skip_type(cursor)
    callees: list[int] = []
    while cursor.left:
        opcode = cursor.byte()
        if opcode in {CALL, RETURN_CALL}:
            callees.append(cursor.u32())
        elif not _skip(cursor, opcode):
            break
    return callees


def _skip(cursor: Cursor, opcode: int) -> bool:
    """Move past an instruction's immediates; False if they are unknown."""
    if opcode == BULK:
        return _skip_bulk(cursor)
    if opcode not in SKIPS:
        return opcode in BARE
    SKIPS[opcode](cursor)
    return True


def _skip_bulk(cursor: Cursor) -> bool:
    second = cursor.u32()
    for _ in range(BULK_INDEXES.get(second, 0)):
        cursor.u32()
    return second in BULK_INDEXES


def _skip_atomic(cursor: Cursor) -> None:
    if cursor.u32() == FENCE:
        cursor.skip(1)
    else:
        _skip_memory(cursor)


def _skip_indexes(cursor: Cursor, count: int) -> None:
    for _ in range(count):
        cursor.u32()


def _skip_types(cursor: Cursor) -> None:
    for _ in range(cursor.u32()):
        _skip_type(cursor)


def _skip_memory(cursor: Cursor) -> None:
    if cursor.u32() & MULTI_MEMORY:
        cursor.u32()
    cursor.u64()


def _skip_block_type(cursor: Cursor) -> None:
    if cursor.peek() in {0x63, 0x64}:
        _skip_type(cursor)
    else:
        cursor.signed(33)


def _skip_type(cursor: Cursor) -> None:
    if cursor.byte() in {0x63, 0x64}:  # a reference, with its heap type
        cursor.signed(33)


SKIPS: dict[int, Callable[[Cursor], object]] = {
    **dict.fromkeys(U32, Cursor.u32),
    **dict.fromkeys(TWO_U32, lambda cursor: _skip_indexes(cursor, 2)),
    **dict.fromkeys(BLOCKS, _skip_block_type),
    **dict.fromkeys(MEMORY, _skip_memory),
    0x41: lambda cursor: cursor.signed(32),
    0x42: lambda cursor: cursor.signed(64),
    0x43: lambda cursor: cursor.skip(4),
    0x44: lambda cursor: cursor.skip(8),
    BR_TABLE: lambda cursor: _skip_indexes(cursor, cursor.u32() + 1),
    TYPED_SELECT: _skip_types,
    REF_NULL: lambda cursor: cursor.signed(33),
    ATOMIC: _skip_atomic,
}
"""How to skip the immediates of each opcode."""


def _sections(view: memoryview) -> dict[int, Cursor]:
    """A cursor over each standard section; nothing is copied."""
    cursor = Cursor(view, 8)
    sections: dict[int, Cursor] = {}
    while cursor.left:
        number = cursor.byte()
        sections[number] = cursor.within(cursor.u32())
    return sections


def _start(cursor: Cursor) -> int | None:
    for _ in range(cursor.u32()):
        name, kind, index = cursor.name(), cursor.byte(), cursor.u32()
        if (name, kind) == ("_start", 0):
            return index
    return None


def _types(sections: dict[int, Cursor]) -> list[FuncType | None]:
    types: FuncTypes = []
    read_types(sections[TYPE], types)
    cursor = sections[FUNCTION]
    return [types[cursor.u32()] for _ in range(cursor.u32())]
