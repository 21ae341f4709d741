"""The headers of native code: what made it and for what; and bytes that are cut short or lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.wasm import natives
from wasmforge.model.native import Native
from wasmforge.wasm import Malformed
from wasmforge.wasm.native import read_native

ALL = (natives.wamr(), natives.wasmtime(), natives.wasmedge())


def test_each_compilers_header() -> None:
    made = read_native(natives.wamr(6, "thumbv7em", 0b1101))
    assert made == Native(format="wamr", version="6", target="thumbv7em", needs=("simd", "threads", "reference-types"))
    assert str(read_native(natives.wasmtime())) == "wasmtime 50 for x86_64-unknown-linux-gnu"
    assert str(read_native(natives.wasmedge(3, machine=183))) == "wasmedge 3 for aarch64"


def test_a_component_is_told_from_a_module() -> None:
    kinds = [read_native(natives.wasmtime(flags=flags)) for flags in (1, 2)]
    assert [n.kind for n in kinds if n] == ["module", "component"]


@pytest.mark.parametrize(
    "data", [b"", b"\0asm\x01\0\0\0", b"\x7fELF", natives.wasmedge(symbol="main"), natives.elf({})]
)
def test_what_is_no_native_code_of_theirs(data: bytes) -> None:
    assert read_native(data) is None


@pytest.mark.parametrize("data", ALL)
def test_a_file_cut_short_is_malformed_or_nothing(data: bytes) -> None:
    for end in range(len(data)):
        try:
            assert read_native(data[:end]) is None
        except Malformed:
            continue


@given(st.sampled_from(ALL), st.lists(st.tuples(st.integers(0, 2**12), st.integers(0, 255)), max_size=8))
def test_damage_never_gives_more_than_an_answer_or_malformed(data: bytes, damage: list[tuple[int, int]]) -> None:
    damaged = bytearray(data)
    for at, byte in damage:
        damaged[at % len(data)] = byte
    try:
        read_native(bytes(damaged))
    except Malformed:
        return
