"""Turns: equal actions of two projects that share a store are done once, and nobody waits for ever."""

import threading
from pathlib import Path

import pytest

from tests.support.factories.runner import Room, action, plan
from wasmforge.process import CancelToken
from wasmforge.runner.action_lock import ActionLocks, sweep_action_locks
from wasmforge.store.file_lock import try_lock
from wasmforge.store.store import Store

PATIENCE = 20.0

ONE = plan(action("a", sources={"a.c": "1"}))


def sharing(tmp_path: Path) -> tuple[Room, Room, threading.Event]:
    """Two projects with one store, and what is set when one of them waits."""
    waits = threading.Event()
    rooms = Room(tmp_path / "one"), Room(tmp_path / "other")
    for room in rooms:
        room.store = room.executor.store = Store(tmp_path / "store")
        room.action_locks = ActionLocks(tmp_path / "action-locks", CancelToken(), waits.set)
    return *rooms, waits


@pytest.mark.parametrize("fails", [False, True])
def test_an_action_that_another_project_does_is_waited_for(tmp_path: Path, fails: bool) -> None:
    one, other, waits = sharing(tmp_path)
    began, go = threading.Event(), threading.Event()

    def hold(_label: str) -> None:
        began.set()
        assert go.wait(PATIENCE)

    one.executor.hold = hold
    one.executor.fails = {"a"} if fails else set()
    threads = [threading.Thread(target=one.run, args=(ONE,))]
    threads[0].start()
    assert began.wait(PATIENCE)
    threads.append(threading.Thread(target=other.run, args=(ONE,)))
    threads[1].start()
    assert waits.wait(PATIENCE)
    assert other.executor.done == []
    go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert (one.executor.done, other.executor.done) == (["a"], ["a"] if fails else [])
    assert list((tmp_path / "action-locks").iterdir()) == []


def test_who_is_interrupted_waits_no_longer(tmp_path: Path) -> None:
    (tmp_path / "action-locks").mkdir()
    handle = try_lock(tmp_path / "action-locks" / "k")
    cancel = CancelToken()
    with ActionLocks(tmp_path / "action-locks", cancel, cancel.set).across_processes("k"):
        assert handle is not None
    assert [p.name for p in (tmp_path / "action-locks").iterdir()] == ["k"]


def test_without_locks_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "action-locks").write_text("a file in the way")
    room = Room(tmp_path)
    assert room.run(ONE).executed == 1


def test_what_killed_processes_left_is_swept_and_what_is_locked_stays(tmp_path: Path) -> None:
    folder = tmp_path / "action-locks"
    sweep_action_locks(folder)
    folder.mkdir()
    (folder / "dead").touch()
    assert try_lock(folder / "living") is not None
    sweep_action_locks(folder)
    assert [p.name for p in folder.iterdir()] == ["living"]
    assert try_lock(folder / "living") is None
