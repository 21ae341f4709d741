"""Whatever is wrong with the bytes, the reader says so in one way, soon, and without taking memory for promises."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import wasm_bytes as a
from tests.support.examples import examples
from wasmforge.wasm import Malformed, read

HUGE = b"\xff\xff\xff\xff\x0f"
"""2**32 - 1 as LEB128."""

VALID = a.module(
    a.section(1, a.vec(a.signature(a.I32, a.I64), b"\x4e" + a.vec(b"\x5f\x01\x63\x00\x01", b"\x5e\x78\x00"))),
    a.section(2, a.vec(a.imported("env", "log", a.FUNC, a.leb(0)), a.imported("env", "g", a.GLOBAL, b"\x7f\x00"))),
    a.section(3, a.vec(a.leb(0))),
    a.section(4, a.vec(b"\x40\x00\x70\x00\x02\xd0\x70\x0b")),
    a.section(5, a.vec(b"\x07\x01" + a.leb(2**40))),
    a.section(13, a.vec(b"\x00\x00")),
    a.section(6, a.vec(b"\x7b\x00\xfd\x0c" + bytes(16) + b"\x0b", b"\x64\x01\x00\xfb\x08\x01\x00\x0b")),
    a.section(7, a.vec(a.exported("log", a.FUNC, 0), a.exported("global", a.GLOBAL, 1), a.exported("t", a.TABLE, 0))),
    a.section(8, a.leb(0)),
    a.section(10, a.vec(a.EMPTY_BODY)),
    a.custom("name", a.section(1, a.vec(a.leb(1) + a.name("inner")))),
    a.custom("producers", a.vec(a.name("language") + a.vec(a.name("C11") + a.name("")))),
    a.custom("target_features", a.vec(b"+" + a.name("simd128"))),
)

BROKEN = {
    "empty": (b"", 0, "the file is empty"),
    "text": (b"(module)", 0, "not a WebAssembly binary: it begins with b'(mod'"),
    "short magic": (b"\0as", 3, "unexpected end within the first 8 bytes"),
    "short version": (b"\0asm\x01\0", 4, "unexpected end within the first 8 bytes"),
    "version": (b"\0asm\x02\0\0\0", 4, "unknown version 02 00 00 00"),
    "section id": (a.module(a.section(99, b"")), 8, "unknown section 99"),
    "component section id": (a.COMPONENT_PREAMBLE + a.section(13, b""), 8, "unknown section 13"),
    "section longer than the file": (
        a.module(b"\x01\x7f\x00"), 10, "unexpected end: 127 bytes are announced, but only 1 are left",
    ),
    "section longer than what it holds": (a.module(a.section(5, b"\x00\x00\x00")), 11, "2 bytes too many"),
    "section shorter than what it holds": (a.module(b"\x05\x01\x01\x00\x01"), 10, "1 memories are announced, but only"),
    "repeated": (a.module(a.section(5, a.vec()), a.section(5, a.vec())), 13, "the memory section is repeated"),
    "out of order": (a.module(a.section(5, a.vec()), a.section(1, a.vec())), 13, "the type section is repeated or out"),
    "over-long integer": (a.module(a.section(5, b"\x80\x80\x80\x80\x80\x00")), 10, "integer longer than 32 bits"),
    "over-large integer": (a.module(a.section(8, b"\xff\xff\xff\xff\x1f")), 10, "integer larger than 32 bits"),
    "over-large signed": (
        a.module(a.section(6, a.vec(b"\x7f\x00\x41\xff\xff\xff\xff\x0f\x0b"))), 14, "integer larger than 32 bits",
    ),
    "name": (a.module(a.section(7, b"\x01\x02\xc3\x28\x00\x00")), 11, "name is not UTF-8"),
    "custom section's name": (a.module(a.section(0, b"\x01\xff")), 10, "name is not UTF-8"),
    "value type": (a.module(a.section(1, a.vec(a.signature(b"\x01")))), 13, "unknown type 0x01"),
    "heap type": (a.module(a.section(4, a.vec(b"\x64\x41\x00\x00"))), 11, "unknown heap type"),
    "type form": (a.module(a.section(1, a.vec(b"\x33"))), 11, "unknown form of type 0x33"),
    "type index": (a.library(functions=(7,)), 17, "type 7 does not exist"),
    "not a function type": (
        a.library(types=(b"\x5e\x7f\x00",), functions=(0,)), 20, "type 0 is not a function type",
    ),
    "export index": (
        a.library(exports=(a.exported("mem", a.MEMORY, 1),)), 23, "export 'mem' is memory 1, which does not exist",
    ),
    "export kind": (a.module(a.section(7, a.vec(b"\x00\x09\x00"))), 12, "unknown kind of import or export 0x09"),
    "constant": (a.module(a.section(6, a.vec(b"\x7f\x00\x10\x00\x0b"))), 13, "instruction 0x10 in a constant"),
    "mutability": (a.module(a.section(6, a.vec(b"\x7f\x02\x0b"))), 12, "global mutability is 0x2"),
    "memory flags": (a.module(a.section(5, a.vec(b"\x10\x01"))), 11, "unknown memory flags 0x10"),
    "page size": (a.module(a.section(5, a.vec(b"\x08\x01" + HUGE))), 11, "memory page of 2**4294967295 bytes"),
    "missing bodies": (
        a.module(a.section(1, a.vec(a.signature())), a.section(3, a.vec(b"\x00"))), 18, "1 functions are declared, 0",
    ),
    "body longer than its section": (a.module(a.section(10, b"\x01\x05\x00")), 12, "unexpected end: 5 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_place_and_words(case: str) -> None:
    data, offset, what = BROKEN[case]
    with pytest.raises(Malformed) as error:
        read(data)
    assert error.value.what.startswith(what)
    assert error.value.offset == offset
    assert str(error.value) == f"offset {offset:#x}: {error.value.what}"


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 10, 13])
def test_a_count_of_two_to_the_32_takes_no_memory(number: int) -> None:
    data = a.module(a.section(number, HUGE + bytes(1000)))
    tracemalloc.start()
    try:
        with pytest.raises(Malformed, match="announced"):
            read(data)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_a_count_above_what_engines_accept() -> None:
    data = a.module(a.section(3, a.leb(1_000_001) + bytes(1_000_001)))
    with pytest.raises(Malformed, match="1000001 functions: more than the 1000000 that engines accept"):
        read(data)


def test_200_megabytes_are_stepped_over() -> None:
    size = 200 * 1024 * 1024
    head = a.module(a.section(1, a.vec(a.signature())), a.section(3, a.vec(b"\0")))
    body = one_body(size)
    data = bytearray(len(head + body) + size)
    data[: len(head + body)] = head + body
    tracemalloc.start()
    started = time.process_time()
    try:
        module = read(memoryview(data))
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()
    assert module.functions[0].size == size
    assert time.process_time() - started < 1


def one_body(size: int) -> bytes:
    """The head of a code section with one body of `size` bytes."""
    inner = a.leb(1) + a.leb(size)
    return b"\x0a" + a.leb(len(inner) + size) + inner


def test_the_valid_module_is_valid() -> None:
    module = read(VALID)
    assert [f.name for f in module.functions] == ["inner"]
    assert [e.name for e in module.exports] == ["log", "global", "t"]


def readable(data: bytes) -> None:
    """Reads, or says why not; nothing else."""
    started = time.process_time()
    try:
        module = read(data)
    except Malformed as error:
        assert 0 <= error.offset <= len(data)
    else:
        assert module.size == len(data)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("length", range(len(VALID)))
def test_every_truncation(length: int) -> None:
    readable(VALID[:length])


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes(data: bytes) -> None:
    readable(data)
    readable(a.PREAMBLE + data)
    readable(a.COMPONENT_PREAMBLE + data)


@settings(deadline=None)
@given(st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 10, 13]), st.binary(max_size=100))
def test_random_sections(number: int, payload: bytes) -> None:
    readable(a.module(a.section(number, payload)))


@settings(max_examples=examples(500), deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), min_size=1, max_size=4))
def test_mutations(changes: list[tuple[int, int]]) -> None:
    data = bytearray(VALID)
    for position, byte in changes:
        data[position] = byte
    readable(bytes(data))
