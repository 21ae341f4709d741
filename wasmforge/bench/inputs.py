"""Returns the bytes of a benchmark's arguments: written out in forge.toml, random, or from a file."""

import array
import random
import sys
from collections.abc import Callable

from wasmforge.model.bench import INPUT_SOURCES, ElementType, Input

SEED = 0x5EED
"""The seed of random bytes; Python's `random` gives the same ones in every version."""

ELEMENT_BYTES = {"u8": 1, "i32": 4, "f32": 4, "f64": 8}
"""The size of an element."""

MAX_INPUT_BYTES = 1 << 30
"""Bytes that an argument may have."""


class BadInputError(ValueError):
    """An argument has no bytes; the message says why."""


def input_bytes(source: Input, read: Callable[[str], bytes], index: int) -> bytes:
    """The bytes of argument number `index`. `read` returns those of a file, and may raise. Raises BadInputError."""
    keys = [key for key in INPUT_SOURCES if getattr(source, key) is not None]
    if len(keys) != 1:
        raise BadInputError(
            f"takes exactly one of {', '.join(INPUT_SOURCES)}; this one has {', '.join(keys) or 'none'}"
        )
    size = ELEMENT_BYTES[source.of]
    if source.file is not None:
        data = read(source.file)
    elif source.utf8 is not None:
        data = source.utf8.encode()
    elif source.hex is not None:
        data = _from_hex(source.hex)
    else:
        count = source.zeros if source.random is None else source.random
        assert count is not None  # noqa: S101 - it is the only key left
        if not 0 < count * size <= MAX_INPUT_BYTES:
            raise BadInputError(f"{keys[0]} must come to between 1 and {MAX_INPUT_BYTES} bytes")
        data = bytes(count * size) if source.random is None else _random(count, source.of, index)
    if len(data) % size:
        raise BadInputError(f"has {len(data)} bytes, which is not a whole number of {source.of}")
    return data


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BadInputError("is not hexadecimal") from None


def _random(count: int, of: ElementType, index: int) -> bytes:
    """Random elements. Floats have 24 random bits, which both types of floats hold exactly."""
    source = random.Random(SEED + index)  # noqa: S311 - must be the same each time
    if of == "u8":
        return source.randbytes(count)
    words = array.array("I", source.randbytes(4 * count))
    if sys.byteorder == "big":
        words.byteswap()
    values = words if of == "i32" else array.array("f" if of == "f32" else "d", ((w >> 8) / 2**23 - 1 for w in words))
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
