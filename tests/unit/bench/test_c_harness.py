"""The `main` that times a call: what it declares, reads, calls and leaves."""

import pytest

from wasmforge.bench.c_harness import c_harness
from wasmforge.bench.participants import EncodedArgument
from wasmforge.model.module import FuncType


def test_numbers_and_buffers() -> None:
    func_type = FuncType(params=("i32", "i32", "f32", "i32"), results=("i64",))
    args = (
        EncodedArgument(kind="i32", value="-2147483648"),
        EncodedArgument(kind="buffer", value="/t/argument-2"),
        EncodedArgument(kind="f32", value="0.5"),
        EncodedArgument(kind="buffer", value="/t/argument-4", of="f32"),
    )
    text = c_harness("mix", func_type, args, (16, 64))
    call = "((int32_t)(-2147483647LL - 1), b2, (float)0.5, b4)"
    for words in (
        "int64_t mix(int32_t, void *, float, void *);",
        'void *b2 = read_buffer("/argument-2", 16);',
        'void *b4 = read_buffer("/argument-4", 64);',
        'write_buffer("/out.0", b2, 16);',
        'write_buffer("/out.1", b4, 64);',
        f"int64_t result = mix{call};",
        f"again{call};",
        'printf("%lld',
    ):
        assert words in text


def test_nothing_given_and_nothing_returned() -> None:
    text = c_harness("mix", FuncType(params=(), results=()), (), ())
    for words in ("void mix(void);", "static void (*volatile again)(void) = mix;", "    mix();", "again();"):
        assert words in text
    assert "result =" not in text


@pytest.mark.parametrize(
    ("value", "spelled"), [("NaN", "(0.0 / 0.0)"), ("-Infinity", "(-1.0 / 0.0)"), ("1e30", "1e30")]
)
def test_floats_that_c_has_no_word_for(value: str, spelled: str) -> None:
    func_type = FuncType(params=("f64",), results=("f64",))
    assert f"mix((double){spelled})" in c_harness("mix", func_type, (EncodedArgument(kind="f64", value=value),), ())
