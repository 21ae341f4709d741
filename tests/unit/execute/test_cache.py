"""The store as a whole: counted, read through, and made smaller."""

import os
import threading
import time
from pathlib import Path

import pytest

from wasmforge.execute.cache import prune, stats, verify
from wasmforge.execute.holding import NAME, holding
from wasmforge.execute.places import Places
from wasmforge.execute.store import FRESH, Entry, Store

KEYS = [f"{i:064x}" for i in range(3)]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A cache with three entries, each older than the next, and a verdict."""
    made = Places(tmp_path / "cache")
    store = Store(made.store)
    for age, key in zip((300, 200, 100), KEYS, strict=True):
        store.keep(key, Entry(outputs={"out": store.put(key.encode() * 100)}))
        aged(made, key, age)
    store.remember("verdict", KEYS[0], True)
    return made


def aged(places: Places, key: str, age: float) -> Path:
    path = places.store / "entry" / key[:2] / key
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def blob_of(places: Places, key: str) -> Path:
    entry = Store(places.store).entry(key)
    assert entry is not None
    digest = entry.outputs["out"].digest
    return places.store / "blobs" / digest[:2] / digest


def test_stats_count_each_kind(places: Places) -> None:
    found = {s.kind: s.count for s in stats(places).store}
    assert found == {"blobs": 3, "entry": 3, "verdict": 1}
    assert next(s.size for s in stats(places).store if s.kind == "blobs") == 3 * 6400


def test_an_empty_cache_has_nothing(tmp_path: Path) -> None:
    places = Places(tmp_path)
    assert [s.count for s in stats(places).store] == [0]
    assert verify(places.store, 1).count == 0
    assert prune(places.store, most=0, before=None, dry_run=False).removed == ()


def test_a_whole_store_is_said_to_be_whole(places: Places) -> None:
    found = verify(places.store, 2)
    assert (found.count, found.damaged) == (7, ())


@pytest.mark.parametrize("change", [b"", b"torn", None])
def test_a_damaged_blob_is_named_and_removed_with_what_needs_it(places: Places, change: bytes | None) -> None:
    path = blob_of(places, KEYS[1])
    if change is None:
        path.unlink()
    else:
        path.write_bytes(change)
    damaged = verify(places.store, 2).damaged
    entry = ("entry", KEYS[1])
    assert [(d.kind, d.name) for d in damaged] == ([entry] if change is None else [("blobs", path.name), entry])
    assert not path.exists()
    assert verify(places.store, 2).damaged == ()
    assert Store(places.store).entry(KEYS[0]) is not None


def test_a_damaged_note_is_named_and_removed(places: Places) -> None:
    path = places.store / "verdict" / KEYS[0][:2] / KEYS[0]
    path.write_bytes(path.read_bytes().replace(b"true", b"null"))
    assert [(d.kind, d.what) for d in verify(places.store, 1).damaged] == [("verdict", "damaged")]
    assert not path.exists()


def test_prune_leaves_what_was_of_use_last(places: Places) -> None:
    done = prune(places.store, most=8000, before=None, dry_run=False)
    store = Store(places.store)
    assert [store.entry(k) is not None for k in KEYS] == [False, False, True]
    assert {s.kind: s.count for s in done.removed} == {"blobs": 2, "entry": 2}
    assert done.left == sum(s.size for s in stats(places).store) <= 8000
    assert verify(places.store, 1).damaged == ()


def test_a_dry_run_says_the_same_and_removes_nothing(places: Places) -> None:
    said = prune(places.store, most=None, before=time.time() - 150, dry_run=True)
    assert stats(places).store[0].count == 3
    done = prune(places.store, most=None, before=time.time() - 150, dry_run=False)
    assert (said.removed, said.left) == (done.removed, done.left)


def test_what_is_of_use_counts_as_new(places: Places) -> None:
    path = aged(places, KEYS[0], FRESH + 100)
    assert Store(places.store).entry(KEYS[0]) is not None
    assert path.stat().st_mtime > time.time() - 60


def test_who_holds_alone_waits_for_all_others(tmp_path: Path) -> None:
    order: list[str] = []
    waits = threading.Event()

    def alone() -> None:
        with holding(tmp_path, waits.set, alone=True):
            order.append("alone")

    with holding(tmp_path, lambda: order.append("never")), holding(tmp_path, lambda: order.append("never")):
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
        with holding(tmp_path, waits.set):
            held.set()

    with holding(tmp_path, lambda: None, alone=True):
        other = threading.Thread(target=wait)
        other.start()
        assert waits.wait(10)
        (tmp_path / NAME).unlink()
    other.join(10)
    assert held.is_set()
    assert (tmp_path / NAME).exists()
