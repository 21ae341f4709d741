"""The headers of native code: what made it and for what; and bytes that are cut short or lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import aot_headers
from wasmforge.model.aot import AotCode
from wasmforge.wasm import Malformed
from wasmforge.wasm.aot_header import read_aot

ALL = (aot_headers.wamr(), aot_headers.wasmtime(), aot_headers.wasmedge())


def test_each_compilers_header() -> None:
    made = read_aot(aot_headers.wamr(6, "thumbv7em", 0b1101))
    assert made == AotCode(format="wamr", version="6", target="thumbv7em", needs=("simd", "threads", "reference-types"))
    assert str(read_aot(aot_headers.wasmtime())) == "wasmtime 50 for x86_64-unknown-linux-gnu"
    assert str(read_aot(aot_headers.wasmedge(3, machine=183))) == "wasmedge 3 for aarch64"


def test_a_component_is_told_from_a_module() -> None:
    kinds = [read_aot(aot_headers.wasmtime(flags=flags)) for flags in (1, 2)]
    assert [n.kind for n in kinds if n] == ["module", "component"]


@pytest.mark.parametrize(
    "data", [b"", b"\0asm\x01\0\0\0", b"\x7fELF", aot_headers.wasmedge(symbol="main"), aot_headers.elf({})]
)
def test_what_is_no_native_code_of_theirs(data: bytes) -> None:
    assert read_aot(data) is None


@pytest.mark.parametrize("data", ALL)
def test_a_file_cut_short_is_malformed_or_nothing(data: bytes) -> None:
    for end in range(len(data)):
        try:
            assert read_aot(data[:end]) is None
        except Malformed:
            continue


@given(st.sampled_from(ALL), st.lists(st.tuples(st.integers(0, 2**12), st.integers(0, 255)), max_size=8))
def test_damage_never_gives_more_than_an_answer_or_malformed(data: bytes, damage: list[tuple[int, int]]) -> None:
    damaged = bytearray(data)
    for at, byte in damage:
        damaged[at % len(data)] = byte
    try:
        read_aot(bytes(damaged))
    except Malformed:
        return
