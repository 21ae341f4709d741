"""Converts arguments of a test to the parameter types of a function. Pure."""

import base64
import math
import struct

from wasmforge.model.smoke import EXPECTED_KEYS, INITIAL_KEYS, Argument, Buffer, Scalar
from wasmforge.runtimes.protocol import Value

MAX_BUFFER_BYTES = 1 << 30
"""The largest buffer argument."""


class BadArgumentError(ValueError):
    """An argument that cannot be passed; the message says why."""


class UnsupportedArgumentError(Exception):
    """Why a runtime cannot run any test on this module: the reason in one line."""


def fit_argument(argument: Argument, kind: str, place: str, *, text_ok: bool) -> Value:
    """Make `argument` a value for a parameter of type `kind` (`i32`, …); `text_ok`: glue may take text.

    Raises BadArgumentError, with `place` ("argument 1") in its message.
    """
    if isinstance(argument, Buffer):
        if kind not in {"i32", "i64"}:
            raise BadArgumentError(f"{place} is a buffer, but the parameter is {kind}, not an address")
        return Value(kind="buffer", text=base64.b64encode(initial_bytes(argument, place)).decode())
    if isinstance(argument, str):
        if not text_ok:
            raise BadArgumentError(
                f'{place} is text, and the parameter is {kind}: use {{ utf8 = "…" }} to pass its address'
            )
        return Value(kind="string", text=argument)
    if kind == "i32":
        return Value(kind="i32", text=_integer(argument, 32, place))
    if kind == "i64":
        return Value(kind="i64", text=_integer(argument, 64, place))
    if kind == "f32":
        return Value(kind="f32", text=_float(argument, "f", place))
    if kind == "f64":
        return Value(kind="f64", text=_float(argument, "d", place))
    raise BadArgumentError(f"{place} is for a parameter of type {kind}, which a smoke test cannot pass")


def natural_value(argument: Argument, place: str) -> Value:
    """Convert an argument without a type to what JavaScript takes, for functions of the glue that the module lacks."""
    if isinstance(argument, str):
        return Value(kind="string", text=argument)
    if isinstance(argument, bool):
        return Value(kind="bool", text=str(argument).lower())
    if isinstance(argument, int):
        safe = abs(argument) <= 2**53
        return Value(kind="number", text=str(argument)) if safe else fit_argument(argument, "i64", place, text_ok=True)
    return fit_argument(argument, "i32" if isinstance(argument, Buffer) else "f64", place, text_ok=True)


def argument_words(arguments: tuple[Argument, ...]) -> tuple[str, ...]:
    """A command's arguments as text; raises BadArgumentError for a buffer."""
    return tuple(_word(a, f"argument {i}") for i, a in enumerate(arguments, 1))


def initial_bytes(buffer: Buffer, place: str) -> bytes:
    """The initial content of a buffer; raises BadArgumentError when there is none, or more than one."""
    keys = [name for name in INITIAL_KEYS if getattr(buffer, name) is not None]
    if len(keys) != 1:
        names = ", ".join(INITIAL_KEYS)
        raise BadArgumentError(
            f"{place}: a buffer takes exactly one of {names}; this one has {', '.join(keys) or 'none'}"
        )
    if buffer.size is not None:
        if not 0 <= buffer.size <= MAX_BUFFER_BYTES:
            raise BadArgumentError(f"{place}: size must be from 0 to {MAX_BUFFER_BYTES}")
        return bytes(buffer.size)
    return encode_values(keys[0], getattr(buffer, keys[0]), place)


def expected_bytes(buffer: Buffer, place: str) -> tuple[str, bytes] | None:
    """The `becomes-*` key of a buffer and its bytes, if any. Raises BadArgumentError for several, or a bad value."""
    keys = [name for name in EXPECTED_KEYS if getattr(buffer, f"becomes_{name}") is not None]
    if not keys:
        return None
    if len(keys) > 1:
        raise BadArgumentError(f"{place}: a buffer takes one becomes-* key; this one has {', '.join(keys)}")
    name, value = keys[0], getattr(buffer, f"becomes_{keys[0]}")
    data = encode_values("hex" if name == "sha256" else name, value, f"{place}, becomes-{name}")
    if name == "sha256" and len(data) != 32:
        raise BadArgumentError(f"{place}: becomes-sha256 must have 64 hexadecimal digits")
    if name != "sha256" and len(data) > len(initial_bytes(buffer, place)):
        raise BadArgumentError(
            f"{place}: becomes-{name} has {len(data)} bytes, the buffer {len(initial_bytes(buffer, place))}"
        )
    return name, data


def encode_values(name: str, value: str | tuple[float, ...], place: str) -> bytes:
    """The bytes of a buffer key's value; raises BadArgumentError for a number out of range or bad hexadecimal."""
    if isinstance(value, str):
        try:
            return bytes.fromhex(value) if name == "hex" else value.encode() + (b"\0" if name == "cstring" else b"")
        except ValueError:
            raise BadArgumentError(
                f"{place}: {value[:40]!r} is not {'hexadecimal' if name == 'hex' else 'text'}"
            ) from None
    letter = {"u8": "B", "i32": "i", "f32": "f", "f64": "d"}[name]
    try:
        return struct.pack(f"<{len(value)}{letter}", *value)
    except (struct.error, OverflowError):
        bad = next((v for v in value if not _packs(letter, v)), "a number")
        raise BadArgumentError(f"{place}: {bad} is out of range for {name}") from None


def format_scalar(value: Scalar) -> str:
    """A scalar as TOML would write it, without line breaks."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quote(value)
    return repr(value)


def quote(text: str, most: int = 80) -> str:
    """Text in double quotes on one line, cut after `most` characters."""
    import json

    return json.dumps(text if len(text) <= most else text[:most] + "…", ensure_ascii=False)


def format_number(value: float) -> str:
    """A number as both Python and JavaScript read it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def _integer(argument: bool | int | float, bits: int, place: str) -> str:
    if isinstance(argument, float):
        raise BadArgumentError(f"{place} is {argument!r}, but the parameter is an i{bits}: give a whole number")
    if not -(1 << (bits - 1)) <= argument < (1 << bits):
        raise BadArgumentError(f"{place} is {argument}, which does not fit an i{bits}")
    value = int(argument)
    return str(value - (1 << bits) if value >= 1 << (bits - 1) else value)


def _float(argument: bool | int | float, letter: str, place: str) -> str:
    try:
        value: float = struct.unpack(f"<{letter}", struct.pack(f"<{letter}", float(argument)))[0]
    except OverflowError:
        raise BadArgumentError(f"{place} is {argument}, which does not fit an f{32 if letter == 'f' else 64}") from None
    return format_number(value)


def _packs(letter: str, value: float) -> bool:
    try:
        struct.pack(f"<{letter}", value)
    except (struct.error, OverflowError):
        return False
    return True


def _word(argument: Argument, place: str) -> str:
    if isinstance(argument, Buffer):
        raise BadArgumentError(f"{place} is a buffer, but a command takes words; say `call` to call an export")
    text = argument if isinstance(argument, str) else format_scalar(argument)
    if "\0" in text:
        raise BadArgumentError(f"{place} has a NUL character, which argv cannot carry")
    return text
