"""Compilers that fail in every way: one readable failure, exit code 1, and what was built before stays."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import ProjectFixture, make_project
from tests.support.toy_toolchain import MODULE, WRITE_MODULE, assert_refused, write_toys

CASES: dict[str, tuple[str, list[str]]] = {
    "fails": ("echo oh no >&2; exit 3", ["exit code 3", "oh no", "$ sh build.sh toy.wasm"]),
    "hangs": (f"{WRITE_MODULE}; sleep 600", ["did not end within 1 s"]),
    "hangs and will not end": (f"trap '' TERM; {WRITE_MODULE}; while :; do sleep 1; done", ["did not end within 1 s"]),
    "dies by signal": (f"{WRITE_MODULE}; kill -SEGV $$", ["died by signal SIGSEGV"]),
    "writes nothing": ("true", ["did not write toy.wasm, which it declares as its output"]),
    "writes an empty module": (": > $1", ["wrote toy.wasm with nothing in it (0 bytes)"]),
    "writes half a module": (
        r"printf '\000asm\001\000\000\000\001\007\001' > $1",
        ["wrote toy.wasm, which is not a whole WebAssembly module"],
    ),
    "writes a folder": ("mkdir $1", ["wrote toy.wasm as a folder, not as a file"]),
    "writes a link": (f"{WRITE_MODULE}.real; ln -s $1.real $1", ["wrote toy.wasm as a symbolic link, not as a file"]),
    "writes a pipe": ("mkfifo $1", ["wrote toy.wasm as a named pipe, not as a file"]),
    "fails and leaves folders that nobody may write": (
        "mkdir -p a/b/c; touch a/b/c/d; chmod 0 a/b/c a/b a; exit 1",
        ["exit code 1"],
    ),
    "takes its own folder away": ('rm -rf "$PWD"; true', ["did not write toy.wasm"]),
    "reads what is not declared": (f"cat ../toy/secret.h && {WRITE_MODULE}", ["exit code 1", "secret.h"]),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ProjectFixture, dict[str, bytes]]]:
    """A project that was built well, and its dist; when all tests are over, a build finds nothing to do."""
    project = make_project(tmp_path_factory.mktemp("built"))
    write_toys(project, {"toy": WRITE_MODULE})
    project.write({"toy/secret.h": "x"})
    project.build()
    before = project.dist()
    assert before["wasi/toy/toy.wasm"] == MODULE
    yield project, before
    write_toys(project, {"toy": WRITE_MODULE})
    assert project.build().executed() == []
    assert project.dist() == before


@pytest.mark.parametrize("case", CASES)
def test_a_compiler_that(built: tuple[ProjectFixture, dict[str, bytes]], case: str) -> None:
    project, before = built
    script, words = CASES[case]
    write_toys(project, {"toy": script}, timeout=1)
    assert_refused(project.run("build"), 1, "toy@wasi/release:build", *words)
    assert project.dist() == before
    assert list((project.cache / "work").iterdir()) == []
    assert list((project.cache / "store" / "new").iterdir()) == []


def test_a_failure_is_not_remembered(project: ProjectFixture) -> None:
    write_toys(project, {"toy": "echo again; exit 1"})
    for _ in range(2):
        ended = project.run("build", "-o", "json")
        assert ended.exit == 1
        assert [e["event"] for e in ended.events()][-3:] == ["ActionStarted", "ActionFailed", "Finished"]


def test_a_compiler_that_prints_100_mb_is_heard_in_part(project: ProjectFixture) -> None:
    write_toys(project, {"toy": f"head -c 100000000 /dev/zero | tr '\\0' 'x'; echo the end; {WRITE_MODULE}; exit 7"})
    ended = project.run("build")
    assert_refused(ended, 1, "exit code 7", "bytes left out", "the end")
    assert len(ended.output) < 1_000_000


def test_a_child_left_running_is_ended_and_does_not_hold_the_build_up(project: ProjectFixture) -> None:
    project.disable_sandbox()
    write_toys(
        project, {"toy": f"(echo $$ > {project.root}/pid; exec sleep 600) & sleep 0.3; {WRITE_MODULE}"}, timeout=60
    )
    started = time.monotonic()
    project.build()
    assert time.monotonic() - started < 50
    assert not sleeping(project.root / "pid")


def test_words_that_are_no_text_are_shown_all_the_same(project: ProjectFixture) -> None:
    write_toys(project, {"toy": r"printf '\377\033[2J\007 said\n'; exit 1"})
    ended = project.run("build")
    assert_refused(ended, 1, "said")
    assert "\x1b[2J" not in ended.output
    assert "\x07" not in ended.output


def test_the_other_components_are_built_only_with_k(project: ProjectFixture) -> None:
    scripts = {"bad": "exit 1", "good": f"sleep 1; {WRITE_MODULE}", "last": WRITE_MODULE}
    write_toys(project, scripts)
    ended = project.run("build", "-o", "json", "-j", "1")
    assert ended.exit == 1
    assert set(project.dist()) == {"manifest.json"}
    assert ended.events()[-1]["report"]["skipped"] == ["bad@wasi/release", "good@wasi/release", "last@wasi/release"]
    ended = project.run("build", "-k", "-o", "json", "-j", "1")
    assert ended.exit == 1
    assert set(project.dist()) == {"manifest.json", "wasi/good/good.wasm", "wasi/last/last.wasm"}
    assert ended.events()[-1]["report"]["skipped"] == ["bad@wasi/release"]


def test_what_needs_a_failed_component_is_not_built(project: ProjectFixture) -> None:
    write_toys(project, {"bad": "exit 1", "user": WRITE_MODULE})
    forge = (project.root / "forge.toml").read_text()
    project.write({"forge.toml": forge + 'needs = ["bad"]\n'})
    ended = project.run("build", "-k", "-o", "json")
    assert ended.exit == 1
    assert ended.events()[-1]["report"]["skipped"] == ["bad@wasi/release", "user@wasi/release"]


def test_a_source_that_changes_during_the_build(project: ProjectFixture) -> None:
    project.disable_sandbox()
    later = project.root / "late"
    write_toys(project, {"a": f"echo '# new' >> {later}/build.sh; {WRITE_MODULE}", "late": WRITE_MODULE})
    assert_refused(project.run("build", "-j", "1"), 1, "late/build.sh was changed during the build; build again")
    write_toys(project, {"a": WRITE_MODULE, "late": WRITE_MODULE})
    project.build()


def sleeping(pid_file: Path) -> bool:
    """Whether the process named in the file is still there (a dead one may wait to be buried)."""
    stat = Path(f"/proc/{int(pid_file.read_text())}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
