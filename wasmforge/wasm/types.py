"""Reads WebAssembly types (values, limits, memories, tables, globals) into names of the text format."""

from wasmforge.model.module import GlobalType, MemoryType, TableType
from wasmforge.wasm.const_expr import skip_constant
from wasmforge.wasm.cursor import Cursor

NUMBERS = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64", 0x7B: "v128"}

PACKED = {0x78: "i8", 0x77: "i16"}
"""Packed types, which only fields of structs and arrays have."""

HEAPS = {
    0x70: "func",
    0x6F: "extern",
    0x6E: "any",
    0x6D: "eq",
    0x6C: "i31",
    0x6B: "struct",
    0x6A: "array",
    0x69: "exn",
    0x68: "cont",
    0x71: "none",
    0x72: "noextern",
    0x73: "nofunc",
    0x74: "noexn",
    0x75: "nocont",
}

SHORT = {heap: f"{heap}ref" for heap in HEAPS.values()} | {
    "none": "nullref",
    "noextern": "nullexternref",
    "nofunc": "nullfuncref",
    "noexn": "nullexnref",
    "nocont": "nullcontref",
}
"""Short names of `(ref null …)` in the text format."""

REF, REF_NULL, SHARED = 0x64, 0x63, 0x65

PAGE = 16
"""A page of 64 KiB, as a power of two."""


def value_type(cursor: Cursor) -> str:
    """A value type: `i32`, `v128`, `externref`, `(ref null 3)`."""
    start = cursor.position
    byte = cursor.byte()
    if byte in NUMBERS:
        return NUMBERS[byte]
    return _reference(cursor, byte, start)


def reference_type(cursor: Cursor) -> str:
    """A reference type, as tables hold them."""
    start = cursor.position
    return _reference(cursor, cursor.byte(), start)


def storage_type(cursor: Cursor) -> str:
    """A value type, or a packed one."""
    if cursor.peek() in PACKED:
        return PACKED[cursor.byte()]
    return value_type(cursor)


def memory_type(cursor: Cursor) -> MemoryType:
    """A memory type; bounds in other page sizes are given in pages of 64 KiB, rounded up."""
    start = cursor.position
    flags = _flags(cursor, 0x0F, "memory")
    minimum, maximum = _bounds(cursor, flags)
    if flags & 8:
        size = cursor.u32()
        if size > PAGE:
            raise cursor.fail(f"memory page of 2**{size} bytes", at=start)
        minimum = _pages(minimum, size)
        maximum = None if maximum is None else _pages(maximum, size)
    return MemoryType(minimum=minimum, maximum=maximum, shared=bool(flags & 2), index="i64" if flags & 4 else "i32")


def table_type(cursor: Cursor) -> TableType:
    """A table type, without the initial value that a table section may add."""
    element = reference_type(cursor)
    minimum, maximum = _bounds(cursor, _flags(cursor, 0x07, "table"))
    return TableType(element=element, minimum=minimum, maximum=maximum)


def defined_table(cursor: Cursor) -> TableType:
    """A table of the table section: its type and, after 0x40 0x00, the initial value of its elements."""
    if cursor.peek() != 0x40:
        return table_type(cursor)
    cursor.skip(1)
    if cursor.byte() != 0:
        raise cursor.fail("unknown form of table", at=cursor.position - 1)
    table = table_type(cursor)
    skip_constant(cursor)
    return table


def global_type(cursor: Cursor) -> GlobalType:
    """A global's value type and whether it may change."""
    value = value_type(cursor)
    mutable = cursor.byte()
    if mutable > 1:
        raise cursor.fail(f"global mutability is {mutable:#x}, not 0 or 1", at=cursor.position - 1)
    return GlobalType(value=value, mutable=mutable == 1)


def _reference(cursor: Cursor, byte: int, start: int) -> str:
    if byte in HEAPS:
        return SHORT[HEAPS[byte]]
    if byte == SHARED:
        return f"(ref null (shared {_abstract(cursor)}))"
    if byte not in {REF, REF_NULL}:
        raise cursor.fail(f"unknown type {byte:#04x}", at=start)
    null = byte == REF_NULL
    if cursor.peek() == SHARED:
        cursor.skip(1)
        heap = f"(shared {_abstract(cursor)})"
    elif cursor.peek() in HEAPS:
        heap = _abstract(cursor)
        if null:
            return SHORT[heap]
    else:
        index = cursor.signed(33)
        if index < 0:
            raise cursor.fail("unknown heap type", at=start)
        heap = str(index)
    return f"(ref {'null ' if null else ''}{heap})"


def _abstract(cursor: Cursor) -> str:
    byte = cursor.byte()
    if byte not in HEAPS:
        raise cursor.fail(f"unknown heap type {byte:#04x}", at=cursor.position - 1)
    return HEAPS[byte]


def _flags(cursor: Cursor, known: int, what: str) -> int:
    flags = cursor.byte()
    if flags & ~known:
        raise cursor.fail(f"unknown {what} flags {flags:#04x}", at=cursor.position - 1)
    return flags


def _bounds(cursor: Cursor, flags: int) -> tuple[int, int | None]:
    bound = cursor.u64 if flags & 4 else cursor.u32
    return bound(), bound() if flags & 1 else None


def _pages(count: int, size: int) -> int:
    return -(-(count << size) >> PAGE)
