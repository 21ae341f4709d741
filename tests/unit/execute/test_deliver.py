"""Delivery: a folder that holds exactly its pieces, folders of them included."""

from pathlib import Path

import pytest

from wasmforge.execute.deliver import deliver
from wasmforge.execute.store import Entry, Store
from wasmforge.model.manifest import Limits
from wasmforge.model.plan import Contract, Delivery, Piece

FILES = {"bin/main.wasm": b"\0asm", "pkg/a.tar.gz": b"packed", "fastly.toml": b"name"}


def delivery() -> Delivery:
    """A delivery of FILES, each of them an output of the one action."""
    contract = Contract(
        target="t", kind="command", permitted=(), import_modules=(), required_exports=(), limits=Limits()
    )
    pieces = tuple(Piece(role=name, name=name, action="make", output=name) for name in FILES)
    return Delivery(
        label="a@t/dev",
        component="a",
        target="t",
        profile="dev",
        folder="dist/t/a",
        source_folder="a",
        pieces=pieces,
        contract=contract,
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store in an empty folder."""
    return Store(tmp_path / "store")


def laid(root: Path, store: Store) -> bool:
    """Deliver FILES."""
    blobs = {name: store.put(data) for name, data in FILES.items()}
    return deliver(root, delivery(), {"make": Entry(outputs=blobs)}, store)


def found(root: Path) -> dict[str, bytes]:
    """What is there, by path."""
    folder = root / "dist" / "t" / "a"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_pieces_lie_in_their_folders_and_are_written_once(tmp_path: Path, store: Store) -> None:
    assert laid(tmp_path, store)
    assert found(tmp_path) == FILES
    assert not laid(tmp_path, store)


@pytest.mark.parametrize("harm", ["changed", "more", "empty-folder", "gone", "link", "file-for-folder"])
def test_what_is_not_as_it_should_be_is_put_right(harm: str, tmp_path: Path, store: Store) -> None:
    laid(tmp_path, store)
    folder = tmp_path / "dist" / "t" / "a"
    main = folder / "bin" / "main.wasm"
    if harm == "changed":
        main.write_bytes(b"else")
    elif harm == "more":
        (folder / "bin" / "more").write_bytes(b"")
    elif harm == "empty-folder":
        (folder / "src").mkdir()
    elif harm == "gone":
        main.unlink()
    elif harm == "link":
        (tmp_path / "other").write_bytes(main.read_bytes())
        main.unlink()
        main.symlink_to(tmp_path / "other")
    else:
        main.unlink()
        main.parent.rmdir()
        (folder / "bin").write_bytes(b"")
    assert laid(tmp_path, store)
    assert found(tmp_path) == FILES
    assert not [p for p in folder.rglob("*") if p.is_symlink()]
