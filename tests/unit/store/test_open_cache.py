"""The cache is this user's own or is not used; another's is read and never touched."""

import os
from pathlib import Path

import pytest

from wasmforge.app.doctor import check_cache
from wasmforge.errors import Exit, ForgeError
from wasmforge.store import inspect
from wasmforge.store.cache_dirs import UPSTREAM, VARIABLE, CacheDirs, create_folder
from wasmforge.store.open_cache import open_places, open_store
from wasmforge.store.store import ActionResult, Blob, Store

KEY = "k" * 64


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this user's cache is to be."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    monkeypatch.delenv(UPSTREAM, raising=False)
    return tmp_path / "mine"


@pytest.fixture
def theirs(tmp_path: Path, mine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another cache with an entry in it, which is to be read."""
    del mine
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o755)
    store = Store(folder / "store")
    store.put_result(KEY, ActionResult(outputs={"a": store.put(b"theirs")}))
    monkeypatch.setenv(UPSTREAM, str(folder))
    return folder


def opened(tmp_path: Path) -> tuple[CacheDirs, list[str]]:
    """The places for a project, and what was told."""
    told: list[str] = []
    return open_places(tmp_path / "project", told.append), told


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All there is, with times."""
    files = sorted(folder.rglob("*"))
    facts = {str(p): (p.stat().st_mtime_ns, p.stat().st_mode) for p in (folder, *files)}
    return {name: (*fact, Path(name).read_bytes() if Path(name).is_file() else b"") for name, fact in facts.items()}


def test_a_new_cache_is_for_this_user_alone_whatever_the_umask(tmp_path: Path, mine: Path) -> None:
    before = os.umask(0)
    try:
        cache_dirs, told = opened(tmp_path)
        store = open_store(cache_dirs)
        store.put_value("reads", "k", [])
        store.put(b"x")
    finally:
        os.umask(before)
    assert (cache_dirs.cache, told) == (mine, [])
    assert mine.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in mine.rglob("*") if p.is_dir()} == {0o755}
    assert {p.stat().st_mode & 0o777 for p in mine.rglob("*") if p.is_file()} == {0o644}


def test_a_cache_that_others_can_write_is_refused(tmp_path: Path, mine: Path) -> None:
    mine.mkdir()
    mine.chmod(0o777)
    with pytest.raises(ForgeError, match="can be written by everybody") as caught:
        opened(tmp_path)
    assert caught.value.exit_code == Exit.MACHINE
    for word in ("chmod", VARIABLE, UPSTREAM):
        assert word in caught.value.problems[0].hint


def test_a_cache_that_is_refused_is_told_by_doctor_who_looks_on_without(mine: Path) -> None:
    mine.mkdir()
    mine.chmod(0o777)
    cache_dirs, check = check_cache()
    assert (check.status, cache_dirs.cache.is_relative_to(mine)) == ("wrong", False)
    assert "can be written by everybody" in check.detail
    mine.chmod(0o700)
    cache_dirs, check = check_cache()
    assert (check.status, cache_dirs.cache) == ("ok", mine)


def test_what_is_missing_comes_from_the_upstream_which_is_not_touched(tmp_path: Path, mine: Path, theirs: Path) -> None:
    before = snapshot(theirs)
    os.utime(theirs / "store" / "entry" / KEY[:2] / KEY, (1, 1))  # not of use for long: here it would be marked
    before = snapshot(theirs)
    store = open_store(opened(tmp_path)[0])
    entry = store.get_result(KEY)
    assert entry is not None
    (blob,) = entry.outputs.values()
    assert store.get(blob.digest) == b"theirs"
    assert store.materialize(blob, tmp_path / "laid")
    assert (tmp_path / "laid").read_bytes() == b"theirs"
    assert store.file(blob.digest) == theirs / "store" / "blobs" / blob.digest[:2] / blob.digest
    assert store.put(b"theirs") == blob
    assert not list(mine.rglob(blob.digest))  # it is there already
    store.put_value("entry", KEY, None)
    assert store.get_result(KEY) is None  # what is here comes first
    assert snapshot(theirs) == before


@pytest.mark.parametrize("what", ["blob", "entry"])
def test_what_is_damaged_in_the_upstream_is_not_believed_and_stays(tmp_path: Path, theirs: Path, what: str) -> None:
    folder = theirs / "store" / ("blobs" if what == "blob" else "entry")
    (file,) = (p for p in folder.rglob("*") if p.is_file())
    file.write_bytes(file.read_bytes()[:-1] + b"X")
    before = snapshot(theirs)
    cache_dirs, _ = opened(tmp_path)
    store = open_store(cache_dirs)
    assert store.get_result(KEY) is None
    big = Blob(digest=file.name, size=2**20)
    if what == "blob":
        assert not store.has(big)
        assert not store.materialize(big, tmp_path / "laid")
    damaged = inspect.verify_all(cache_dirs, 1).damaged
    assert {d.left for d in damaged} == {"read-only"}
    assert snapshot(theirs) == before
    store.put_result(KEY, ActionResult(outputs={"a": store.put(b"theirs")}))
    assert store.get_result(KEY) is not None


def test_the_upstream_is_counted_and_never_pruned(tmp_path: Path, theirs: Path) -> None:
    cache_dirs, _ = opened(tmp_path)
    open_store(cache_dirs).put(b"mine")
    before = snapshot(theirs)
    found = inspect.stats(cache_dirs)
    assert [(u.folder, u.store[0].count) for u in found.upstreams] == [(str(theirs), 1)]
    assert inspect.prune(cache_dirs.store, most=0, before=None, dry_run=False).left == 0
    assert snapshot(theirs) == before


def test_an_upstream_that_a_third_user_can_write_is_refused(tmp_path: Path, theirs: Path) -> None:
    (theirs / "store" / "entry").chmod(0o777)
    with pytest.raises(ForgeError, match="can be written by everybody"):
        opened(tmp_path)


def test_an_upstream_that_is_not_there_is_told(tmp_path: Path, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UPSTREAM, str(tmp_path / "none"))
    assert opened(tmp_path)[1] == [f"{UPSTREAM} names {tmp_path / 'none'}, which is not there: it is done without"]
    mine.mkdir(exist_ok=True)
    monkeypatch.setenv(UPSTREAM, str(mine))
    with pytest.raises(ForgeError, match="is the folder of the cache itself"):
        opened(tmp_path)


def test_a_cache_that_cannot_be_written_is_read(tmp_path: Path, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(opened(tmp_path)[0])
    store.put_result(KEY, ActionResult(outputs={"a": store.put(b"mine")}))
    before = snapshot(mine)
    monkeypatch.setattr("wasmforge.store.open_cache.os.access", lambda path, _: not Path(path).is_relative_to(mine))
    cache_dirs, told = opened(tmp_path)
    assert len(told) == 1
    assert str(mine) in told[0]
    assert not cache_dirs.cache.is_relative_to(mine)
    over = open_store(cache_dirs)
    assert over.get_result(KEY) is not None
    over.put_result("l" * 64, ActionResult(outputs={"b": over.put(b"new")}))
    assert over.get_result("l" * 64) is not None
    assert snapshot(mine) == before


def test_folders_are_made_with_their_parents(tmp_path: Path) -> None:
    create_folder(tmp_path / "a" / "b", 0o700)
    create_folder(tmp_path / "a" / "b", 0o755)
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="exists"):
        create_folder(tmp_path / "file", 0o700)
