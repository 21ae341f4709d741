"""What a tool keeps is there again only when nothing can be wrong with it."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.unit.execute.fabricated import action, kit
from wasmforge.execute.rooms import Rooms, sweep_rooms
from wasmforge.execute.store import Blob
from wasmforge.model.plan import Action

ACTION = msgspec.structs.replace(action("app:library", sources={"src/lib.rs": "1"}), scratch="target/")

GIVENS = {"crates": Blob(digest="1", size=1)}


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return Rooms(tmp_path / "work", tmp_path / "rooms", tmp_path / "project")


def place(tmp_path: Path) -> Path:
    (found,) = (tmp_path / "rooms").iterdir()
    return found


def run(rooms: Rooms, one: Action = ACTION, givens: dict[str, Blob] = GIVENS, *, well: bool = True) -> tuple[Path, str]:
    """Where it ran, and what it found of earlier runs; leaves one word more."""
    with rooms.room(one, kit(), givens) as (folder, keep):
        assert not any(f for f in folder.iterdir() if f.name != "target")
        file = folder / "target" / "deep" / "words"
        found = file.read_text() if file.exists() else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{found}x")
        if well:
            keep()
    assert not folder.exists()
    return folder, found


def test_what_was_left_is_found_in_the_same_place(rooms: Rooms, tmp_path: Path) -> None:
    first, found = run(rooms)
    assert found == ""
    assert run(rooms) == (first, "x")
    assert run(rooms) == (first, "xx")
    edited = msgspec.structs.replace(ACTION, sources=action("", sources={"src/lib.rs": "2"}).sources)
    assert run(rooms, edited) == (first, "xxx")
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"argv": ("tool", "-O")},
        {"env": {"FLAGS": "-O"}},
        {"sources": action("", sources={"src/lib.rs": "1", "src/more.rs": "1"}).sources},
        {"sources": {}},
        {"placeholders": ("src/main.rs",)},
    ],
    ids=["words", "variables", "one file more", "one file less", "placeholders"],
)
def test_another_command_or_other_files_begin_anew(rooms: Rooms, change: dict[str, object]) -> None:
    before, _ = run(rooms)
    after, found = run(rooms, msgspec.structs.replace(ACTION, **change))
    assert found == ""
    assert after != before


def test_other_things_given_and_another_tool_begin_anew(rooms: Rooms) -> None:
    run(rooms)
    assert run(rooms, givens={"crates": Blob(digest="2", size=1)})[1] == ""
    with rooms.room(ACTION, msgspec.structs.replace(kit(), identity="2"), GIVENS) as (folder, _):
        assert not (folder / "target").exists()


def test_a_tool_that_was_ended_leaves_nothing(rooms: Rooms) -> None:
    run(rooms)
    before, found = run(rooms, well=False)
    assert found == "x"
    after, found = run(rooms)
    assert found == ""
    assert after != before


def test_nothing_is_kept_of_a_killed_build_and_its_orphans_write_elsewhere(rooms: Rooms, tmp_path: Path) -> None:
    run(rooms)
    with rooms.room(ACTION, kit(), GIVENS) as (before, keep):
        keep()
        assert not (place(tmp_path) / "kept.json").exists()  # so it stands when we are killed now
    (place(tmp_path) / "kept.json").unlink()
    before.mkdir()
    after, found = run(rooms)
    assert (found, before.exists()) == ("", False)
    assert after != before


def _longer(kept: Path) -> None:
    (kept / "deep" / "words").write_text("xy")


def _same_size_and_time(kept: Path) -> None:
    file = kept / "deep" / "words"
    before = file.stat()
    time.sleep(0.02)
    file.write_text("y")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _gone(kept: Path) -> None:
    (kept / "deep" / "words").unlink()


def _more(kept: Path) -> None:
    (kept / "more").write_text("")


def _linked(kept: Path) -> None:
    (kept / "deep" / "words").unlink()
    (kept / "deep" / "words").symlink_to("/etc/passwd")


def _record_cut(kept: Path) -> None:
    record = kept.parent / "kept.json"
    record.write_bytes(record.read_bytes()[:-3])


@pytest.mark.parametrize("damage", [_longer, _same_size_and_time, _gone, _more, _linked, _record_cut])
def test_what_somebody_touched_is_thrown_away(rooms: Rooms, tmp_path: Path, damage: object) -> None:
    run(rooms)
    assert callable(damage)
    damage(place(tmp_path) / "kept")
    assert run(rooms)[1] == ""


def test_all_that_is_laid_is_younger_than_all_that_was_kept(rooms: Rooms) -> None:
    for _ in range(20):
        with rooms.room(ACTION, kit(), GIVENS) as (folder, keep):
            (folder / "lib.rs").write_text("")
            kept = folder / "target" / "out"
            if kept.exists():
                assert (folder / "lib.rs").stat().st_mtime_ns > kept.stat().st_mtime_ns
            kept.parent.mkdir(exist_ok=True)
            kept.write_text("")
            keep()


def test_when_the_clock_was_set_back_all_begins_anew(rooms: Rooms) -> None:
    with rooms.room(ACTION, kit(), GIVENS) as (folder, keep):
        (folder / "target").mkdir()
        (folder / "target" / "words").write_text("x")
        tomorrow = time.time() + 86400
        os.utime(folder / "target" / "words", (tomorrow, tomorrow))
        keep()
    assert run(rooms)[1] == ""


def test_who_comes_second_works_elsewhere(rooms: Rooms, tmp_path: Path) -> None:
    with rooms.room(ACTION, kit(), GIVENS) as (first, _), rooms.room(ACTION, kit(), GIVENS) as (second, _):
        assert first.parent.parent == tmp_path / "rooms"
        assert second.parent == tmp_path / "work"


@contextlib.contextmanager
def elsewhere(rooms: Rooms, one: Action, image: str | None) -> Iterator[Path]:
    with rooms.room(one, msgspec.structs.replace(kit(), image=image), GIVENS) as (folder, keep):
        keep()
        yield folder


def test_most_actions_keep_nothing(rooms: Rooms, tmp_path: Path) -> None:
    none = msgspec.structs.replace(ACTION, scratch=None)
    for keeper, one, image in (
        (rooms, none, None),
        (rooms, ACTION, "sha256:1"),
        (Rooms(tmp_path / "work"), ACTION, None),
    ):
        with elsewhere(keeper, one, image) as folder:
            assert folder.parent == tmp_path / "work"
    assert not (tmp_path / "rooms").exists()


def test_what_was_of_no_use_for_a_month_goes(rooms: Rooms, tmp_path: Path) -> None:
    run(rooms)
    old = place(tmp_path)
    sweep_rooms(tmp_path / "rooms")
    assert run(rooms)[1] == "x"
    long_ago = time.time() - 31 * 86400
    for path in (old / "kept.json", old):
        os.utime(path, (long_ago, long_ago))
    with rooms.room(msgspec.structs.replace(ACTION, label="other"), kit(), GIVENS):
        sweep_rooms(tmp_path / "rooms")
    assert not old.exists()
    assert len([*(tmp_path / "rooms").iterdir()]) == 1
    sweep_rooms(tmp_path / "nowhere")
