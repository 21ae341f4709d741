"""Skips constant expressions, which stand between the types of a module."""

from wasmforge.wasm.cursor import Cursor

END = 0x0B

FIXED = {0x6A: 0, 0x6B: 0, 0x6C: 0, 0x7C: 0, 0x7D: 0, 0x7E: 0, 0x43: 4, 0x44: 8}
"""Bytes after i32 and i64 add, sub, mul (extended-const) and after f32.const and f64.const."""

SIGNED = {0x41: 32, 0x42: 64}
"""Bits after i32.const and i64.const."""

INDEXED = {0x23, 0xD2}
"""global.get, ref.func."""

REF_NULL, SHARED = 0xD0, 0x65

SIMD, V128_CONST, GC = 0xFD, 12, 0xFB

GC_IMMEDIATES = {0: 1, 1: 1, 6: 1, 7: 1, 8: 2, 26: 0, 27: 0, 28: 0}
"""How many u32 follow struct.new(_default), array.new(_default, _fixed), the two conversions and ref.i31."""


def skip_constant(cursor: Cursor) -> None:
    """Move behind a constant expression and its `end`."""
    while True:
        start = cursor.position
        opcode = cursor.byte()
        if opcode == END:
            return
        _skip_immediates(cursor, opcode, start)


def _skip_immediates(cursor: Cursor, opcode: int, start: int) -> None:
    if opcode in INDEXED:
        cursor.u32()
    elif opcode in SIGNED:
        cursor.signed(SIGNED[opcode])
    elif opcode in FIXED:
        cursor.skip(FIXED[opcode])
    elif opcode == REF_NULL:
        if cursor.peek() == SHARED:
            cursor.skip(1)
        cursor.signed(33)
    elif opcode == SIMD and cursor.u32() == V128_CONST:
        cursor.skip(16)
    elif opcode == GC:
        _skip_gc(cursor, start)
    else:
        raise cursor.fail(f"instruction {opcode:#04x} in a constant expression", at=start)


def _skip_gc(cursor: Cursor, start: int) -> None:
    opcode = cursor.u32()
    if opcode not in GC_IMMEDIATES:
        raise cursor.fail(f"instruction 0xfb {opcode:#04x} in a constant expression", at=start)
    for _ in range(GC_IMMEDIATES[opcode]):
        cursor.u32()
