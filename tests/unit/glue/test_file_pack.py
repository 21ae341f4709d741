"""The pack of a component's files."""

import pytest

from wasmforge.glue.file_pack import pack_files, unpack_files


def test_a_pack_gives_back_what_was_packed_whatever_the_names() -> None:
    files = {"b": b"\n\x00[", "a/é \"'\\.txt": b"", "a/two": b"12"}
    assert dict(unpack_files(pack_files(files))) == files


def test_equal_files_give_equal_packs_in_any_order() -> None:
    assert pack_files({"a": b"1", "b": b"2"}) == pack_files({"b": b"2", "a": b"1"}) == b'[["a",1],["b",1]]\n12'


@pytest.mark.parametrize("pack", [b"", b"[", b'[["a",3]]\n12', b'[["a",1]]\n12', b"{}\nx"])
def test_what_is_no_pack_is_refused(pack: bytes) -> None:
    with pytest.raises(ValueError, match="it is no pack of files"):
        list(unpack_files(pack))
