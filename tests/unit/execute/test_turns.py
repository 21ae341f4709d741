"""Turns: equal actions of two projects that share a store are done once, and nobody waits for ever."""

import threading
from pathlib import Path

import pytest

from tests.unit.execute.fabricated import Room, action, plan
from wasmforge.execute.lock import try_lock
from wasmforge.execute.store import Store
from wasmforge.execute.turns import Turns, sweep_turns
from wasmforge.process import Cancel

PATIENCE = 20.0

ONE = plan(action("a", sources={"a.c": "1"}))


def sharing(tmp_path: Path) -> tuple[Room, Room, threading.Event]:
    """Two projects with one store, and what is set when one of them waits."""
    waits = threading.Event()
    rooms = Room(tmp_path / "one"), Room(tmp_path / "other")
    for room in rooms:
        room.store = room.executor.store = Store(tmp_path / "store")
        room.turns = Turns(tmp_path / "turns", Cancel(), waits.set)
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
    assert list((tmp_path / "turns").iterdir()) == []


def test_who_is_interrupted_waits_no_longer(tmp_path: Path) -> None:
    (tmp_path / "turns").mkdir()
    handle = try_lock(tmp_path / "turns" / "k")
    cancel = Cancel()
    with Turns(tmp_path / "turns", cancel, cancel.set).everywhere("k"):
        assert handle is not None
    assert [p.name for p in (tmp_path / "turns").iterdir()] == ["k"]


def test_without_locks_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "turns").write_text("a file in the way")
    room = Room(tmp_path)
    assert room.run(ONE).ran == 1


def test_what_killed_processes_left_is_swept_and_what_is_locked_stays(tmp_path: Path) -> None:
    folder = tmp_path / "turns"
    sweep_turns(folder)
    folder.mkdir()
    (folder / "dead").touch()
    assert try_lock(folder / "living") is not None
    sweep_turns(folder)
    assert [p.name for p in folder.iterdir()] == ["living"]
    assert try_lock(folder / "living") is None
