"""Delivery: a folder that holds exactly its pieces, folders of them included."""

import hashlib
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest

from wasmforge.delivery.deliver import deliver, recover
from wasmforge.delivery.exchange import exchange
from wasmforge.errors import ForgeError
from wasmforge.model.manifest import Limits
from wasmforge.model.plan import Contract, Delivery, PlannedFile, SourceFile
from wasmforge.safe_paths import Directory, open_below
from wasmforge.store.store import ActionResult, Store

FILES = {"bin/main.wasm": b"\0asm", "pkg/a.tar.gz": b"packed", "fastly.toml": b"name"}


def delivery() -> Delivery:
    """A delivery of FILES, each of them an output of the one action."""
    contract = Contract(
        target="t", kind="command", permitted=(), import_modules=(), required_exports=(), limits=Limits()
    )
    files = tuple(PlannedFile(role=name, name=name, action="make", output=name) for name in FILES)
    return Delivery(
        label="a@t/dev",
        component="a",
        target="t",
        profile="dev",
        folder="dist/t/a",
        source_folder="a",
        files=files,
        contract=contract,
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store in an empty folder."""
    return Store(tmp_path / "store")


def laid(root: Path, store: Store, more: bytes = b"") -> bool:
    """Deliver FILES, each with `more` at its end."""
    blobs = {name: store.put(data + more) for name, data in FILES.items()}
    return deliver(root, delivery(), {"make": ActionResult(outputs=blobs)}, store)


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
    with open_below(folder, ".") as here:
        return exchange(here, "one", here, "other")


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
    really, renamed = Directory.rename, 0

    def rename(here: Directory, name: str, to: Directory, new: str) -> None:
        nonlocal renamed
        renamed += 1
        if renamed == 2:
            raise Killed
        really(here, name, to, new)

    module = sys.modules["wasmforge.delivery.deliver"]
    monkeypatch.setattr(Directory, "rename", rename)
    monkeypatch.setattr(module, "exchange", lambda _one, _name, _other, _other_name: False)
    monkeypatch.setattr(module, "_bring_back", lambda _fresh, _dist: None)
    monkeypatch.setattr(Directory, "remove", lambda _here, _name: None)
    with pytest.raises(Killed):
        laid(tmp_path, store, b"new")
    monkeypatch.undo()
    assert found(tmp_path) == {}
    recover(tmp_path, "dist")
    assert found(tmp_path) == FILES
    assert sorted(p.name for p in (tmp_path / "dist").iterdir()) == ["t"]


def test_what_cannot_change_places_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    with open_below(tmp_path, ".") as here:
        assert not exchange(here, "one", here, "none")
    assert (tmp_path / "one").is_dir()


def with_source(root: Path, content: bytes = b"as planned") -> Delivery:
    """A delivery with one more file, which is the project's own."""
    (root / "a").mkdir(exist_ok=True)
    (root / "a" / "x.txt").write_bytes(content)
    source = SourceFile(path="a/x.txt", digest=hashlib.sha256(b"as planned").hexdigest(), size=10)
    own = PlannedFile(role="files", name="files/a/x.txt", source=source)
    return msgspec.structs.replace(delivery(), files=(*delivery().files, own))


def test_a_file_of_the_project_is_delivered_as_it_is(tmp_path: Path, store: Store) -> None:
    blobs = {name: store.put(data) for name, data in FILES.items()}
    entries = {"make": ActionResult(outputs=blobs)}
    one = with_source(tmp_path)
    assert deliver(tmp_path, one, entries, store)
    assert (tmp_path / "dist/t/a/files/a/x.txt").read_bytes() == b"as planned"
    assert not deliver(tmp_path, one, entries, store)


def test_a_file_of_the_project_that_changed_since_it_was_planned_is_not(tmp_path: Path, store: Store) -> None:
    blobs = {name: store.put(data) for name, data in FILES.items()}
    with pytest.raises(ForgeError, match="was changed during the build"):
        deliver(tmp_path, with_source(tmp_path, b"edited"), {"make": ActionResult(outputs=blobs)}, store)
    assert not (tmp_path / "dist").exists()
