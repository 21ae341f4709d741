"""Bytes come back from the store as a clone where the disk has clones, as a copy elsewhere, and never damaged."""

from pathlib import Path

import pytest

from wasmforge.store import store as module
from wasmforge.store.file_io import MIN_REFLINK_BYTES, reflink
from wasmforge.store.store import Store

BIG = b"\0asm" + bytes(MIN_REFLINK_BYTES)


def test_a_clone_is_equal_or_is_not_made_at_all(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(BIG)
    made = reflink(old, new)
    assert new.exists() == made
    assert not made or new.read_bytes() == BIG


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(BIG)
    new.write_bytes(b"mine")
    assert not reflink(old, new)
    assert new.read_bytes() == b"mine"


@pytest.mark.parametrize("size", [0, 1, MIN_REFLINK_BYTES - 1, MIN_REFLINK_BYTES, MIN_REFLINK_BYTES + 1])
def test_laid_bytes_are_those_that_were_put(tmp_path: Path, size: int) -> None:
    store = Store(tmp_path / "store")
    blob = store.put(bytes(size))
    assert store.materialize(blob, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == bytes(size)


def test_a_damaged_clone_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "store")
    blob = store.put(BIG)

    def damaged(source: Path, to: Path) -> bool:
        to.write_bytes(source.read_bytes()[:-1] + b"x")
        return True

    monkeypatch.setattr(module, "reflink", damaged)
    assert store.materialize(blob, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == BIG
    (tmp_path / "file").unlink()
    store.blob_path(blob.digest).write_bytes(b"lost")
    assert not store.materialize(blob, tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_an_edit_of_what_was_laid_does_not_reach_the_store(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    blob = store.put(BIG)
    assert store.materialize(blob, tmp_path / "file")
    with (tmp_path / "file").open("r+b") as file:
        file.write(b"edited")
    assert store.get(blob.digest) == BIG
