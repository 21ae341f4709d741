"""The bytes of arguments: the same on every machine, and refused where they are none."""

import array
import hashlib
from typing import NoReturn

import pytest

from wasmforge.bench.inputs import BadInputError, input_bytes
from wasmforge.model.bench import ElementType, Input


def nothing(name: str) -> NoReturn:
    """No file is asked for."""
    pytest.fail(f"{name} was read")


@pytest.mark.parametrize(
    ("of", "nth", "size", "digest"),
    [
        ("u8", 1, 1, "c3cc75fbe97df6d2a0d61f555fdb3d81cea369a9b5841bf6c6b813ddd6605038"),
        ("u8", 2, 1, "7649d7532d0fbfed211f8b24d1bbdf2b5dea314b9da18d9b42b1ba4973dd03e1"),
        ("i32", 1, 4, "8988bd7a4a6f793f7438510ba6706550a2d30086ebe03540a711e1ef0c3e7c95"),
        ("f32", 1, 4, "0a4f9e84c6216ea5693a0c0e9536f2a8c58de2714e825b724191026af0814f45"),
        ("f64", 1, 8, "530c1d2e03e9ae66146ef6355b098eeaac209cd182df30105fa5d3b054f3f65b"),
    ],
)
def test_random_bytes_are_these_on_every_machine(of: ElementType, nth: int, size: int, digest: str) -> None:
    data = input_bytes(Input(random=1000, of=of), nothing, nth)
    assert len(data) == 1000 * size
    assert hashlib.sha256(data).hexdigest() == digest


@pytest.mark.parametrize(("of", "code"), [("f32", "f"), ("f64", "d")])
def test_random_floats_are_from_minus_one_to_one(of: ElementType, code: str) -> None:
    values: array.array[float] = array.array(code, input_bytes(Input(random=5000, of=of), nothing, 1))
    assert -1 <= min(values) < -0.99
    assert 0.99 < max(values) < 1
    assert abs(sum(values) / len(values)) < 0.05


def test_both_kinds_of_floats_are_the_same_numbers() -> None:
    single: array.array[float] = array.array("f", input_bytes(Input(random=500, of="f32"), nothing, 1))
    double: array.array[float] = array.array("d", input_bytes(Input(random=500, of="f64"), nothing, 1))
    assert list(single) == list(double)


@pytest.mark.parametrize(
    ("given", "data"),
    [
        (Input(zeros=3), bytes(3)),
        (Input(zeros=3, of="f64"), bytes(24)),
        (Input(utf8="aé"), b"a\xc3\xa9"),
        (Input(hex="00 fF"), b"\0\xff"),
        (Input(hex="0000803f", of="f32"), array.array("f", [1.0]).tobytes()),
        (Input(utf8=""), b""),
    ],
)
def test_what_is_written_out(given: Input, data: bytes) -> None:
    assert input_bytes(given, nothing, 1) == data


def test_a_file_is_read_by_whoever_asks() -> None:
    assert input_bytes(Input(file="in/x.bin", of="i32"), {"in/x.bin": b"12345678"}.__getitem__, 1) == b"12345678"
    files: dict[str, bytes] = {}
    with pytest.raises(KeyError):
        input_bytes(Input(file="y"), files.__getitem__, 1)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Input(), "takes exactly one of random, zeros, file, utf8, hex; this one has none"),
        (Input(random=1, hex="00"), "takes exactly one of random, zeros, file, utf8, hex; this one has random, hex"),
        (Input(hex="0g"), "is not hexadecimal"),
        (Input(hex="000000", of="i32"), "has 3 bytes, which is not a whole number of i32"),
        (Input(file="x", of="f64"), "has 9 bytes, which is not a whole number of f64"),
        (Input(random=0), "random must come to between 1 and 1073741824 bytes"),
        (Input(zeros=(1 << 27) + 1, of="f64"), "zeros must come to between 1 and 1073741824 bytes"),
    ],
)
def test_what_stands_for_no_bytes(given: Input, why: str) -> None:
    with pytest.raises(BadInputError) as caught:
        input_bytes(given, lambda _: bytes(9), 1)
    assert str(caught.value) == why
