"""Archives of objects as the three kinds of ar write them; what is broken ends the list."""

import pytest

from wasmforge.wasm.ar import MAGIC, members


def member(name: bytes, content: bytes) -> bytes:
    header = (
        name.ljust(16) + b"0".ljust(12) + b"0".ljust(6) * 2 + b"644".ljust(8) + str(len(content)).encode().ljust(10)
    )
    return header + b"`\n" + content + b"\n" * (len(content) % 2)


def listed(data: bytes) -> list[tuple[str, bytes]]:
    return [(name, bytes(content)) for name, content in members(data)]


TABLE = member(b"//", b"a-name-of-more-than-15.o/\nanother-of-these-names.o/\n")

GNU = MAGIC + member(b"/", b"index") + TABLE + member(b"one.o/", b"1") + member(b"/26", b"22") + member(b"/0", b"333")

BSD = MAGIC + member(b"#1/12", b"with space.o" + b"content") + member(b"plain.o", b"2")


def test_names_short_and_long() -> None:
    assert listed(GNU) == [("one.o", b"1"), ("another-of-these-names.o", b"22"), ("a-name-of-more-than-15.o", b"333")]
    assert listed(BSD) == [("with space.o", b"content"), ("plain.o", b"2")]


@pytest.mark.parametrize("data", [b"", b"\0asm\1\0\0\0", MAGIC[:-1], MAGIC])
def test_what_is_none_has_no_members(data: bytes) -> None:
    assert listed(data) == []


def test_what_is_cut_off_ends_the_list() -> None:
    whole = listed(GNU)
    for end in range(len(MAGIC), len(GNU)):
        found = listed(GNU[:end])
        assert found == whole[: len(found)]
