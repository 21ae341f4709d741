"""Compares results, buffers and output with what a test expects. Each comparison returns '' or one line. Pure."""

import base64
import hashlib
import math
import struct

from wasmforge.model.smoke import Buffer, CString, Scalar, Smoke
from wasmforge.runtimes.arguments import expected_bytes, format_scalar, quote
from wasmforge.runtimes.protocol import Value


def compare_results(smoke: Smoke, actual: tuple[Value, ...], types: tuple[str, ...] | None) -> str:
    """Compare a call's results; `types` are those the module's export really has, when it is one."""
    if smoke.returns is None or isinstance(smoke.returns, CString):
        return ""
    want = smoke.returns if isinstance(smoke.returns, tuple) else (smoke.returns,)
    if types is not None and len(types) == len(actual):
        actual = tuple(_typed(v, t) for v, t in zip(actual, types, strict=True))
    expected_text = _list(tuple(format_scalar(w) for w in want), isinstance(smoke.returns, tuple))
    shown = _list(tuple(_text(v, want[i] if i < len(want) else None) for i, v in enumerate(actual)), len(actual) != 1)
    if len(want) == len(actual) and all(value_equals(w, v, smoke.tolerance) for w, v in zip(want, actual, strict=True)):
        return ""
    if not actual:
        return f"returned nothing, expected {expected_text}"
    if any(isinstance(w, str) for w in want) and all(v.kind != "string" for v in actual):
        return f"returned {shown}, expected {expected_text}: text comes back only through glue that gives text"
    return f"returned {shown}, expected {expected_text}{_within(smoke.tolerance)}"


def compare_cstring(want: CString, actual: tuple[Value, ...], text: str | None) -> str:
    """Compare the text at the address that a call returned; `text` has its Base64, with the NUL if one was found."""
    expected = quote(want.cstring)
    if len(actual) != 1:
        return f"returned {len(actual) or 'no'} results, expected the address of {expected}"
    if actual[0].kind == "string":
        return f"returned text, not an address: say returns = {expected}"
    if text is None:
        return f"returned {actual[0].text}, expected the address of {expected}"
    if float(actual[0].text) == 0:
        return f"returned a null pointer, expected the address of {expected}"
    read = base64.b64decode(text)
    if read == want.cstring.encode() + b"\0":
        return ""
    whole = read.endswith(b"\0")
    shown = quote(read.removesuffix(b"\0").decode("utf-8", "replace") + ("" if whole else "…"))
    return f"returned the address of {shown}, expected {expected}"


def value_equals(want: Scalar, actual: Value, tolerance: float) -> bool:
    """Whether a result is what was expected; i32 and i64 are equal when their bits are."""
    if isinstance(want, str):
        return actual.kind == "string" and actual.text == want
    if actual.kind in {"string", "other", "buffer"}:
        return False
    if actual.kind == "bool":
        return int(want) == want and int(want) == int(actual.text == "true")
    if actual.kind in {"i32", "i64"} and not isinstance(want, float):
        bits = 32 if actual.kind == "i32" else 64
        inside = -(1 << (bits - 1)) <= want < (1 << bits)
        return inside and (int(want) - int(actual.text)) % (1 << bits) == 0
    return floats_equal(float(want), float(actual.text), tolerance, single=actual.kind == "f32")


def floats_equal(want: float, actual: float, tolerance: float, *, single: bool = False) -> bool:
    """Whether two floats are equal within `tolerance`; `single`: the wanted one is first rounded to f32."""
    if single:
        want = _single(want)
    if math.isnan(want) or math.isnan(actual):
        return math.isnan(want) and math.isnan(actual)
    return want == actual or abs(want - actual) <= tolerance < math.inf


def compare_buffers(smoke: Smoke, actual: tuple[str, ...]) -> str:
    """Compare what the buffer arguments became; `got` has the Base64 of each, in order."""
    left = iter(actual)
    for index, argument in enumerate(smoke.args, 1):
        if isinstance(argument, Buffer):
            reason = _buffer(argument, base64.b64decode(next(left)), f"argument {index}", smoke.tolerance)
            if reason:
                return reason
    return ""


def compare_text(name: str, want: str | None, actual: bytes) -> str:
    """Compare what was printed to the stream `name`; None: anything is right."""
    if want is None or want.encode() == actual:
        return ""
    expected_lines, lines = want.split("\n"), actual.decode("utf-8", "replace").split("\n")
    if lines == expected_lines:
        return f"{name} is not UTF-8 where it differs"
    for number, (w, g) in enumerate(zip(expected_lines, lines, strict=False), 1):
        if w != g and not (g == "" and number == len(lines)) and not (w == "" and number == len(expected_lines)):
            return f"{name}: line {number} is {quote(g)}, expected {quote(w)}"
    return _compare_ending(name, expected_lines, lines)


def _compare_ending(name: str, expected_lines: list[str], lines: list[str]) -> str:
    """The difference of two texts of which one begins with the other."""
    full, seen = (
        expected_lines[:-1] if expected_lines[-1] == "" else expected_lines,
        lines[:-1] if lines[-1] == "" else lines,
    )
    if len(full) > len(seen):
        return f"{name}: line {len(seen) + 1} is missing, expected {quote(full[len(seen)])}"
    if len(seen) > len(full):
        return f"{name}: line {len(full) + 1} is {quote(seen[len(full)])}, expected the end"
    return f"{name}: ends {'without' if expected_lines[-1] == '' else 'with'} a line break"


def _buffer(buffer: Buffer, actual: bytes, place: str, tolerance: float) -> str:
    expected_lines = expected_bytes(buffer, place)
    if expected_lines is None:
        return ""
    name, want = expected_lines
    if name == "sha256":
        digest = hashlib.sha256(actual).hexdigest()
        return "" if digest == want.hex() else f"{place} has SHA-256 {digest}, expected {want.hex()}"
    actual = actual[: len(want)]
    if actual == want:
        return ""
    if name in {"f32", "f64"}:
        return _floats(name, want, actual, place, tolerance)
    if name in {"utf8", "cstring"}:
        return f"{place} became {quote(actual.decode('utf-8', 'replace'))}, expected {quote(want.decode())}"
    size, form = (4, "<i") if name == "i32" else (1, "<B")
    at = next(i for i in range(0, len(want), size) if actual[i : i + size] != want[i : i + size])
    g, w = (struct.unpack_from(form, data, at)[0] for data in (actual, want))
    if name == "hex":
        return f"{place}: byte {at} became {g:02x}, expected {w:02x}"
    return f"{place}: element {at // size} became {g}, expected {w}"


def _floats(name: str, want: bytes, actual: bytes, place: str, tolerance: float) -> str:
    letter, size = ("f", 4) if name == "f32" else ("d", 8)
    form = f"<{len(want) // size}{letter}"
    for index, (w, g) in enumerate(zip(struct.unpack(form, want), struct.unpack(form, actual), strict=True)):
        if not floats_equal(w, g, tolerance):
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
