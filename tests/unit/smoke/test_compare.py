"""What came out is compared with what was expected, and the first difference is said."""

import base64
import hashlib
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.model.smoke import Buffer, CString, Scalar, Smoke
from wasmforge.runtimes.arguments import format_number
from wasmforge.runtimes.protocol import Value
from wasmforge.smoke import compare


def value(kind: str, text: str) -> Value:
    return Value(kind=kind, text=text)  # type: ignore[arg-type]


@given(st.integers(-(2**31), 2**31 - 1))
def test_an_i32_equals_itself_signed_and_unsigned_and_not_its_neighbour(n: int) -> None:
    got = value("i32", str(n))
    assert compare.value_equals(n, got, 0)
    assert compare.value_equals(n % 2**32, got, 0)
    assert not compare.value_equals(n + 1 if n < 2**31 - 1 else 0, got, 0)
    assert not compare.value_equals(n + 2**32, got, 0) or n < 0


@given(st.floats())
def test_a_float_equals_itself(x: float) -> None:
    assert compare.value_equals(x, value("f64", format_number(x)), 0)
    single = struct.unpack("<f", struct.pack("<f", x))[0] if abs(x) < 1e38 else math.nan
    assert compare.floats_equal(x if abs(x) < 1e38 else math.nan, single, 0, single=True)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 10))
def test_tolerance_is_absolute(want: float, got: float, tolerance: float) -> None:
    assert compare.floats_equal(want, got, tolerance) == (abs(want - got) <= tolerance)


@pytest.mark.parametrize(
    ("want", "got", "equal"),
    [
        (True, value("i32", "1"), True),
        (True, value("i32", "2"), False),
        (False, value("bool", "false"), True),
        (1, value("bool", "true"), True),
        (2, value("bool", "true"), False),
        (3.0, value("i32", "3"), True),
        (3, value("f64", "3.0"), True),
        (math.nan, value("f32", "NaN"), True),
        (0, value("f32", "NaN"), False),
        (math.inf, value("f64", "Infinity"), True),
        (1e300, value("f32", "Infinity"), True),
        ("a", value("string", "a"), True),
        ("1", value("i32", "1"), False),
        (1, value("string", "1"), False),
        (2**32, value("i32", "0"), False),
    ],
)
def test_same(want: Scalar, got: Value, equal: bool) -> None:
    assert compare.value_equals(want, got, 0) is equal


@pytest.mark.parametrize(
    ("returns", "got", "types", "reason"),
    [
        (None, (value("i32", "5"),), ("i32",), ""),
        (5, (value("i32", "5"),), ("i32",), ""),
        (5, (value("number", "5"),), ("i32",), ""),
        (0.1, (value("number", "0.10000000149011612"),), ("f32",), ""),
        (-1, (value("number", "4294967295"),), ("i32",), ""),
        (6, (value("i32", "5"),), ("i32",), "returned 5, expected 6"),
        (2**32 - 1, (value("i32", "-2"),), ("i32",), "returned 4294967294, expected 4294967295"),
        ((1, 2), (value("i32", "1"),), ("i32",), "returned 1, expected [1, 2]"),
        (1, (value("i32", "1"), value("i32", "2")), None, "returned [1, 2], expected 1"),
        (1, (), (), "returned nothing, expected 1"),
        (
            "a",
            (value("i32", "8"),),
            ("i32",),
            'returned 8, expected "a": text comes back only through glue that gives text',
        ),
        ("a", (value("string", "b\n"),), ("i32",), 'returned "b\\n", expected "a"'),
        (1, (value("other", "a Map"),), ("i32",), "returned a Map, expected 1"),
        (1.0, (value("number", "1.5"),), ("f64",), "returned 1.5, expected 1.0 (within 0.25)"),
    ],
)
def test_results(
    returns: Scalar | tuple[Scalar, ...] | None, got: tuple[Value, ...], types: tuple[str, ...] | None, reason: str
) -> None:
    assert (
        compare.compare_results(
            Smoke(call="f", returns=returns, tolerance=0.25 if "within" in reason else 0), got, types
        )
        == reason
    )


