"""Traps in one wording: the table is without contradiction, and reads what engines really print."""

import re

import pytest

from wasmforge.model.traps import INDISTINGUISHABLE, KINDS, comparable, kind_of

WORDS = [(kind, words) for kind, engines in KINDS.items() for said in engines.values() for words in said]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_itself(kind: str) -> None:
    assert kind_of(kind) == kind


@pytest.mark.parametrize(("kind", "words"), [w for w in WORDS if re.fullmatch(r"[\w ]+", w[1])])
def test_the_words_of_an_engine_mean_one_kind(kind: str, words: str) -> None:
    assert kind_of(words) == kind


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("RuntimeError: null function or function signature mismatch", "indirect call type mismatch"),
        ("null function or function signature (expected i32) mismatch", "indirect call type mismatch"),
        ("wasm trap: wasm `unreachable` instruction executed", "unreachable"),
        ("RangeError: Maximum call stack size exceeded", "call stack exhausted"),
        ("wasm operand stack overflow", "call stack exhausted"),
        ("Exception: out of bounds memory access", "out of bounds memory access"),
        ("STACK_OVERFLOW".lower().replace("_", " "), "call stack exhausted"),
        ("table index is out of bounds", "out of bounds table access"),
        ("abort: index out of range in assembly/index.ts:3:7", ""),
        ("an unreachable place", ""),
        ("", ""),
    ],
)
def test_what_engines_print(said: str, kind: str) -> None:
    assert kind_of(said) == kind


def test_what_an_engine_cannot_tell_apart_compares_alike() -> None:
    assert comparable("null function or function signature mismatch") == comparable("uninitialized element")
    assert comparable("dereferencing a null pointer") == comparable("uninitialized element")
    assert comparable("table index is out of bounds") == comparable("undefined element")
    assert comparable("float unrepresentable in integer range") == comparable("integer overflow")
    assert comparable("integer overflow") != comparable("integer divide by zero")


def test_words_that_are_not_known_stay() -> None:
    assert comparable("abort: no") == "abort: no"
    assert set(INDISTINGUISHABLE) <= set(KINDS)
