"""The one loop, with an executor that does everything in memory."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.runner import Room, action, plan, resolved
from wasmforge.errors import Exit, machine_error
from wasmforge.model.events import ActionFailed, ActionFinished, ActionStarted
from wasmforge.model.plan import Action
from wasmforge.process import CancelToken
from wasmforge.runner.scheduler import job_slots, run_plan, with_job_slots
from wasmforge.store.store import Blob

PATIENCE = 10.0
"""Seconds after which a test that waits for another thread has failed."""


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


CHAIN = plan(action("a", sources={"a.c": "1"}), action("b", needs=("a",)), action("c", needs=("b",)))

TREE = plan(
    action("x", sources={"x.c": "1"}),
    action("y", sources={"y.c": "1"}),
    action("link", needs=("x", "y")),
    action("pack", needs=("link",)),
)


def events(room: Room) -> list[tuple[str, str]]:
    """What was told, as kind and label."""
    said: list[tuple[str, str]] = []
    for event in room.events:
        if isinstance(event, ActionStarted):
            said.append(("started", event.label))
        elif isinstance(event, ActionFinished):
            said.append(("cached" if event.cached else "finished", event.label))
        elif isinstance(event, ActionFailed):
            said.append(("failed", event.failure.label))
    return said


def test_each_action_is_done_after_what_it_needs(room: Room) -> None:
    ran = room.run(CHAIN)
    assert room.executor.done == ["a", "b", "c"]
    assert (ran.executed, ran.cached, ran.failures, ran.not_built) == (3, 0, [], set())
    assert list(ran.entries) == ["a", "b", "c"]
    said = [(kind, label) for label in "abc" for kind in ("started", "finished")]
    assert events(room) == said


def test_the_order_in_the_plan_does_not_matter(room: Room) -> None:
    backwards = plan(*reversed(CHAIN.actions.values()))
    assert list(room.run(backwards).entries) == ["a", "b", "c"]


def test_an_empty_plan(room: Room) -> None:
    ran = room.run(plan())
    assert (ran.executed, ran.cached, ran.entries) == (0, 0, {})


def test_what_was_done_is_not_done_again(room: Room) -> None:
    first = room.run(TREE)
    again = room.run(TREE)
    assert room.executor.done == []
    assert (again.executed, again.cached) == (0, 4)
    assert again.entries == first.entries
    assert {kind for kind, _ in events(room)} == {"cached"}


def test_only_what_changed_and_what_follows_from_it_is_done_again(room: Room) -> None:
    room.run(TREE)
    changed = plan(*({**TREE.actions, "y": action("y", sources={"y.c": "2"})}).values())
    ran = room.run(changed)
    assert room.executor.done == ["y", "link", "pack"]
    assert (ran.executed, ran.cached) == (3, 1)


def test_an_output_that_is_as_it_was_stops_the_rebuild(room: Room) -> None:
    room.executor.does["y"] = lambda *_: b"always this"
    room.run(TREE)
    changed = plan(*({**TREE.actions, "y": action("y", sources={"y.c": "only a comment"})}).values())
    ran = room.run(changed)
    assert room.executor.done == ["y"]
    assert (ran.executed, ran.cached) == (1, 3)


def test_what_was_edited_is_begun_before_the_rest_is_looked_up(room: Room) -> None:
    room.run(TREE)
    changed = plan(*({**TREE.actions, "y": action("y", sources={"y.c": "2"})}).values())
    room.run(changed, workers=1)
    assert events(room)[:3] == [("started", "y"), ("finished", "y"), ("cached", "x")]


def test_two_labels_with_equal_actions_have_equal_outputs(room: Room) -> None:
    one = action("one", sources={"a.c": "1"})

    two = msgspec.structs.replace(one, label="two")
    ran = room.run(plan(one, two), workers=1)
    assert room.executor.done == ["one"]
    assert (ran.executed, ran.cached) == (1, 1)
    assert ran.entries["one"] == ran.entries["two"]


def test_equal_actions_asked_for_at_once_are_done_once(room: Room) -> None:
    def slowly(*_: object) -> bytes:
        time.sleep(0.2)
        return b"out"

    labels = [f"same {number}" for number in range(4)]
    one = action("same", sources={"a.c": "1"})
    room.executor.does.update(dict.fromkeys(labels, slowly))
    ran = room.run(plan(*(msgspec.structs.replace(one, label=label) for label in labels)), workers=4)
    assert len(room.executor.done) == 1
    assert (ran.executed, ran.cached) == (1, 3)


def test_givens_are_what_the_actions_before_really_gave(room: Room) -> None:
    seen: dict[str, Mapping[str, Blob]] = {}

    def look(one: Action, generated_inputs: Mapping[str, Blob]) -> bytes:
        seen[one.label] = generated_inputs
        return b"linked"

    room.executor.does["link"] = look
    ran = room.run(TREE)
    assert seen["link"] == {f"{n}.out": ran.entries[n].outputs[f"{n}.out"] for n in "xy"}


def test_a_failure_stops_new_work_and_leaves_undone_what_follows(room: Room) -> None:
    room.executor.fails = {"x"}
    ran = room.run(TREE, workers=1)
    assert room.executor.done == ["x"]
    assert ran.not_built == {"x", "y", "link", "pack"}
    (failure,) = ran.failures
    assert (failure.label, failure.reason, failure.output) == ("x", "exit code 1", "x said no")
    assert (failure.command, failure.exit_code) == ("tool", Exit.FAILED)
    assert events(room) == [("started", "x"), ("failed", "x")]


def test_what_runs_already_when_another_fails_is_kept(room: Room) -> None:
    room.executor.fails = {"x"}
    failed = threading.Event()

    def hold(label: str) -> None:
        if label == "x":
            failed.set()
        else:
            assert failed.wait(PATIENCE)

    room.executor.hold = hold
    ran = room.run(TREE)
    assert sorted(room.executor.done) == ["x", "y"]
    assert list(ran.entries) == ["y"]
    room.executor.fails = set()
    assert room.run(TREE).cached == 1


def test_keep_going_does_all_that_does_not_need_what_failed(room: Room) -> None:
    room.executor.fails = {"x"}
    both = plan(*TREE.actions.values(), action("alone", needs=("y",)), action("z", sources={"z": "1"}))
    ran = room.run(both, workers=1, keep_going=True)
    assert sorted(room.executor.done) == ["alone", "x", "y", "z"]
    assert ran.not_built == {"x", "link", "pack"}
    assert [f.label for f in ran.failures] == ["x"]


def test_keep_going_tells_every_failure(room: Room) -> None:
    room.executor.fails = {"x", "y"}
    ran = room.run(TREE, keep_going=True)
    assert sorted(f.label for f in ran.failures) == ["x", "y"]
    assert ran.entries == {}


def test_failures_are_not_remembered(room: Room) -> None:
    room.executor.fails = {"a"}
    room.run(CHAIN)
    room.executor.fails = set()
    assert room.run(CHAIN).executed == 3
    assert room.executor.done == ["a", "b", "c"]


def test_what_the_machine_cannot_do_has_its_own_exit_code_and_hint(room: Room) -> None:
    def full(*_: object) -> bytes:
        raise machine_error("cannot be written: no space left on device", where="/store", hint="free some space")

    room.executor.does["a"] = full
    (failure,) = room.run(CHAIN).failures
    assert failure.reason == "/store: cannot be written: no space left on device"
    assert (failure.exit_code, failure.hint) == (Exit.MACHINE, "free some space")


def test_an_error_of_the_disk_is_no_bug_of_ours(room: Room) -> None:
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device", "/work/x")

    room.executor.does["a"] = full
    (failure,) = room.run(CHAIN).failures
    assert failure.reason == "/work/x: cannot be written: no space left on device"
    assert failure.exit_code == Exit.MACHINE


MANY = plan(*(action(f"n{n}", sources={"x": str(n)}) for n in range(8)))


def together(room: Room, count: int) -> None:
    """Make every action wait until `count` of them run at once, or for a moment."""
    barrier = threading.Barrier(count)

    def hold(_label: str) -> None:
        try:
            barrier.wait(1.0)
        except threading.BrokenBarrierError:
            time.sleep(0.01)

    room.executor.hold = hold


def test_as_many_at_once_as_there_are_workers(room: Room) -> None:
    together(room, 4)
    assert room.run(MANY, workers=4).executed == 8
    assert room.executor.most_at_once == 4


@pytest.mark.parametrize("pool", [1, 2])
def test_a_pool_bounds_the_actions_of_its_toolchain(room: Room, pool: int) -> None:
    together(room, pool)
    assert room.run(MANY, workers=4, pools={"box": pool}).executed == 8
    assert room.executor.most_at_once == pool


def test_a_pool_does_not_hold_up_other_toolchains(room: Room) -> None:
    both = plan(*(action(f"{t}{n}", toolchain=t, sources={"x": str(n)}) for t in ("box", "oven") for n in range(3)))
    together(room, 3)
    assert room.run(both, workers=3, pools={"box": 1}).executed == 6
    assert room.executor.most_at_once == 3


def test_a_mistake_of_ours_is_not_swallowed_and_ends_the_run(room: Room) -> None:
    cancel = CancelToken()

    def broken(*_: object) -> bytes:
        raise ZeroDivisionError

    room.executor.does["a"] = broken
    with pytest.raises(ZeroDivisionError):
        run_plan(
            CHAIN,
            {"box": resolved()},
            room.store,
            room.executor,
            room.history,
            room.action_locks,
            workers=1,
            keep_going=True,
            cancel=cancel,
            emit=room.events.append,
        )
    assert cancel
    assert room.executor.done == ["a"]


def test_what_was_told_comes_again_from_the_store(room: Room) -> None:
    room.run(CHAIN)
    room.run(CHAIN)
    finished = [e for e in room.events if isinstance(e, ActionFinished)]
    assert [(e.label, e.output, e.seconds) for e in finished] == [(n, f"{n} done", 0.5) for n in "abc"]


def test_history_knows_the_facts_of_what_was_done_and_of_what_was_there(room: Room) -> None:
    room.run(CHAIN)
    facts = room.history.last("a")
    assert facts is not None
    assert [name for name, _ in facts if name.startswith("input ")] == ["input a.c"]
    other = Room(room.store.root.parent / "other")
    other.store, other.executor.store = room.store, room.store
    assert other.run(CHAIN).cached == 3
    assert other.history.last("a") == facts


def test_the_longest_chain_is_begun_first(room: Room) -> None:
    room.history.write_seconds({"x": 1.0, "y": 5.0, "link": 1.0, "pack": 1.0})
    room.run(TREE, workers=1)
    assert room.executor.done == ["y", "x", "link", "pack"]


@given(workers=st.integers(1, 256), at_once=st.integers(1, 256))
def test_together_they_are_no_more_than_the_workers_nor_is_any_left_without(workers: int, at_once: int) -> None:
    assert job_slots(workers, at_once) >= 1
    assert job_slots(workers, at_once) * at_once <= max(workers, at_once)


def test_only_the_variables_of_the_toolchain_are_set() -> None:
    cargo = msgspec.structs.replace(resolved(), env={"RUSTC": "rustc"}, shares=("CARGO_BUILD_JOBS",))
    assert with_job_slots(cargo, 3).env == {"RUSTC": "rustc", "CARGO_BUILD_JOBS": "3"}
    assert with_job_slots(resolved(), 3) == resolved()
