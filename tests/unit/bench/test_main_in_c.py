"""The `main` that times a call: what it declares, reads, calls and leaves."""

import pytest

from wasmforge.bench.contestants import Argument
from wasmforge.bench.main_in_c import main_in_c
from wasmforge.model.module import FuncType


def test_numbers_and_buffers() -> None:
    kind = FuncType(params=("i32", "i32", "f32", "i32"), results=("i64",))
    args = (
        Argument(kind="i32", value="-2147483648"),
        Argument(kind="buffer", value="/t/argument-2"),
        Argument(kind="f32", value="0.5"),
        Argument(kind="buffer", value="/t/argument-4", of="f32"),
    )
    text = main_in_c("mix", kind, args, (16, 64))
    call = "((int32_t)(-2147483647LL - 1), b2, (float)0.5, b4)"
    for words in (
        "int64_t mix(int32_t, void *, float, void *);",
        'void *b2 = filled("/argument-2", 16);',
        'void *b4 = filled("/argument-4", 64);',
        'left("/out.0", b2, 16);',
        'left("/out.1", b4, 64);',
        f"int64_t said = mix{call};",
        f"again{call};",
        'printf("%lld',
    ):
        assert words in text


def test_nothing_given_and_nothing_returned() -> None:
    text = main_in_c("mix", FuncType(params=(), results=()), (), ())
    for words in ("void mix(void);", "static void (*volatile again)(void) = mix;", "    mix();", "again();"):
        assert words in text
    assert "said" not in text


@pytest.mark.parametrize(
    ("value", "spelled"), [("NaN", "(0.0 / 0.0)"), ("-Infinity", "(-1.0 / 0.0)"), ("1e30", "1e30")]
)
def test_floats_that_c_has_no_word_for(value: str, spelled: str) -> None:
    kind = FuncType(params=("f64",), results=("f64",))
    assert f"mix((double){spelled})" in main_in_c("mix", kind, (Argument(kind="f64", value=value),), ())
