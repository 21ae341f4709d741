"""Edits that clocks and file times do not show: no build ever takes old sources for new ones."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.e2e.toy import GOOD, MODULE, refused, toys
from tests.space import Ended, Space
from wasmforge import process

pytestmark = pytest.mark.e2e

WASM = "wasi/toy/toy.wasm"

FUTURE, PAST = 4_000_000_000, 1

NOBODY = 65534

GIT = {
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "A"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "a@example.org"),
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": os.environ["PATH"],
}


def script(letter: str) -> str:
    """A compiler that says this letter; all of them are of one size."""
    return f"{GOOD}; printf '\\000\\003\\001t{letter}' >> $1"


def made(letter: str) -> bytes:
    """What it writes."""
    return MODULE + b"\0\3\1t" + letter.encode()


def built(space: Space) -> bytes:
    """What dist holds after a build that did well."""
    space.build()
    return space.dist()[WASM]


def edit(space: Space, letter: str) -> Path:
    """Write the source anew where it is."""
    path = space.root / "toy" / "build.sh"
    path.write_text(script(letter))
    return path


@pytest.mark.parametrize("at", [FUTURE, PAST, None])
def test_times_of_files_say_nothing(space: Space, at: int | None) -> None:
    toys(space, {"toy": script("a")})
    before = (space.root / "toy" / "build.sh").stat()
    os.utime(space.root / "toy" / "build.sh", (at, at) if at else None)
    assert built(space) == made("a")
    times = (at * 10**9, at * 10**9) if at else (before.st_atime_ns, before.st_mtime_ns)
    os.utime(edit(space, "b"), ns=times)
    assert built(space) == made("b")
    os.utime(edit(space, "a"), ns=(0, 0))
    assert built(space) == made("a")


def test_an_edit_that_keeps_the_time_as_touch_r_does(space: Space) -> None:
    toys(space, {"toy": script("a")})
    built(space)
    path = space.root / "toy" / "build.sh"
    space.write({"reference": ""})
    shutil.copystat(path, space.root / "reference")
    edit(space, "b")
    assert process.run(["/usr/bin/touch", "-r", space.root / "reference", path], timeout=60).ok
    assert path.stat().st_mtime_ns == (space.root / "reference").stat().st_mtime_ns
    assert built(space) == made("b")


def test_a_file_that_is_put_in_anothers_place_with_its_times(space: Space) -> None:
    toys(space, {"toy": script("a")})
    built(space)
    path = space.root / "toy" / "build.sh"
    fresh = path.with_name("fresh")
    fresh.write_text(script("b"))
    shutil.copystat(path, fresh)
    fresh.replace(path)
    assert built(space) == made("b")


def test_git_checkout(space: Space) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not on this machine")

    def git(*args: str) -> None:
        done = process.run(["/usr/bin/env", "git", *args], cwd=space.root, env=GIT, timeout=60)
        assert done.ok, done.text

    toys(space, {"toy": script("a")})
    git("init", "-q", "-b", "main")
    git("add", "toy")
    git("commit", "-qm", "a")
    git("checkout", "-qb", "other")
    edit(space, "b")
    git("commit", "-qam", "b")
    assert built(space) == made("b")
    for branch, letter in (("main", "a"), ("other", "b"), ("main", "a")):
        git("checkout", "-q", branch)
        assert built(space) == made(letter)


def test_edits_of_one_size_within_a_tick_after_each_build(space: Space) -> None:
    toys(space, {"toy": script("a")})
    path = space.root / "toy" / "build.sh"
    first = path.stat().st_mtime_ns
    for letter in "bcdefg":
        edit(space, letter)
        os.utime(path, ns=(first, first))
        assert built(space) == made(letter)


def test_a_source_that_is_edited_while_it_is_compiled(space: Space) -> None:
    path, new = space.root / "toy" / "x.txt", space.root / "new.txt"
    toys(
        space,
        {"toy": f"{GOOD}; printf '\\000\\003\\001t' >> $1; cat x.txt >> $1; [ ! -e {new} ] || cat {new} > {path}"},
    )
    space.write({"toy/x.txt": "a", "new.txt": "b"})
    assert built(space) == made("a")
    new.unlink()
    assert path.read_text() == "b"
    assert built(space) == made("b")
    space.write({"toy/x.txt": "a"})
    assert built(space) == made("a")


def test_a_source_that_is_edited_between_the_plan_and_its_turn(space: Space) -> None:
    go = space.root / "go"
    toys(space, {"a": f": > {space.root}/began; while [ ! -e {go} ]; do sleep 0.05; done; {GOOD}", "toy": script("a")})
    build = start(space, "build", "-j", "1")
    until((space.root / "began").exists)
    edit(space, "b")
    go.touch()
    said = build.communicate(timeout=PATIENCE)[0]
    assert build.returncode == 1, said
    assert "toy/build.sh was changed during the build; build again" in said
    assert built(space) == made("b")


def test_a_name_that_changes_only_its_case(space: Space) -> None:
    toys(space, {"toy": f"{GOOD}; printf '\\000\\007\\001t%s' $(echo *.txt) >> $1"})
    space.write({"toy/x.txt": "same"})
    assert built(space) == MODULE + b"\0\7\1tx.txt"
    (space.root / "toy" / "x.txt").rename(space.root / "toy" / "X.txt")
    if (space.root / "toy" / "x.txt").exists():
        pytest.skip("this file system takes both names for one")
    assert built(space) == MODULE + b"\0\7\1tX.txt"


def test_a_file_that_becomes_executable(space: Space) -> None:
    toys(space, {"toy": f"{GOOD}; printf '\\000\\003\\001t' >> $1; [ -x x.txt ] && printf y >> $1 || printf n >> $1"})
    space.write({"toy/x.txt": ""})
    assert built(space) == made("n")
    (space.root / "toy" / "x.txt").chmod(0o755)
    assert built(space) == made("y")
    (space.root / "toy" / "x.txt").chmod(0o644)
    assert built(space) == made("n")


def test_symbolic_links_that_lead_to_themselves(space: Space) -> None:
    toys(space, {"toy": script("a")})
    (space.root / "toy" / "folder").symlink_to(".", target_is_directory=True)
    (space.root / "toy" / "up").symlink_to("..", target_is_directory=True)
    assert built(space) == made("a")
    (space.root / "toy" / "x.txt").symlink_to("y.txt")
    (space.root / "toy" / "y.txt").symlink_to("x.txt")
    refused(space.run("build"), 2, "toy/x.txt", "symbolic link")
    assert space.dist()[WASM] == made("a")


def test_what_a_link_leads_to_is_what_counts(space: Space) -> None:
    toys(space, {"toy": f"{GOOD}; printf '\\000\\003\\001t' >> $1; cat x.txt >> $1"})
    space.write({"one": "a", "two": "b"})
    link = space.root / "toy" / "x.txt"
    link.symlink_to("../one")
    assert built(space) == made("a")
    (space.root / "one").write_text("c")
    assert built(space) == made("c")
    link.unlink()
    link.symlink_to("../two")
    assert built(space) == made("b")


@pytest.fixture
def stranger() -> Iterator[Space]:
    """A space of a user who is not root, where that user may go."""
    folder = Path(tempfile.mkdtemp(prefix="wasmforge-"))
    folder.chmod(0o755)
    space = Space(root=folder / "project", cache=folder / "cache")
    space.root.mkdir()
    space.cache.mkdir()
    yield space
    shutil.rmtree(folder)


def as_nobody(space: Space, *args: str) -> Ended:
    """`wasmforge ARGS` by a user who may read only what others may, and owns the space."""
    if os.geteuid() != 0:
        return space.run(*args)
    setpriv = shutil.which("setpriv") or pytest.skip("setpriv is not on this machine")
    for path in (space.root, space.cache, *space.root.rglob("*"), *space.cache.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    user = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    env = {**os.environ, "WASMFORGE_CACHE": str(space.cache), "HOME": str(space.root), "PYTHONDONTWRITEBYTECODE": "1"}
    done = process.run([setpriv, *user, sys.executable, "-m", "wasmforge", *args], cwd=space.root, env=env, timeout=60)
    if done.exit in (126, 127) or b"No module named wasmforge" in done.output:
        pytest.skip(f"another user may not run this Python: {done.text.strip()[-200:]}")
    return Ended(exit=done.exit, said=done.text)


def test_a_file_that_nobody_may_read(stranger: Space) -> None:
    toys(stranger, {"toy": script("a")})
    stranger.write({"toy/x.txt": "secret"})
    (stranger.root / "toy" / "x.txt").chmod(0)
    refused(as_nobody(stranger, "build"), 2, "toy/x.txt: cannot be read: Permission denied")
    (stranger.root / "toy" / "x.txt").chmod(0o644)
    ended = as_nobody(stranger, "build")
    assert ended.exit == 0, ended.said
    assert stranger.dist()[WASM] == made("a")
    (stranger.root / "toy" / "x.txt").chmod(0)
    refused(as_nobody(stranger, "build"), 2, "toy/x.txt: cannot be read: Permission denied")


def test_a_folder_that_nobody_may_list(stranger: Space) -> None:
    toys(stranger, {"toy": script("a")})
    inner = stranger.root / "toy" / "inner"
    inner.mkdir(mode=0)
    try:
        refused(as_nobody(stranger, "build"), 2, "toy/inner", "cannot be read: Permission denied")
    finally:
        inner.chmod(0o700)  # for who cleans up


def test_an_editors_lock_is_no_source(space: Space) -> None:
    toys(space, {"toy": GOOD})
    (space.root / "toy/.#build.sh").symlink_to("somebody@somewhere.1234:1700000000")
    space.build()
