"""Fits a test's arguments to a function's parameters; pure."""

import base64
import math
import struct

from wasmforge.model.smoke import BECOMES, HOLDS, Argument, Buffer, Scalar
from wasmforge.smoke.wire import Value

MOST_BUFFER = 1 << 30
"""Bytes that a buffer argument may have."""


class Unfit(ValueError):  # noqa: N818 - names what is wrong with the argument, as Malformed does
    """An argument that cannot be passed; the message says why."""


class Unable(Exception):  # noqa: N818 - like Unfit, a reason and no error
    """Why a runtime cannot run any test on this module: the reason in one line."""


def fit(argument: Argument, kind: str, place: str, *, text_ok: bool) -> Value:
    """Make `argument` a value for a parameter of type `kind` (`i32`, …); `text_ok`: glue may take text.

    Raises Unfit, with `place` ("argument 1") in its message.
    """
    if isinstance(argument, Buffer):
        if kind not in {"i32", "i64"}:
            raise Unfit(f"{place} is a buffer, but the parameter is {kind}, not an address")
        return Value(kind="buffer", text=base64.b64encode(initial(argument, place)).decode())
    if isinstance(argument, str):
        if not text_ok:
            raise Unfit(f'{place} is text, and the parameter is {kind}: use {{ utf8 = "…" }} to pass its address')
        return Value(kind="string", text=argument)
    if kind == "i32":
        return Value(kind="i32", text=_integer(argument, 32, place))
    if kind == "i64":
        return Value(kind="i64", text=_integer(argument, 64, place))
    if kind == "f32":
        return Value(kind="f32", text=_float(argument, "f", place))
    if kind == "f64":
        return Value(kind="f64", text=_float(argument, "d", place))
    raise Unfit(f"{place} is for a parameter of type {kind}, which a smoke test cannot pass")


def natural(argument: Argument, place: str) -> Value:
    """Make `argument` what JavaScript would take, for glue whose functions differ from the module's exports."""
    if isinstance(argument, str):
        return Value(kind="string", text=argument)
    if isinstance(argument, bool):
        return Value(kind="bool", text=str(argument).lower())
    if isinstance(argument, int):
        safe = abs(argument) <= 2**53
        return Value(kind="number", text=str(argument)) if safe else fit(argument, "i64", place, text_ok=True)
    return fit(argument, "i32" if isinstance(argument, Buffer) else "f64", place, text_ok=True)


def words(arguments: tuple[Argument, ...]) -> tuple[str, ...]:
    """A command's arguments as text; raises Unfit for a buffer."""
    return tuple(_word(a, f"argument {i}") for i, a in enumerate(arguments, 1))


def initial(buffer: Buffer, place: str) -> bytes:
    """The bytes that a buffer holds at first; raises Unfit when it does not say exactly that."""
    given = [name for name in HOLDS if getattr(buffer, name) is not None]
    if len(given) != 1:
        names = ", ".join(HOLDS)
        raise Unfit(f"{place}: a buffer takes exactly one of {names}; this one has {', '.join(given) or 'none'}")
    if buffer.size is not None:
        if not 0 <= buffer.size <= MOST_BUFFER:
            raise Unfit(f"{place}: size must be from 0 to {MOST_BUFFER}")
        return bytes(buffer.size)
    return encode(given[0], getattr(buffer, given[0]), place)


def expected(buffer: Buffer, place: str) -> tuple[str, bytes] | None:
    """Which `becomes-*` a buffer has and the bytes it stands for; raises Unfit when there are several or it is bad."""
    given = [name for name in BECOMES if getattr(buffer, f"becomes_{name}") is not None]
    if not given:
        return None
    if len(given) > 1:
        raise Unfit(f"{place}: a buffer takes one becomes-* key; this one has {', '.join(given)}")
    name, value = given[0], getattr(buffer, f"becomes_{given[0]}")
    data = encode("hex" if name == "sha256" else name, value, f"{place}, becomes-{name}")
    if name == "sha256" and len(data) != 32:
        raise Unfit(f"{place}: becomes-sha256 must have 64 hexadecimal digits")
    if name != "sha256" and len(data) > len(initial(buffer, place)):
        raise Unfit(f"{place}: becomes-{name} has {len(data)} bytes, the buffer {len(initial(buffer, place))}")
    return name, data


def encode(name: str, value: str | tuple[float, ...], place: str) -> bytes:
    """The bytes of a buffer key's value; raises Unfit for a number out of range or bad hexadecimal."""
    if isinstance(value, str):
        try:
            return bytes.fromhex(value) if name == "hex" else value.encode()
        except ValueError:
            raise Unfit(f"{place}: {value[:40]!r} is not {'hexadecimal' if name == 'hex' else 'text'}") from None
    letter = {"u8": "B", "i32": "i", "f32": "f", "f64": "d"}[name]
    try:
        return struct.pack(f"<{len(value)}{letter}", *value)
    except (struct.error, OverflowError):
        bad = next((v for v in value if not _packs(letter, v)), "a number")
        raise Unfit(f"{place}: {bad} is out of range for {name}") from None


def show(value: Scalar) -> str:
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


def number(value: float) -> str:
    """A number as both Python and JavaScript read it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def _integer(argument: bool | int | float, bits: int, place: str) -> str:
    if isinstance(argument, float):
        raise Unfit(f"{place} is {argument!r}, but the parameter is an i{bits}: give a whole number")
    if not -(1 << (bits - 1)) <= argument < (1 << bits):
        raise Unfit(f"{place} is {argument}, which does not fit an i{bits}")
    value = int(argument)
    return str(value - (1 << bits) if value >= 1 << (bits - 1) else value)


def _float(argument: bool | int | float, letter: str, place: str) -> str:
    try:
        value: float = struct.unpack(f"<{letter}", struct.pack(f"<{letter}", float(argument)))[0]
    except OverflowError:
        raise Unfit(f"{place} is {argument}, which does not fit an f{32 if letter == 'f' else 64}") from None
    return number(value)


def _packs(letter: str, value: float) -> bool:
    try:
        struct.pack(f"<{letter}", value)
    except (struct.error, OverflowError):
        return False
    return True


def _word(argument: Argument, place: str) -> str:
    if isinstance(argument, Buffer):
        raise Unfit(f"{place} is a buffer, but a command takes words; say `call` to call an export")
    text = argument if isinstance(argument, str) else show(argument)
    if "\0" in text:
        raise Unfit(f"{place} has a NUL character, which argv cannot carry")
    return text
