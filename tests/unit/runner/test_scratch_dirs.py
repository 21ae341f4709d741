"""What a tool keeps is there again only when nothing can be wrong with it."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.factories.runner import action, resolved
from wasmforge.model.plan import Action
from wasmforge.runner.scratch_dirs import ScratchDirs, checked_out, in_ci, sweep_scratch_dirs
from wasmforge.store.store import Blob

ACTION = msgspec.structs.replace(action("app:library", sources={"src/lib.c": "1"}), scratch="target/")

GIVENS = {"crates": Blob(digest="1", size=1)}


@pytest.fixture
def rooms(tmp_path: Path) -> ScratchDirs:
    return ScratchDirs(tmp_path / "work", tmp_path / "scratch-dirs", tmp_path / "project")


def place(tmp_path: Path) -> Path:
    (found,) = (tmp_path / "scratch-dirs").iterdir()
    return found


def run(
    rooms: ScratchDirs, one: Action = ACTION, generated_inputs: dict[str, Blob] = GIVENS, *, well: bool = True
) -> tuple[Path, str]:
    """Where it ran, and what it found of earlier runs; leaves one word more."""
    with rooms.workdir(one, resolved(), generated_inputs) as (folder, keep, _):
        assert not any(f for f in folder.iterdir() if f.name != "target")
        file = folder / "target" / "deep" / "words"
        found = file.read_text() if file.exists() else ""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{found}x")
        if well:
            keep()
    assert not folder.exists()
    return folder, found


def test_what_was_left_is_found_in_the_same_place(rooms: ScratchDirs, tmp_path: Path) -> None:
    first, found = run(rooms)
    assert found == ""
    assert run(rooms) == (first, "x")
    assert run(rooms) == (first, "xx")
    edited = msgspec.structs.replace(ACTION, sources=action("", sources={"src/lib.c": "2"}).sources)
    assert run(rooms, edited) == (first, "xxx")
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"argv": ("tool", "-O")},
        {"env": {"FLAGS": "-O"}},
        {"sources": action("", sources={"src/lib.c": "1", "src/more.c": "1"}).sources},
        {"sources": {}},
        {"placeholders": ("src/main.rs",)},
    ],
    ids=["words", "variables", "one file more", "one file less", "placeholders"],
)
def test_another_command_or_other_files_begin_anew(rooms: ScratchDirs, change: dict[str, object]) -> None:
    before, _ = run(rooms)
    after, found = run(rooms, msgspec.structs.replace(ACTION, **change))
    assert found == ""
    assert after != before


def test_other_things_given_and_another_tool_begin_anew(rooms: ScratchDirs) -> None:
    run(rooms)
    assert run(rooms, generated_inputs={"crates": Blob(digest="2", size=1)})[1] == ""
    with rooms.workdir(ACTION, msgspec.structs.replace(resolved(), identity="2"), GIVENS) as (folder, _, _):
        assert not (folder / "target").exists()


def test_a_tool_that_was_ended_leaves_nothing(rooms: ScratchDirs) -> None:
    run(rooms)
    before, found = run(rooms, well=False)
    assert found == "x"
    after, found = run(rooms)
    assert found == ""
    assert after != before


def test_nothing_is_kept_of_a_killed_build_and_its_orphans_write_elsewhere(rooms: ScratchDirs, tmp_path: Path) -> None:
    run(rooms)
    with rooms.workdir(ACTION, resolved(), GIVENS) as (before, keep, _):
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
def test_what_somebody_touched_is_thrown_away(rooms: ScratchDirs, tmp_path: Path, damage: object) -> None:
    run(rooms)
    assert callable(damage)
    damage(place(tmp_path) / "kept")
    assert run(rooms)[1] == ""


def test_all_that_is_laid_is_younger_than_all_that_was_kept(rooms: ScratchDirs) -> None:
    for _ in range(20):
        with rooms.workdir(ACTION, resolved(), GIVENS) as (folder, keep, _):
            (folder / "lib.rs").write_text("")
            kept = folder / "target" / "out"
            if kept.exists():
                assert (folder / "lib.rs").stat().st_mtime_ns > kept.stat().st_mtime_ns
            kept.parent.mkdir(exist_ok=True)
            kept.write_text("")
            keep()


def test_when_the_clock_was_set_back_all_begins_anew(rooms: ScratchDirs) -> None:
    with rooms.workdir(ACTION, resolved(), GIVENS) as (folder, keep, _):
        (folder / "target").mkdir()
        (folder / "target" / "words").write_text("x")
        tomorrow = time.time() + 86400
        os.utime(folder / "target" / "words", (tomorrow, tomorrow))
        keep()
    assert run(rooms)[1] == ""


def test_who_comes_second_works_elsewhere(rooms: ScratchDirs, tmp_path: Path) -> None:
    with (
        rooms.workdir(ACTION, resolved(), GIVENS) as (first, _, _),
        rooms.workdir(ACTION, resolved(), GIVENS) as (second, _, _),
    ):
        assert first.parent.parent == tmp_path / "scratch-dirs"
        assert second.parent == tmp_path / "work"


@contextlib.contextmanager
def elsewhere(rooms: ScratchDirs, one: Action, image: str | None) -> Iterator[Path]:
    with rooms.workdir(one, msgspec.structs.replace(resolved(), image=image), GIVENS) as (folder, keep, _):
        keep()
        yield folder


def test_most_actions_keep_nothing(rooms: ScratchDirs, tmp_path: Path) -> None:
    none = msgspec.structs.replace(ACTION, scratch=None)
    for keeper, one, image in (
        (rooms, none, None),
        (rooms, ACTION, "sha256:1"),
        (ScratchDirs(tmp_path / "work"), ACTION, None),
    ):
        with elsewhere(keeper, one, image) as folder:
            assert folder.parent == tmp_path / "work"
    assert not (tmp_path / "scratch-dirs").exists()


def test_what_was_of_no_use_for_a_month_goes(rooms: ScratchDirs, tmp_path: Path) -> None:
    run(rooms)
    old = place(tmp_path)
    sweep_scratch_dirs(tmp_path / "scratch-dirs")
    assert run(rooms)[1] == "x"
    long_ago = time.time() - 31 * 86400
    for path in (old / "kept.json", old):
        os.utime(path, (long_ago, long_ago))
    with rooms.workdir(msgspec.structs.replace(ACTION, label="other"), resolved(), GIVENS):
        sweep_scratch_dirs(tmp_path / "scratch-dirs")
    assert not old.exists()
    assert len([*(tmp_path / "scratch-dirs").iterdir()]) == 1
    sweep_scratch_dirs(tmp_path / "nowhere")


CARGO = {"Cargo.toml": '[package]\nname = "app"\n', "build.rs": "fn main() {}", "src/lib.rs": "1", "data/x": "1"}


def crate(tmp_path: Path, **changes: str) -> Action:
    """An action on a crate in the project's folder, with these changes."""
    files = {**CARGO, **changes}
    for name, text in files.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return msgspec.structs.replace(action("app:library", sources=files), scratch="target/")


