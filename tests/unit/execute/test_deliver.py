"""Delivery: a folder that holds exactly its pieces, folders of them included."""

import shutil
import sys
import threading
import time
from pathlib import Path

import pytest

from wasmforge.execute.deliver import deliver, tidy
from wasmforge.execute.exchange import exchange
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


def laid(root: Path, store: Store, more: bytes = b"") -> bool:
    """Deliver FILES, each with `more` at its end."""
    blobs = {name: store.put(data + more) for name, data in FILES.items()}
    return deliver(root, delivery(), {"make": Entry(outputs=blobs)}, store)


def found(root: Path) -> dict[str, bytes]:
    """What is there, by path."""
    folder = root / "dist" / "t" / "a"
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_pieces_lie_in_their_folders_and_are_written_once(tmp_path: Path, store: Store) -> None:
    assert laid(tmp_path, store)
    assert found(tmp_path) == FILES
    assert not laid(tmp_path, store)


@pytest.mark.parametrize("harm", ["changed", "more", "empty-folder", "gone", "link", "file-for-folder", "mode"])
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
    elif harm == "mode":
        main.chmod(0o755)
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
    assert main.stat().st_mode & 0o777 == 0o644
    assert not [p for p in folder.rglob("*") if p.is_symlink()]


def exchanges(folder: Path) -> bool:
    """Can this file system let two paths change places?"""
    (folder / "one").mkdir()
    (folder / "other").mkdir()
    return exchange(folder / "one", folder / "other")


def test_a_delivery_is_never_missing_while_another_takes_its_place(tmp_path: Path, store: Store) -> None:
    if not exchanges(tmp_path):
        pytest.skip("this system cannot let two folders change places")
    laid(tmp_path, store)
    folder, looking, missing = tmp_path / "dist" / "t" / "a", threading.Event(), 0

    def look() -> None:
        nonlocal missing
        while not looking.is_set():
            missing += not folder.is_dir()
            time.sleep(0)  # the other thread has work to do

    watch = threading.Thread(target=look)
    watch.start()
    try:
        for number in range(100):
            assert laid(tmp_path, store, b"%d" % number)
    finally:
        looking.set()
        watch.join()
    assert missing == 0


class Killed(BaseException):
    """The process ends here, whatever it meant to do."""


def test_where_they_cannot_change_places_a_kill_between_loses_nothing(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(tmp_path, store)
    really, renamed = Path.rename, 0

    def rename(path: Path, target: Path) -> Path:
        nonlocal renamed
        renamed += 1
        if renamed == 2:
            raise Killed
        return really(path, target)

    module = sys.modules["wasmforge.execute.deliver"]
    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(module, "exchange", lambda _one, _other: False)
    monkeypatch.setattr(module, "_bring_back", lambda _fresh, _dist: None)
    monkeypatch.setattr(shutil, "rmtree", lambda _path, ignore_errors: ignore_errors)
    with pytest.raises(Killed):
        laid(tmp_path, store, b"new")
    monkeypatch.undo()
    assert found(tmp_path) == {}
    tidy(tmp_path / "dist")
    assert found(tmp_path) == FILES
    assert sorted(p.name for p in (tmp_path / "dist").iterdir()) == ["t"]


def test_what_cannot_change_places_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert not exchange(tmp_path / "one", tmp_path / "none")
    assert (tmp_path / "one").is_dir()
