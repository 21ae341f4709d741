"""Arguments become values that fit the parameters, or a reason."""

import base64
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.model.smoke import Argument, Buffer
from wasmforge.runtimes.arguments import (
    BadArgumentError,
    argument_words,
    encode_values,
    expected_bytes,
    fit_argument,
    format_number,
    format_scalar,
    initial_bytes,
    natural_value,
    quote,
)


@given(st.integers(-(2**31), 2**32 - 1))
def test_an_i32_is_taken_signed_or_unsigned_and_keeps_its_bits(value: int) -> None:
    text = fit_argument(value, "i32", "argument 1", text_ok=False).text
    assert struct.pack("<i", int(text)) == struct.pack("<q", value)[:4]


@given(st.integers(-(2**63), 2**64 - 1))
def test_an_i64_is_taken_signed_or_unsigned_and_keeps_its_bits(value: int) -> None:
    text = fit_argument(value, "i64", "argument 1", text_ok=False).text
    assert (int(text) - value) % 2**64 == 0
    assert -(2**63) <= int(text) < 2**63


@given(st.floats())
def test_an_f64_survives_the_way_there(value: float) -> None:
    back = float(fit_argument(value, "f64", "argument 1", text_ok=False).text)
    assert back == value or (math.isnan(back) and math.isnan(value))


@pytest.mark.parametrize(
    ("argument", "kind", "text"),
    [
        (True, "i32", "1"),
        (False, "i64", "0"),
        (True, "f32", "1.0"),
        (3, "f64", "3.0"),
        (0.1, "f32", "0.10000000149011612"),
        (math.nan, "f32", "NaN"),
        (-math.inf, "f64", "-Infinity"),
    ],
)
def test_scalars_fit(argument: Argument, kind: str, text: str) -> None:
    assert fit_argument(argument, kind, "argument 1", text_ok=False).text == text


@pytest.mark.parametrize(
    ("argument", "kind", "reason"),
    [
        (2**32, "i32", "argument 1 is 4294967296, which does not fit an i32"),
        (-(2**31) - 1, "i32", "argument 1 is -2147483649, which does not fit an i32"),
        (2**64, "i64", "argument 1 is 18446744073709551616, which does not fit an i64"),
        (1.0, "i32", "argument 1 is 1.0, but the parameter is an i32: give a whole number"),
        (1e300, "f32", "argument 1 is 1e+300, which does not fit an f32"),
        (10**400, "f64", f"argument 1 is {10**400}, which does not fit an f64"),
        ("x", "i32", 'argument 1 is text, and the parameter is i32: use { utf8 = "…" } to pass its address'),
        (1, "externref", "argument 1 is for a parameter of type externref, which a smoke test cannot pass"),
        (Buffer(size=1), "f32", "argument 1 is a buffer, but the parameter is f32, not an address"),
    ],
)
def test_what_does_not_fit_says_why(argument: Argument, kind: str, reason: str) -> None:
    with pytest.raises(BadArgumentError) as caught:
        fit_argument(argument, kind, "argument 1", text_ok=False)
    assert str(caught.value) == reason


def test_glue_gets_what_javascript_has() -> None:
    kinds = [natural_value(a, "argument 1").kind for a in ("x", True, 1, 2**53 + 1, 0.5, Buffer(utf8="x"))]
    assert kinds == ["string", "bool", "number", "i64", "f64", "buffer"]
    assert fit_argument("x", "i32", "argument 1", text_ok=True).kind == "string"


@pytest.mark.parametrize(
    ("buffer", "data"),
    [
        (Buffer(utf8="aé"), b"a\xc3\xa9"),
        (Buffer(hex="00 ff"), b"\x00\xff"),
        (Buffer(u8=(0, 255)), b"\x00\xff"),
        (Buffer(i32=(-1, 258)), b"\xff\xff\xff\xff\x02\x01\x00\x00"),
        (Buffer(f32=(1.0,)), b"\x00\x00\x80\x3f"),
        (Buffer(f64=(1.0,)), b"\x00\x00\x00\x00\x00\x00\xf0\x3f"),
        (Buffer(size=3), b"\0\0\0"),
        (Buffer(size=0), b""),
    ],
)
def test_what_a_buffer_holds(buffer: Buffer, data: bytes) -> None:
    assert initial_bytes(buffer, "argument 1") == data
    value = fit_argument(buffer, "i32", "argument 1", text_ok=False)
    assert (value.kind, base64.b64decode(value.text)) == ("buffer", data)


