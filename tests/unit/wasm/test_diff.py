"""Where two modules differ first: section, function, byte."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.wasm_bytes import EMPTY_BODY, body, custom, exported, library, signature
from wasmforge.wasm import read
from wasmforge.wasm.diff import first_difference, first_differing_offset

ONE = b"\x01"
"""The instruction nop."""


def made(*, second: bytes = EMPTY_BODY, data: bytes = b"data", tail: bytes = b"") -> bytes:
    """A module with two functions, the second exported as `f`."""
    return library(
        types=(signature(),),
        functions=(0, 0),
        exports=(exported("f", 0, 1),),
        bodies=(EMPTY_BODY, second),
        data=(data,),
        tail=tail,
    )


def test_a_function_is_named() -> None:
    one, other = made(second=body(ONE)), made(second=body(b"\x00"))
    found = first_difference(one, other)
    assert (found.section, found.function, found.sizes) == ("section code", "f", (len(one), len(other)))
    assert one[found.offset] == 1
    assert other[found.offset] == 0


def test_what_moves_behind_a_longer_function_is_not_the_difference() -> None:
    found = first_difference(made(data=b"a"), made(data=b"b", second=body(ONE * 300)))
    assert (found.section, found.function) == ("section code", "f")


def test_sections_are_found_by_name() -> None:
    one = made(data=b"1 first")
    assert first_difference(one, made(data=b"2 first")).section == "section data"
    found = first_difference(made(tail=custom("build", b"1")), made(tail=custom("build", b"2")))
    assert found.section == "custom section build"
    assert first_difference(one, made(data=b"1 first", tail=custom("more", b""))).section == "custom section more"
    assert first_difference(made(tail=custom("more", b"")), made()).section == "custom section more"


def test_files_that_are_no_modules() -> None:
    assert first_difference(b"text", b"test").offset == 2
    assert first_difference(made(), b"").offset == 0


def test_a_size_that_is_written_in_another_way_has_no_section() -> None:
    one = made()
    other = one[:9] + bytes([one[9] | 0x80, 0]) + one[10:]  # the first section's size in two bytes
    assert read(other)
    found = first_difference(one, other)
    assert (found.section, found.offset) == ("", 9)


@given(st.binary(max_size=50), st.binary(max_size=50), st.binary(max_size=50))
def test_the_first_byte_that_differs(start: bytes, one: bytes, other: bytes) -> None:
    one, other = start + one, start + other
    at = first_differing_offset(one, other)
    assert one[:at] == other[:at]
    assert at == min(len(one), len(other)) or one[at] != other[at]
