"""Whether a command has a main: what linkers write for one that nobody defined."""

import pytest

from tests.support import wasm_bytes as a
from wasmforge.wasm.cursor import Cursor
from wasmforge.wasm.missing_main import direct_calls, lacks_main

UNREACHABLE, CALL, DROP = b"\x00", b"\x10", b"\x1a"

ZERO = b"\x41\x00"

STUB = a.body(UNREACHABLE)

TYPES = (a.signature(), a.signature(a.I32 + a.I32, a.I32), a.signature(b"", a.I32))


def module(start: bytes, *others: tuple[int, bytes], names: str = "_start") -> bytes:
    """A module whose function 0 is `start`; others are (type, body)."""
    return a.library(
        types=TYPES,
        functions=(0, *(kind for kind, _ in others)),
        bodies=(a.body(start), *(body for _, body in others)),
        exports=(a.exported(names, a.FUNC, 0),),
    )


CALLS_STUB = CALL + b"\x01" + DROP
ARGUMENTS = ZERO + ZERO


@pytest.mark.parametrize(
    ("data", "has_none"),
    [
        (module(ARGUMENTS + CALLS_STUB, (1, STUB)), True),
        (module(CALLS_STUB, (2, STUB)), True),
        (module(CALLS_STUB, (2, a.body(ARGUMENTS + CALL + b"\x02")), (1, STUB)), True),
        (module(b"\x02\x40" + ZERO + b"\x28\x02\x80\x08" + b"\x0d\x00\x0b" + CALLS_STUB, (2, STUB)), True),
        (module(CALLS_STUB, (2, a.body(ZERO)), (1, STUB)), False),
        (module(CALLS_STUB, (2, a.body(ZERO + UNREACHABLE))), False),
        (module(CALLS_STUB, (2, a.body(CALL + b"\x02" + ZERO)), (0, STUB)), False),
        (module(ARGUMENTS + CALLS_STUB, (1, STUB), names="run"), False),
        (b"\0asm\1\0\0\0", False),
        (module(CALLS_STUB, (2, STUB))[:-3], False),
    ],
)
def test_a_main_that_is_a_stub(data: bytes, has_none: bool) -> None:
    assert lacks_main(data) is has_none


def test_calls_are_told_as_far_as_instructions_are_known() -> None:
    code = (
        b"\x00" + CALL + b"\x05" + b"\xfc\x0a\x00\x00" + b"\xfe\x10\x02\x00" + CALL + b"\x06\xfd\x0c" + CALL + b"\x07"
    )
    assert direct_calls(Cursor(memoryview(code))) == [5, 6]
