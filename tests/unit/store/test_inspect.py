"""The store as a whole: counted, read through, and made smaller."""

import os
import threading
import time
from pathlib import Path

import pytest

from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.inspect import prune, stats, verify
from wasmforge.store.store import SOURCES, TOUCH_INTERVAL_S, ActionResult, Store
from wasmforge.store.store_lock import LOCK_FILE, store_lock

KEYS = [f"{i:064x}" for i in range(3)]


@pytest.fixture
def cache_dirs(tmp_path: Path) -> CacheDirs:
    """A cache with three entries, each older than the next, and a verdict."""
    made = CacheDirs(tmp_path / "cache")
    store = Store(made.store)
    for age, key in zip((300, 200, 100), KEYS, strict=True):
        store.put_result(key, ActionResult(outputs={"out": store.put(key.encode() * 100)}))
        aged(made, key, age)
    store.put_value("verdict", KEYS[0], True)
    return made


def test_files_of_fetched_sources_are_kept_as_long_as_their_list(cache_dirs: CacheDirs) -> None:
    store = Store(cache_dirs.store)
    blob = store.put(b"of others")
    store.put_value(SOURCES, KEYS[0], {"sha256": "", "outputs": {"a.c": {"digest": blob.digest, "size": blob.size}}})
    prune(cache_dirs.store, most=None, before=0, dry_run=False)
    assert store.has(blob)
    store.blob_path(blob.digest).unlink()
    assert [d.kind for d in verify(cache_dirs.store, 1).damaged] == [SOURCES]
    assert store.get_value(SOURCES, KEYS[0]) is None


def aged(cache_dirs: CacheDirs, key: str, age: float) -> Path:
    path = cache_dirs.store / "entry" / key[:2] / key
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def blob_of(cache_dirs: CacheDirs, key: str) -> Path:
    entry = Store(cache_dirs.store).get_result(key)
    assert entry is not None
    digest = entry.outputs["out"].digest
    return cache_dirs.store / "blobs" / digest[:2] / digest


def test_stats_count_each_kind(cache_dirs: CacheDirs) -> None:
    found = {s.kind: s.count for s in stats(cache_dirs).store}
    assert found == {"blobs": 3, "entry": 3, "verdict": 1}
    assert next(s.size for s in stats(cache_dirs).store if s.kind == "blobs") == 3 * 6400


def test_an_empty_cache_has_nothing(tmp_path: Path) -> None:
    cache_dirs = CacheDirs(tmp_path)
    assert [s.count for s in stats(cache_dirs).store] == [0]
    assert verify(cache_dirs.store, 1).count == 0
    assert prune(cache_dirs.store, most=0, before=None, dry_run=False).removed == ()


def test_a_whole_store_is_said_to_be_whole(cache_dirs: CacheDirs) -> None:
    found = verify(cache_dirs.store, 2)
    assert (found.count, found.damaged) == (7, ())


@pytest.mark.parametrize("change", [b"", b"torn", None])
def test_a_damaged_blob_is_named_and_removed_with_what_needs_it(cache_dirs: CacheDirs, change: bytes | None) -> None:
    path = blob_of(cache_dirs, KEYS[1])
    if change is None:
        path.unlink()
    else:
        path.write_bytes(change)
    damaged = verify(cache_dirs.store, 2).damaged
    entry = ("entry", KEYS[1])
    assert [(d.kind, d.name) for d in damaged] == ([entry] if change is None else [("blobs", path.name), entry])
    assert not path.exists()
    assert verify(cache_dirs.store, 2).damaged == ()
    assert Store(cache_dirs.store).get_result(KEYS[0]) is not None


def test_a_damaged_note_is_named_and_removed(cache_dirs: CacheDirs) -> None:
    path = cache_dirs.store / "verdict" / KEYS[0][:2] / KEYS[0]
    path.write_bytes(path.read_bytes().replace(b"true", b"null"))
    assert [(d.kind, d.what) for d in verify(cache_dirs.store, 1).damaged] == [("verdict", "damaged")]
    assert not path.exists()


def test_prune_leaves_what_was_of_use_last(cache_dirs: CacheDirs) -> None:
    done = prune(cache_dirs.store, most=8000, before=None, dry_run=False)
    store = Store(cache_dirs.store)
    assert [store.get_result(k) is not None for k in KEYS] == [False, False, True]
    assert {s.kind: s.count for s in done.removed} == {"blobs": 2, "entry": 2}
    assert done.left == sum(s.size for s in stats(cache_dirs).store) <= 8000
    assert verify(cache_dirs.store, 1).damaged == ()


def test_a_dry_run_says_the_same_and_removes_nothing(cache_dirs: CacheDirs) -> None:
    said = prune(cache_dirs.store, most=None, before=time.time() - 150, dry_run=True)
    assert stats(cache_dirs).store[0].count == 3
    done = prune(cache_dirs.store, most=None, before=time.time() - 150, dry_run=False)
    assert (said.removed, said.left) == (done.removed, done.left)


def test_what_is_of_use_counts_as_new(cache_dirs: CacheDirs) -> None:
    path = aged(cache_dirs, KEYS[0], TOUCH_INTERVAL_S + 100)
    assert Store(cache_dirs.store).get_result(KEYS[0]) is not None
    assert path.stat().st_mtime > time.time() - 60


def test_who_holds_alone_waits_for_all_others(tmp_path: Path) -> None:
    order: list[str] = []
    waits = threading.Event()

    def alone() -> None:
        with store_lock(tmp_path, waits.set, alone=True):
            order.append("alone")

    with store_lock(tmp_path, lambda: order.append("never")), store_lock(tmp_path, lambda: order.append("never")):
        other = threading.Thread(target=alone)
        other.start()
        assert waits.wait(10)
        order.append("together")
    other.join(10)
    assert order == ["together", "alone"]


def test_a_hold_on_a_cache_that_was_deleted_meanwhile_counts_for_nothing(tmp_path: Path) -> None:
    waits = threading.Event()
    held = threading.Event()

    def wait() -> None:
        with store_lock(tmp_path, waits.set):
            held.set()

    with store_lock(tmp_path, lambda: None, alone=True):
        other = threading.Thread(target=wait)
        other.start()
        assert waits.wait(10)
        (tmp_path / LOCK_FILE).unlink()
    other.join(10)
    assert held.is_set()
    assert (tmp_path / LOCK_FILE).exists()