@pytest.mark.parametrize(
    ("buffer", "got", "reason"),
    [
        (Buffer(size=3, becomes_utf8="abc"), b"abc", ""),
        (Buffer(size=9, becomes_utf8="abc"), b"abcdefghi", ""),
        (Buffer(size=3, becomes_utf8="abc"), b"a\nc", 'argument 1 became "a\\nc", expected "abc"'),
        (Buffer(size=3, becomes_hex="010203"), b"\x01\x02\xff", "argument 1: byte 2 became ff, expected 03"),
        (Buffer(size=3, becomes_u8=(1, 2, 3)), b"\x01\x02\xff", "argument 1: element 2 became 255, expected 3"),
        (Buffer(size=8, becomes_i32=(1, -2)), struct.pack("<2i", 1, 2), "argument 1: element 1 became 2, expected -2"),
        (Buffer(size=8, becomes_f32=(1.0, math.nan)), struct.pack("<2f", 1.05, math.nan), ""),
        (
            Buffer(size=16, becomes_f64=(1.0, 2.0)),
            struct.pack("<2d", 1.0, 2.5),
            "argument 1: element 1 became 2.5, expected 2.0 (within 0.1)",
        ),
        (Buffer(size=1, becomes_sha256=hashlib.sha256(b"x").hexdigest()), b"x", ""),
        (
            Buffer(size=1, becomes_sha256="0" * 64),
            b"x",
            f"argument 1 has SHA-256 {hashlib.sha256(b'x').hexdigest()}, expected {'0' * 64}",
        ),
    ],
)
def test_buffers(buffer: Buffer, got: bytes, reason: str) -> None:
    smoke = Smoke(call="f", args=(buffer,), tolerance=0.1)
    assert compare.compare_buffers(smoke, (base64.b64encode(got).decode(),)) == reason


def test_buffers_are_matched_in_order() -> None:
    smoke = Smoke(call="f", args=(1, Buffer(size=1), 2, Buffer(size=1, becomes_u8=(7,))))
    assert compare.compare_buffers(smoke, ("AA==", "Bw==")) == ""
    assert compare.compare_buffers(smoke, ("Bw==", "AA==")) == "argument 4: element 0 became 0, expected 7"


@pytest.mark.parametrize(
    ("want", "got", "reason"),
    [
        (None, b"anything", ""),
        ("", b"", ""),
        ("a\n", b"a\n", ""),
        ("a\nb\n", b"a\nc\n", 'stdout: line 2 is "c", expected "b"'),
        ("a\nb\n", b"a\n\nb\n", 'stdout: line 2 is "", expected "b"'),
        ("a\nb\n", b"a\n", 'stdout: line 2 is missing, expected "b"'),
        ("a\n", b"", 'stdout: line 1 is missing, expected "a"'),
        ("a\n", b"a\nb\n", 'stdout: line 2 is "b", expected the end'),
        ("", b"x", 'stdout: line 1 is "x", expected the end'),
        ("a\n", b"a", "stdout: ends without a line break"),
        ("a", b"a\n", "stdout: ends with a line break"),
        ("a\n\n", b"a\n", 'stdout: line 2 is missing, expected ""'),
        ("x" * 100, b"y" * 100, f'stdout: line 1 is "{"y" * 80}…", expected "{"x" * 80}…"'),
        ("\ufffd", b"\xff", "stdout is not UTF-8 where it differs"),
    ],
)
def test_text(want: str | None, got: bytes, reason: str) -> None:
    assert compare.compare_text("stdout", want, got) == reason


@given(st.text(alphabet="ab\n\r", max_size=8), st.text(alphabet="ab\n\r", max_size=8))
def test_text_differs_exactly_when_its_bytes_do_and_says_so_on_one_line(want: str, got: str) -> None:
    reason = compare.compare_text("stdout", want, got.encode())
    assert (reason == "") == (want == got)
    assert "\n" not in reason


@pytest.mark.parametrize(
    ("actual", "text", "reason"),
    [
        ((value("i32", "16"),), b"1.3.1\0", ""),
        ((value("number", "16"),), b"1.3.1\0", ""),
        ((value("i32", "16"),), b"1.3.1", 'returned the address of "1.3.1…", expected "1.3.1"'),
        ((value("i32", "16"),), b"1.3\0", 'returned the address of "1.3", expected "1.3.1"'),
        ((value("i64", "-16"),), b"1.3.1 and", 'returned the address of "1.3.1 and…", expected "1.3.1"'),
        ((value("i32", "0"),), b"\0", 'returned a null pointer, expected the address of "1.3.1"'),
        ((value("f64", "1.5"),), None, 'returned 1.5, expected the address of "1.3.1"'),
        ((value("string", "1.3.1"),), None, 'returned text, not an address: say returns = "1.3.1"'),
        ((), None, 'returned no results, expected the address of "1.3.1"'),
        ((value("i32", "1"),) * 2, None, 'returned 2 results, expected the address of "1.3.1"'),
    ],
)
def test_a_string_of_c(actual: tuple[Value, ...], text: bytes | None, reason: str) -> None:
    encoded = None if text is None else base64.b64encode(text).decode()
    assert compare.compare_cstring(CString(cstring="1.3.1"), actual, encoded) == reason
