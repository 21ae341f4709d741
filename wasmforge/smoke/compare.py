"""Compares what came out of a run with what the test says; every answer is '' or one line; pure."""

import base64
import hashlib
import math
import struct

from wasmforge.model.smoke import Buffer, Scalar, Smoke
from wasmforge.smoke.values import expected, quote, show
from wasmforge.smoke.wire import Value


def results(smoke: Smoke, got: tuple[Value, ...], types: tuple[str, ...] | None) -> str:
    """Compare a call's results; `types` are those the module's export really has, when it is one."""
    if smoke.returns is None:
        return ""
    want = smoke.returns if isinstance(smoke.returns, tuple) else (smoke.returns,)
    if types is not None and len(types) == len(got):
        got = tuple(_typed(v, t) for v, t in zip(got, types, strict=True))
    said = _list(tuple(show(w) for w in want), isinstance(smoke.returns, tuple))
    shown = _list(tuple(_text(v, want[i] if i < len(want) else None) for i, v in enumerate(got)), len(got) != 1)
    if len(want) == len(got) and all(same(w, v, smoke.tolerance) for w, v in zip(want, got, strict=True)):
        return ""
    if not got:
        return f"returned nothing, expected {said}"
    if any(isinstance(w, str) for w in want) and all(v.kind != "string" for v in got):
        return f"returned {shown}, expected {said}: text comes back only through glue that gives text"
    return f"returned {shown}, expected {said}{_within(smoke.tolerance)}"


def same(want: Scalar, got: Value, tolerance: float) -> bool:
    """Whether a result is what was expected; i32 and i64 are equal when their bits are."""
    if isinstance(want, str):
        return got.kind == "string" and got.text == want
    if got.kind in {"string", "other", "buffer"}:
        return False
    if got.kind == "bool":
        return int(want) == want and int(want) == int(got.text == "true")
    if got.kind in {"i32", "i64"} and not isinstance(want, float):
        bits = 32 if got.kind == "i32" else 64
        inside = -(1 << (bits - 1)) <= want < (1 << bits)
        return inside and (int(want) - int(got.text)) % (1 << bits) == 0
    return close(float(want), float(got.text), tolerance, single=got.kind == "f32")


def close(want: float, got: float, tolerance: float, *, single: bool = False) -> bool:
    """Whether two floats are equal within `tolerance`; `single`: the wanted one is first rounded to f32."""
    if single:
        want = _single(want)
    if math.isnan(want) or math.isnan(got):
        return math.isnan(want) and math.isnan(got)
    return want == got or abs(want - got) <= tolerance < math.inf


def buffers(smoke: Smoke, got: tuple[str, ...]) -> str:
    """Compare what the buffer arguments became; `got` has the Base64 of each, in order."""
    left = iter(got)
    for index, argument in enumerate(smoke.args, 1):
        if isinstance(argument, Buffer):
            reason = _buffer(argument, base64.b64decode(next(left)), f"argument {index}", smoke.tolerance)
            if reason:
                return reason
    return ""


def text(name: str, want: str | None, got: bytes) -> str:
    """Compare what was printed to the stream `name`; None: anything is right."""
    if want is None or want.encode() == got:
        return ""
    wanted, lines = want.split("\n"), got.decode("utf-8", "replace").split("\n")
    if lines == wanted:
        return f"{name} is not UTF-8 where it differs"
    for number, (w, g) in enumerate(zip(wanted, lines, strict=False), 1):
        if w != g and not (g == "" and number == len(lines)) and not (w == "" and number == len(wanted)):
            return f"{name}: line {number} is {quote(g)}, expected {quote(w)}"
    return _ending(name, wanted, lines)


def _ending(name: str, wanted: list[str], lines: list[str]) -> str:
    """Two texts that are equal as far as the shorter one goes."""
    full, seen = wanted[:-1] if wanted[-1] == "" else wanted, lines[:-1] if lines[-1] == "" else lines
    if len(full) > len(seen):
        return f"{name}: line {len(seen) + 1} is missing, expected {quote(full[len(seen)])}"
    if len(seen) > len(full):
        return f"{name}: line {len(full) + 1} is {quote(seen[len(full)])}, expected the end"
    return f"{name}: ends {'without' if wanted[-1] == '' else 'with'} a line break"


def _buffer(buffer: Buffer, got: bytes, place: str, tolerance: float) -> str:
    wanted = expected(buffer, place)
    if wanted is None:
        return ""
    name, want = wanted
    if name == "sha256":
        digest = hashlib.sha256(got).hexdigest()
        return "" if digest == want.hex() else f"{place} has SHA-256 {digest}, expected {want.hex()}"
    got = got[: len(want)]
    if got == want:
        return ""
    if name in {"f32", "f64"}:
        return _floats(name, want, got, place, tolerance)
    if name == "utf8":
        return f"{place} became {quote(got.decode('utf-8', 'replace'))}, expected {quote(want.decode())}"
    size, form = (4, "<i") if name == "i32" else (1, "<B")
    at = next(i for i in range(0, len(want), size) if got[i : i + size] != want[i : i + size])
    g, w = (struct.unpack_from(form, data, at)[0] for data in (got, want))
    if name == "hex":
        return f"{place}: byte {at} became {g:02x}, expected {w:02x}"
    return f"{place}: element {at // size} became {g}, expected {w}"


def _floats(name: str, want: bytes, got: bytes, place: str, tolerance: float) -> str:
    letter, size = ("f", 4) if name == "f32" else ("d", 8)
    form = f"<{len(want) // size}{letter}"
    for index, (w, g) in enumerate(zip(struct.unpack(form, want), struct.unpack(form, got), strict=True)):
        if not close(w, g, tolerance):
            return f"{place}: element {index} became {g!r}, expected {w!r}{_within(tolerance)}"
    return ""


def _typed(value: Value, kind: str) -> Value:
    """JavaScript has one kind of number; the module's type says which it was."""
    if value.kind != "number" or kind not in {"i32", "f32", "f64"}:
        return value
    if kind == "i32":
        whole = value.text.lstrip("-").isdigit()
        return Value(kind="i32", text=value.text) if whole else value
    return Value(kind="f32" if kind == "f32" else "f64", text=value.text)


def _text(value: Value, want: Scalar | None) -> str:
    """A result in words; as unsigned when the expectation is beyond the signed range."""
    if value.kind == "string":
        return quote(value.text)
    if value.kind in {"i32", "i64"} and isinstance(want, int) and want >= 1 << (31 if value.kind == "i32" else 63):
        return str(int(value.text) % (1 << (32 if value.kind == "i32" else 64)))
    return value.text


def _list(words: tuple[str, ...], many: bool) -> str:
    return f"[{', '.join(words)}]" if many else words[0]


def _within(tolerance: float) -> str:
    return f" (within {tolerance:g})" if tolerance else ""


def _single(value: float) -> float:
    try:
        rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return rounded