@pytest.mark.parametrize("file", ["Cargo.toml", "build.rs", "data/x"])
def test_another_build_script_or_what_it_may_read_begins_anew(rooms: ScratchDirs, tmp_path: Path, file: str) -> None:
    run(rooms, crate(tmp_path))
    assert run(rooms, crate(tmp_path, **{"src/lib.rs": "2"}))[1] == "x"
    assert run(rooms, crate(tmp_path, **{file: f"{CARGO[file]} "}))[1] == ""


def test_another_branch_begins_anew(rooms: ScratchDirs, tmp_path: Path) -> None:
    head = tmp_path / "project" / ".git" / "HEAD"
    head.parent.mkdir(parents=True)
    head.write_text("ref: refs/heads/main\n")
    run(rooms)
    assert run(rooms)[1] == "x"
    head.write_text("ref: refs/heads/pr\n")
    assert run(rooms)[1] == ""
    head.write_text("ref: refs/heads/main\n")
    assert run(rooms)[1] == ""


def test_the_branch_of_a_worktree_is_where_its_file_says(tmp_path: Path) -> None:
    (tmp_path / "main" / "worktrees" / "w").mkdir(parents=True)
    (tmp_path / "main" / "worktrees" / "w" / "HEAD").write_text("ref: refs/heads/w\n")
    (tmp_path / "w" / "deep").mkdir(parents=True)
    (tmp_path / "w" / ".git").write_text(f"gitdir: {tmp_path}/main/worktrees/w\n")
    assert checked_out(tmp_path / "w" / "deep") == "ref: refs/heads/w"


def test_what_is_found_has_a_lineage_until_it_is_begun_anew(rooms: ScratchDirs) -> None:
    assert rooms.lineage(ACTION, resolved(), GIVENS) == ""
    with rooms.workdir(ACTION, resolved(), GIVENS) as (folder, keep, lineage):
        (folder / "target").mkdir()
        keep()
    assert lineage == ""  # nothing was found
    first = rooms.lineage(ACTION, resolved(), GIVENS)
    for _ in range(2):
        with rooms.workdir(ACTION, resolved(), GIVENS) as (_, keep, lineage):
            keep()
        assert lineage == first == rooms.lineage(ACTION, resolved(), GIVENS)
    assert rooms.lineage(ACTION, resolved(), {}) == ""
    run(rooms, well=False)
    assert rooms.lineage(ACTION, resolved(), GIVENS) == ""
    run(rooms)
    assert rooms.lineage(ACTION, resolved(), GIVENS) not in ("", first)


@pytest.mark.parametrize(
    ("said", "is_one"), [("", False), ("0", False), ("false", False), ("False", False), ("true", True), ("1", True)]
)
def test_a_ci_says_so(monkeypatch: pytest.MonkeyPatch, said: str, is_one: bool) -> None:
    monkeypatch.setenv("CI", said)
    assert in_ci() == is_one
    monkeypatch.delenv("CI")
    assert not in_ci()
