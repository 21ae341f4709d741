"""The bytes of a bench's arguments: written out, random, or read from a file by whoever asks."""

import array
import random
import sys
from collections.abc import Callable

from wasmforge.model.bench import GIVEN, Input, Of

SEED = 0x5EED
"""Where random bytes begin; the generator of Python's `random` gives the same ones in every version."""

SIZES = {"u8": 1, "i32": 4, "f32": 4, "f64": 8}
"""Bytes of an element."""

MOST = 1 << 30
"""Bytes that an argument may have."""


class BadInput(ValueError):  # noqa: N818 - names what is wrong, as Unfit does
    """An argument that stands for no bytes; the message says why."""


def content(given: Input, read: Callable[[str], bytes], nth: int) -> bytes:
    """The bytes of the `nth` argument. `read` gives those of a file; what it raises goes through. Raises BadInput."""
    said = [key for key in GIVEN if getattr(given, key) is not None]
    if len(said) != 1:
        raise BadInput(f"takes exactly one of {', '.join(GIVEN)}; this one has {', '.join(said) or 'none'}")
    if given.file is not None:
        data = read(given.file)
    elif given.utf8 is not None:
        data = given.utf8.encode()
    elif given.hex is not None:
        data = _hex(given.hex)
    else:
        count = given.zeros if given.random is None else given.random
        assert count is not None  # noqa: S101 - it is the only key left
        if not 0 < count * SIZES[given.of] <= MOST:
            raise BadInput(f"{said[0]} must come to between 1 and {MOST} bytes")
        data = bytes(count * SIZES[given.of]) if given.random is None else _random(count, given.of, nth)
    if len(data) % SIZES[given.of]:
        raise BadInput(f"has {len(data)} bytes, which is no number of {given.of}")
    return data


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BadInput("is not hexadecimal") from None


def _random(count: int, of: Of, nth: int) -> bytes:
    """Floats have 24 random bits, which each of the kinds holds exactly."""
    source = random.Random(SEED + nth)  # noqa: S311 - must be the same each time
    if of == "u8":
        return source.randbytes(count)
    words = array.array("I", source.randbytes(4 * count))
    if sys.byteorder == "big":
        words.byteswap()
    values = words if of == "i32" else array.array("f" if of == "f32" else "d", ((w >> 8) / 2**23 - 1 for w in words))
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