@pytest.mark.parametrize(
    ("buffer", "reason"),
    [
        (Buffer(), "a1: a buffer takes exactly one of utf8, cstring, hex, u8, i32, f32, f64, size; this one has none"),
        (
            Buffer(utf8="x", size=1),
            "a1: a buffer takes exactly one of utf8, cstring, hex, u8, i32, f32, f64, size; this one has",
        ),
        (Buffer(hex="0g"), "a1: '0g' is not hexadecimal"),
        (Buffer(u8=(0, 256)), "a1: 256 is out of range for u8"),
        (Buffer(i32=(2**31,)), "a1: 2147483648 is out of range for i32"),
        (Buffer(f32=(1e300,)), "a1: 1e+300 is out of range for f32"),
        (Buffer(size=-1), "a1: size must be from 0 to 1073741824"),
        (Buffer(size=2**40), "a1: size must be from 0 to 1073741824"),
    ],
)
def test_a_buffer_that_says_nothing_useful(buffer: Buffer, reason: str) -> None:
    with pytest.raises(BadArgumentError) as caught:
        initial_bytes(buffer, "a1")
    assert str(caught.value).startswith(reason)


def test_what_a_buffer_becomes() -> None:
    assert expected_bytes(Buffer(size=1), "a1") is None
    assert expected_bytes(Buffer(size=4, becomes_f32=(1.0,)), "a1") == ("f32", b"\x00\x00\x80\x3f")
    assert expected_bytes(Buffer(size=1, becomes_sha256="AB" * 32), "a1") == ("sha256", b"\xab" * 32)
    for buffer, reason in (
        (
            Buffer(size=4, becomes_u8=(1,), becomes_hex="01"),
            "a1: a buffer takes one becomes-* key; this one has hex, u8",
        ),
        (Buffer(size=4, becomes_sha256="ab"), "a1: becomes-sha256 must have 64 hexadecimal digits"),
        (Buffer(size=3, becomes_f32=(1.0,)), "a1: becomes-f32 has 4 bytes, the buffer 3"),
        (Buffer(size=3, becomes_u8=(-1,)), "a1, becomes-u8: -1 is out of range for u8"),
    ):
        with pytest.raises(BadArgumentError) as caught:
            expected_bytes(buffer, "a1")
        assert str(caught.value) == reason


@given(st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_integers_are_little_endian(values: list[int]) -> None:
    data = encode_values("i32", tuple(values), "a1")
    assert [int.from_bytes(data[i : i + 4], "little", signed=True) for i in range(0, len(data), 4)] == values


def test_words_of_a_command() -> None:
    assert argument_words(("a b", 1, True, 0.5)) == ("a b", "1", "true", "0.5")
    with pytest.raises(BadArgumentError, match="argument 1 has a NUL"):
        argument_words(("a\0b",))
    with pytest.raises(BadArgumentError, match="argument 2 is a buffer"):
        argument_words(("a", Buffer(size=1)))


@given(st.text())
def test_quoted_text_is_one_line(text: str) -> None:
    assert len(quote(text).splitlines()) == 1 or any(c in text for c in "\x85\u2028\u2029")
    assert "\n" not in quote(text)


def test_showing() -> None:
    assert [format_scalar(v) for v in (True, 1, 0.5, 'a"\n')] == ["true", "1", "0.5", '"a\\"\\n"']
    assert [format_number(v) for v in (math.nan, math.inf, -math.inf, -0.0)] == ["NaN", "Infinity", "-Infinity", "-0.0"]
