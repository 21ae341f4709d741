"""The store: what was torn, flipped or swapped is found and never given back."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from wasmforge.errors import Exit, ForgeError
from wasmforge.store.file_io import write_atomic
from wasmforge.store.store import ActionResult, Blob, Store

DATA = b"some bytes of a module"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def blob_file(store: Store, blob: Blob) -> Path:
    """Where a blob is kept."""
    return store.root / "blobs" / blob.digest[:2] / blob.digest


def note_file(store: Store, kind: str, key: str) -> Path:
    """Where a note is kept."""
    return store.root / kind / key[:2] / key


def test_what_is_put_comes_back(store: Store) -> None:
    blob = store.put(DATA, executable=True)
    assert (blob.size, blob.executable) == (len(DATA), True)
    assert store.get(blob.digest) == DATA
    assert store.has(blob)
    assert store.put(DATA).digest == blob.digest


def test_what_was_never_put_is_not_there(store: Store) -> None:
    assert store.get("0" * 64) is None
    assert store.get_result("0" * 64) is None
    assert store.get_value("verdict", "0" * 64) is None


DAMAGE = {
    "torn": DATA[:-1],
    "empty": b"",
    "flipped": b"Some bytes of a module",
    "longer": DATA + b"\0",
    "another blob's": b"other",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_blob_is_never_given_back(store: Store, name: str) -> None:
    blob = store.put(DATA)
    blob_file(store, blob).write_bytes(DAMAGE[name])
    assert store.get(blob.digest) is None
    assert not blob_file(store, blob).exists()
    assert not store.has(blob)


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_blob_is_put_right_by_putting_it_again(store: Store, name: str) -> None:
    blob = store.put(DATA)
    blob_file(store, blob).write_bytes(DAMAGE[name])
    store.put(DATA)
    assert store.get(blob.digest) == DATA


@settings(max_examples=examples(50))
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_flipped_byte_is_found(tmp_path_factory: pytest.TempPathFactory, at: int, flip: int) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    blob = store.put(DATA)
    blob_file(store, blob).write_bytes(DATA[:at] + bytes([DATA[at] ^ flip]) + DATA[at + 1 :])
    assert store.get(blob.digest) is None


def entry(store: Store) -> ActionResult:
    """An entry with two outputs that are there."""
    return ActionResult(
        outputs={"a": store.put(b"a"), "b": store.put(b"b", executable=True)}, printed="hello", seconds=1.5
    )


def test_an_entry_comes_back(store: Store) -> None:
    kept = entry(store)
    store.put_result("k" * 64, kept)
    assert store.get_result("k" * 64) == kept


def test_an_entry_is_not_there_when_one_of_its_outputs_is_not(store: Store) -> None:
    kept = entry(store)
    store.put_result("k" * 64, kept)
    blob_file(store, kept.outputs["b"]).unlink()
    assert store.get_result("k" * 64) is None


def test_an_entry_is_not_there_when_one_of_its_outputs_is_damaged(store: Store) -> None:
    kept = entry(store)
    store.put_result("k" * 64, kept)
    blob_file(store, kept.outputs["b"]).write_bytes(b"x")
    assert store.get_result("k" * 64) is None


def test_every_flipped_byte_of_an_entry_is_found(store: Store) -> None:
    kept = entry(store)
    store.put_result("k" * 64, kept)
    path = note_file(store, "entry", "k" * 64)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert store.get_result("k" * 64) is None
        assert not path.exists()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert store.get_result("k" * 64) is None
    path.write_bytes(whole)
    assert store.get_result("k" * 64) == kept


def test_an_entry_in_the_place_of_another_is_found(store: Store) -> None:
    store.put_result("k" * 64, entry(store))
    store.put_result("l" * 64, ActionResult(outputs={}))
    note_file(store, "entry", "k" * 64).replace(note_file(store, "entry", "l" * 64))
    assert store.get_result("l" * 64) is None


def test_a_note_of_another_kind_is_found(store: Store) -> None:
    store.put_value("verdict", "k" * 64, {"valid": True})
    other = note_file(store, "features", "k" * 64)
    other.parent.mkdir(parents=True)
    note_file(store, "verdict", "k" * 64).replace(other)
    assert store.get_value("features", "k" * 64) is None


@pytest.mark.parametrize("value", [None, 1, "x", [], {"outputs": []}, {"outputs": {"a": {"digest": 1, "size": 1}}}, {}])
def test_an_entry_that_another_version_wrote_is_as_good_as_none(store: Store, value: object) -> None:
    store.put_value("entry", "k" * 64, value)
    assert store.get_result("k" * 64) is None


def test_a_note_that_is_written_again_is_the_new_one(store: Store) -> None:
    store.put_value("reads", "k", ["a"])
    store.put_value("reads", "k", ["b"])
    assert store.get_value("reads", "k") == ["b"]


def test_nothing_half_written_stays(store: Store) -> None:
    store.put(DATA)
    store.put_value("reads", "k", [])
    assert [p for p in store.root.rglob("*") if p.is_file() and ".new-" in p.name] == []


def test_a_store_that_cannot_be_read_is_the_machines_fault(store: Store) -> None:
    path = note_file(store, "reads", "k")
    path.mkdir(parents=True)
    with pytest.raises(ForgeError, match="cannot be read: is a directory") as caught:
        store.get_value("reads", "k")
    assert caught.value.exit_code == Exit.MACHINE
    assert "wasmforge clean --store" in caught.value.problems[0].hint


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ForgeError, match="cannot be written"):
        write_atomic(tmp_path / "file" / "x", b"")
    (tmp_path / "folder" / "x").mkdir(parents=True)
    with pytest.raises(ForgeError, match="cannot be written"):
        write_atomic(tmp_path / "folder", b"")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_a_file_that_is_replaced_was_never_gone(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_atomic(path, b"old")
    with path.open("rb") as reader:
        write_atomic(path, b"new", mode=0o755)
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o755
