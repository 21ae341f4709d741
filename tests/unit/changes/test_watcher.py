"""What is heard of changed files: in whole batches, and not what nobody builds from."""

import threading
import time
from pathlib import Path

import pytest

from wasmforge.changes.watcher import QUIET_S, ChangeQueue, matters, watch_folder
from wasmforge.errors import ForgeError, machine_error


@pytest.mark.parametrize("path", ["forge.toml", "a/src/x.c", "recipes/toy.toml", "a/.clang-format", "a/data~1.txt"])
def test_what_may_matter(path: str) -> None:
    assert matters(path)


@pytest.mark.parametrize(
    "path",
    [
        *(".git", ".git/index.lock", "deep/.git/HEAD", ".wasmforge", ".wasmforge/history/x.json", ".venv/lib/a.py"),
        *("node_modules", "a/node_modules/b/c.ts", "a/__pycache__/x.pyc"),
        *("a/x.c~", "a/.x.c.swp", "a/.x.c.swx", "a/.#x.c", "a/#x.c#", "a/4913", "."),
    ],
)
def test_what_never_matters(path: str) -> None:
    assert not matters(path)


def test_a_storm_is_one_batch() -> None:
    changes = ChangeQueue()

    def storm() -> None:
        for number in range(5):
            changes.put(frozenset({f"{number}.c"}))
            time.sleep(QUIET_S / 5)

    thread = threading.Thread(target=storm)
    thread.start()
    batch = set(changes.wait())
    thread.join()
    while len(batch) < 5:  # on a machine that does other things a storm may have a lull
        batch |= changes.wait()
    assert batch == {f"{number}.c" for number in range(5)}


def test_what_came_while_nobody_waited_is_one_batch() -> None:
    changes = ChangeQueue()
    changes.put(frozenset({"a.c"}))
    changes.put(frozenset({"b.c", "a.c"}))
    assert changes.wait() == {"a.c", "b.c"}


def test_nothing_can_be_heard_any_more() -> None:
    changes = ChangeQueue()
    changes.put(frozenset({"a.c"}))
    changes.put(machine_error("cannot be watched: too many"))
    with pytest.raises(ForgeError, match="too many"):
        changes.wait()


def test_what_cannot_be_watched_is_told_with_a_way_out(tmp_path: Path) -> None:
    with watch_folder(tmp_path / "nowhere", ()) as changes, pytest.raises(ForgeError) as caught:
        changes.wait()
    (problem,) = caught.value.problems
    assert "cannot be watched" in problem.what
    assert "WATCHFILES_FORCE_POLLING" in problem.hint


def test_a_change_is_heard_and_what_is_away_is_not(tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    with watch_folder(tmp_path, (tmp_path / "away",)) as changes:
        (tmp_path / "away" / "x.c").touch()
        (tmp_path / "y.c").touch()
        assert changes.wait() == {"y.c"}
    assert not any(t.name == "watch" for t in threading.enumerate())
