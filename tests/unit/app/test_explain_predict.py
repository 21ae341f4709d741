"""What a build would do, and why, without doing anything."""

from pathlib import Path

import msgspec
import pytest

from tests.support.factories.runner import Room, action, plan
from wasmforge.app.explain_predict import predict
from wasmforge.model.explain import Change
from wasmforge.model.plan import Action, Plan


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def compiling(content: str = "1", **more: str) -> Action:
    """An action that tells what it reads."""
    return action("x", sources={"x.c": content, **{f"{n}.h": c for n, c in more.items()}}, depfile="x.d")


LINK = action("link", needs=("x",))

PLAN = plan(compiling(), LINK)


def said(room: Room, made: Plan = PLAN, identity: str = "1") -> list[tuple[str, str, tuple[Change, ...]]]:
    """What is foreseen."""
    found = predict(made, {"box": identity}, room.store, room.history)
    assert list(found) == [e.label for e in found.values()] == list(made.actions)
    return [(e.label, e.status, e.changes) for e in found.values()]


WAITS = ("link", "would run", (Change(what="needs", new="x, which would run"),))


def test_nothing_was_built_yet(room: Room) -> None:
    assert said(room) == [("x", "never built", ()), ("link", "never built", WAITS[2])]


def test_everything_is_there(room: Room) -> None:
    room.run(PLAN)
    assert said(room) == [("x", "up to date", ()), ("link", "up to date", ())]


def test_foreseeing_does_nothing(room: Room) -> None:
    said(room)
    assert room.executor.done == []
    assert not room.store.root.exists()
    assert room.history.last("x") is None


def test_why_it_was_run_last(room: Room) -> None:
    room.run(PLAN)
    room.run(plan(compiling("2"), LINK))
    anew = {label: e.anew for label, e in predict(PLAN, {"box": "1"}, room.store, room.history).items()}
    assert [c.what for c in anew["x"]] == ["x.c"]
    assert [c.what for c in anew["link"]] == ["x.out"]


def test_a_source_changed(room: Room) -> None:
    room.run(PLAN)
    ((label, status, (change,)), waits) = said(room, plan(compiling("2"), LINK))
    assert (label, status, change.what) == ("x", "would run", "x.c")
    assert change.old != change.new
    assert waits == WAITS


def test_an_argument_and_a_toolchain_changed(room: Room) -> None:
    room.run(PLAN)
    other = plan(msgspec.structs.replace(compiling(), argv=("tool", "-O3")), LINK)
    assert said(room, other) == [("x", "would run", (Change(what="argument", new="-O3"),)), WAITS]
    assert said(room, identity="2")[0] == ("x", "would run", (Change(what="box", old="1", new="2"),))


def test_what_was_not_read_may_change(room: Room) -> None:
    room.executor.used["x"] = ("x.c",)
    room.run(plan(compiling(a="1"), LINK))
    assert said(room, plan(compiling(a="2"), LINK)) == [("x", "up to date", ()), ("link", "up to date", ())]


def test_a_file_that_came(room: Room) -> None:
    room.run(PLAN)
    assert said(room, plan(compiling(new="1"), LINK)) == [
        ("x", "would run", (Change(what="new.h", new="there"),)),
        WAITS,
    ]


def test_a_file_that_went_after_it_was_read(room: Room) -> None:
    room.run(plan(compiling(a="1"), LINK))
    ((_, status, (change,)), _) = said(room)
    assert (status, change.what, change.new) == ("would run", "a.h", "")
    assert change.old


def test_a_file_that_went_without_having_been_read(room: Room) -> None:
    room.executor.used["x"] = ("x.c",)
    room.run(plan(compiling(a="1"), LINK))
    assert said(room)[0] == ("x", "would run", (Change(what="a.h", old="there"),))


def test_the_store_lost_an_output(room: Room) -> None:
    ran = room.run(PLAN)
    digest = ran.entries["x"].outputs["x.out"].digest
    (room.store.root / "blobs" / digest[:2] / digest).unlink()
    assert said(room) == [("x", "would run", (Change(what="the store", new="no longer has its outputs"),)), WAITS]


def test_another_project_built_the_same(room: Room) -> None:
    room.run(PLAN)
    other = Room(room.store.root.parent / "other")
    other.store = room.store
    assert said(other) == [("x", "up to date", ()), ("link", "up to date", ())]


def test_what_became_of_it_is_what_a_build_does(room: Room) -> None:
    room.run(PLAN)
    for made in (PLAN, plan(compiling("2"), LINK), plan(compiling(), LINK), plan(compiling(a="3"), LINK)):
        would = {label for label, status, _ in said(room, made) if status != "up to date"}
        room.run(made)
        assert set(room.executor.done) == would
