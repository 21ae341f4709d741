"""Edits that clocks and file times do not show: no build ever takes old sources for new ones."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.support.project import CommandResult, ProjectFixture
from tests.support.toy_toolchain import MODULE, WRITE_MODULE, assert_refused, write_toys
from wasmforge import process

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
    return f"{WRITE_MODULE}; printf '\\000\\003\\001t{letter}' >> $1"


def made(letter: str) -> bytes:
    """What it writes."""
    return MODULE + b"\0\3\1t" + letter.encode()


def built(project: ProjectFixture) -> bytes:
    """What dist holds after a build that did well."""
    project.build()
    return project.dist()[WASM]


def edit(project: ProjectFixture, letter: str) -> Path:
    """Write the source anew where it is."""
    path = project.root / "toy" / "build.sh"
    path.write_text(script(letter))
    return path


@pytest.mark.parametrize("at", [FUTURE, PAST, None])
def test_times_of_files_say_nothing(project: ProjectFixture, at: int | None) -> None:
    write_toys(project, {"toy": script("a")})
    before = (project.root / "toy" / "build.sh").stat()
    os.utime(project.root / "toy" / "build.sh", (at, at) if at else None)
    assert built(project) == made("a")
    times = (at * 10**9, at * 10**9) if at else (before.st_atime_ns, before.st_mtime_ns)
    os.utime(edit(project, "b"), ns=times)
    assert built(project) == made("b")
    os.utime(edit(project, "a"), ns=(0, 0))
    assert built(project) == made("a")


def test_an_edit_that_keeps_the_time_as_touch_r_does(project: ProjectFixture) -> None:
    write_toys(project, {"toy": script("a")})
    built(project)
    path = project.root / "toy" / "build.sh"
    project.write({"reference": ""})
    shutil.copystat(path, project.root / "reference")
    edit(project, "b")
    assert process.run(["/usr/bin/touch", "-r", project.root / "reference", path], timeout=60).ok
    assert path.stat().st_mtime_ns == (project.root / "reference").stat().st_mtime_ns
    assert built(project) == made("b")


def test_a_file_that_is_put_in_anothers_place_with_its_times(project: ProjectFixture) -> None:
    write_toys(project, {"toy": script("a")})
    built(project)
    path = project.root / "toy" / "build.sh"
    fresh = path.with_name("fresh")
    fresh.write_text(script("b"))
    shutil.copystat(path, fresh)
    fresh.replace(path)
    assert built(project) == made("b")


def test_git_checkout(project: ProjectFixture) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not on this machine")

    def git(*args: str) -> None:
        done = process.run(["/usr/bin/env", "git", *args], cwd=project.root, env=GIT, timeout=60)
        assert done.ok, done.text

    write_toys(project, {"toy": script("a")})
    git("init", "-q", "-b", "main")
    git("add", "toy")
    git("commit", "-qm", "a")
    git("checkout", "-qb", "other")
    edit(project, "b")
    git("commit", "-qam", "b")
    assert built(project) == made("b")
    for branch, letter in (("main", "a"), ("other", "b"), ("main", "a")):
        git("checkout", "-q", branch)
        assert built(project) == made(letter)


def test_edits_of_one_size_within_a_tick_after_each_build(project: ProjectFixture) -> None:
    write_toys(project, {"toy": script("a")})
    path = project.root / "toy" / "build.sh"
    first = path.stat().st_mtime_ns
    for letter in "bcdefg":
        edit(project, letter)
        os.utime(path, ns=(first, first))
        assert built(project) == made(letter)


def test_a_source_that_is_edited_while_it_is_compiled(project: ProjectFixture) -> None:
    project.disable_sandbox()
    path, new = project.root / "toy" / "x.txt", project.root / "new.txt"
    project.disable_sandbox()
    write_toys(
        project,
        {
            "toy": f"{WRITE_MODULE}; printf '\\000\\003\\001t' >> $1; cat x.txt >> $1; "
            f"[ ! -e {new} ] || cat {new} > {path}"
        },
    )
    project.write({"toy/x.txt": "a", "new.txt": "b"})
    assert built(project) == made("a")
    new.unlink()
    assert path.read_text() == "b"
    assert built(project) == made("b")
    project.write({"toy/x.txt": "a"})
    assert built(project) == made("a")


def test_a_source_that_is_edited_between_the_plan_and_its_turn(project: ProjectFixture) -> None:
    go = project.root / "go"
    project.disable_sandbox()
    write_toys(
        project,
        {
            "a": f": > {project.root}/began; while [ ! -e {go} ]; do sleep 0.05; done; {WRITE_MODULE}",
            "toy": script("a"),
        },
    )
    build = start(project, "build", "-j", "1")
    until((project.root / "began").exists)
    edit(project, "b")
    go.touch()
    said = build.communicate(timeout=PATIENCE)[0]
    assert build.returncode == 1, said
    assert "toy/build.sh was changed during the build; build again" in said
    assert built(project) == made("b")


def test_a_name_that_changes_only_its_case(project: ProjectFixture) -> None:
    write_toys(project, {"toy": f"{WRITE_MODULE}; printf '\\000\\007\\001t%s' $(echo *.txt) >> $1"})
    project.write({"toy/x.txt": "same"})
    assert built(project) == MODULE + b"\0\7\1tx.txt"
    (project.root / "toy" / "x.txt").rename(project.root / "toy" / "X.txt")
    if (project.root / "toy" / "x.txt").exists():
        pytest.skip("this file system takes both names for one")
    assert built(project) == MODULE + b"\0\7\1tX.txt"


def test_a_file_that_becomes_executable(project: ProjectFixture) -> None:
    write_toys(
        project,
        {"toy": f"{WRITE_MODULE}; printf '\\000\\003\\001t' >> $1; [ -x x.txt ] && printf y >> $1 || printf n >> $1"},
    )
    project.write({"toy/x.txt": ""})
    assert built(project) == made("n")
    (project.root / "toy" / "x.txt").chmod(0o755)
    assert built(project) == made("y")
    (project.root / "toy" / "x.txt").chmod(0o644)
    assert built(project) == made("n")


def test_symbolic_links_that_lead_to_themselves(project: ProjectFixture) -> None:
    write_toys(project, {"toy": script("a")})
    (project.root / "toy" / "folder").symlink_to(".", target_is_directory=True)
    (project.root / "toy" / "up").symlink_to("..", target_is_directory=True)
    assert built(project) == made("a")
    (project.root / "toy" / "x.txt").symlink_to("y.txt")
    (project.root / "toy" / "y.txt").symlink_to("x.txt")
    assert_refused(project.run("build"), 2, "toy/x.txt", "symbolic link")
    assert project.dist()[WASM] == made("a")


def test_what_a_link_leads_to_is_what_counts(project: ProjectFixture) -> None:
    write_toys(project, {"toy": f"{WRITE_MODULE}; printf '\\000\\003\\001t' >> $1; cat x.txt >> $1"})
    project.write({"one": "a", "two": "b"})
    link = project.root / "toy" / "x.txt"
    link.symlink_to("../one")
    assert built(project) == made("a")
    (project.root / "one").write_text("c")
    assert built(project) == made("c")
    link.unlink()
    link.symlink_to("../two")
    assert built(project) == made("b")


@pytest.fixture
def stranger() -> Iterator[ProjectFixture]:
    """A project of a user who is not root, where that user may go."""
    folder = Path(tempfile.mkdtemp(prefix="wasmforge-"))
    folder.chmod(0o755)
    project = ProjectFixture(root=folder / "project", cache=folder / "cache")
    project.root.mkdir()
    project.cache.mkdir()
    yield project
    shutil.rmtree(folder)


def as_nobody(project: ProjectFixture, *args: str) -> CommandResult:
    """`wasmforge ARGS` by a user who may read only what others may, and owns the project."""
    if os.geteuid() != 0:
        return project.run(*args)
    setpriv = shutil.which("setpriv") or pytest.skip("setpriv is not on this machine")
    project.trust()
    config = Path(project.env["XDG_CONFIG_HOME"])
    for path in (p for folder in (project.root, project.cache, config) for p in (folder, *folder.rglob("*"))):
        os.chown(path, NOBODY, NOBODY)
    user = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    env = {**os.environ, **project.env, "WASMFORGE_CACHE": str(project.cache), "HOME": str(project.root)}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    done = process.run(
        [setpriv, *user, sys.executable, "-m", "wasmforge", *args], cwd=project.root, env=env, timeout=60
    )
    cannot = (f"{sys.executable}: No such", f"{sys.executable}: Permission denied", "No module named wasmforge")
    if done.exit in (126, 127) or any(words in done.text for words in cannot):
        pytest.skip(f"another user may not run this Python: {done.text.strip()[-200:]}")
    return CommandResult(exit=done.exit, output=done.text)


def test_a_file_that_nobody_may_read(stranger: ProjectFixture) -> None:
    write_toys(stranger, {"toy": script("a")})
    stranger.write({"toy/x.txt": "secret"})
    (stranger.root / "toy" / "x.txt").chmod(0)
    assert_refused(as_nobody(stranger, "build"), 2, "toy/x.txt: cannot be read: Permission denied")
    (stranger.root / "toy" / "x.txt").chmod(0o644)
    ended = as_nobody(stranger, "build")
    assert ended.exit == 0, ended.output
    assert stranger.dist()[WASM] == made("a")
    (stranger.root / "toy" / "x.txt").chmod(0)
    assert_refused(as_nobody(stranger, "build"), 2, "toy/x.txt: cannot be read: Permission denied")


def test_a_folder_that_nobody_may_list(stranger: ProjectFixture) -> None:
    write_toys(stranger, {"toy": script("a")})
    inner = stranger.root / "toy" / "inner"
    inner.mkdir(mode=0)
    try:
        assert_refused(as_nobody(stranger, "build"), 2, "toy/inner", "cannot be read: Permission denied")
    finally:
        inner.chmod(0o700)  # for who cleans up


def test_an_editors_lock_is_no_source(project: ProjectFixture) -> None:
    write_toys(project, {"toy": WRITE_MODULE})
    (project.root / "toy/.#build.sh").symlink_to("somebody@somewhere.1234:1700000000")
    project.build()
