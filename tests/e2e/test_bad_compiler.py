"""Compilers that fail in every way: one readable failure, exit code 1, and what was built before stays."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.toy import GOOD, MODULE, refused, toys
from tests.space import Space, make_space

pytestmark = pytest.mark.e2e

CASES: dict[str, tuple[str, list[str]]] = {
    "fails": ("echo oh no >&2; exit 3", ["exit code 3", "oh no", "$ sh build.sh toy.wasm"]),
    "hangs": (f"{GOOD}; sleep 600", ["did not end within 1 s"]),
    "hangs and will not end": (f"trap '' TERM; {GOOD}; while :; do sleep 1; done", ["did not end within 1 s"]),
    "dies by signal": (f"{GOOD}; kill -SEGV $$", ["died by signal SIGSEGV"]),
    "writes nothing": ("true", ["did not write toy.wasm, which it declares as its output"]),
    "writes an empty module": (": > $1", ["wrote toy.wasm with nothing in it (0 bytes)"]),
    "writes half a module": (
        r"printf '\000asm\001\000\000\000\001\007\001' > $1",
        ["wrote toy.wasm, which is not a whole WebAssembly module"],
    ),
    "writes a folder": ("mkdir $1", ["wrote toy.wasm as a folder, not as a file"]),
    "writes a link": (f"{GOOD}.real; ln -s $1.real $1", ["wrote toy.wasm as a symbolic link, not as a file"]),
    "writes a pipe": ("mkfifo $1", ["wrote toy.wasm as something else, not as a file"]),
    "fails and leaves folders that nobody may write": (
        "mkdir -p a/b/c; touch a/b/c/d; chmod 0 a/b/c a/b a; exit 1",
        ["exit code 1"],
    ),
    "takes its own folder away": ('rm -rf "$PWD"', ["did not write toy.wasm"]),
    "reads what is not declared": (f"cat ../toy/secret.h && {GOOD}", ["exit code 1", "secret.h"]),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Space, dict[str, bytes]]]:
    """A project that was built well, and its dist; when all tests are over, a build finds nothing to do."""
    space = make_space(tmp_path_factory.mktemp("built"))
    toys(space, {"toy": GOOD})
    space.write({"toy/secret.h": "x"})
    space.build()
    before = space.dist()
    assert before["wasi/toy/toy.wasm"] == MODULE
    yield space, before
    toys(space, {"toy": GOOD})
    assert space.build().ran() == []
    assert space.dist() == before


@pytest.mark.parametrize("case", CASES)
def test_a_compiler_that(built: tuple[Space, dict[str, bytes]], case: str) -> None:
    space, before = built
    script, words = CASES[case]
    toys(space, {"toy": script}, timeout=1)
    refused(space.run("build"), 1, "toy@wasi/release:build", *words)
    assert space.dist() == before
    assert list((space.cache / "work").iterdir()) == []
    assert list((space.cache / "store" / "new").iterdir()) == []


def test_a_failure_is_not_remembered(space: Space) -> None:
    toys(space, {"toy": "echo again; exit 1"})
    for _ in range(2):
        ended = space.run("build", "-o", "json")
        assert ended.exit == 1
        assert [e["event"] for e in ended.events()][1:] == ["ActionStarted", "ActionFailed", "Finished"]


def test_a_compiler_that_prints_100_mb_is_heard_in_part(space: Space) -> None:
    toys(space, {"toy": f"head -c 100000000 /dev/zero | tr '\\0' 'x'; echo the end; {GOOD}; exit 7"})
    ended = space.run("build")
    refused(ended, 1, "exit code 7", "bytes left out", "the end")
    assert len(ended.said) < 1_000_000


def test_a_child_left_running_is_ended_and_does_not_hold_the_build_up(space: Space) -> None:
    toys(space, {"toy": f"(echo $$ > {space.root}/pid; exec sleep 600) & sleep 0.3; {GOOD}"}, timeout=60)
    started = time.monotonic()
    space.build()
    assert time.monotonic() - started < 50
    assert not sleeping(space.root / "pid")


def test_words_that_are_no_text_are_shown_all_the_same(space: Space) -> None:
    toys(space, {"toy": r"printf '\377\033[2J\007 said\n'; exit 1"})
    ended = space.run("build")
    refused(ended, 1, "said")
    assert "\x1b[2J" not in ended.said
    assert "\x07" not in ended.said


def test_the_other_components_are_built_only_with_k(space: Space) -> None:
    scripts = {"bad": "exit 1", "good": f"sleep 1; {GOOD}", "last": GOOD}
    toys(space, scripts)
    ended = space.run("build", "-o", "json", "-j", "1")
    assert ended.exit == 1
    assert set(space.dist()) == {"manifest.json"}
    assert ended.events()[-1]["report"]["skipped"] == ["bad@wasi/release", "good@wasi/release", "last@wasi/release"]
    ended = space.run("build", "-k", "-o", "json", "-j", "1")
    assert ended.exit == 1
    assert set(space.dist()) == {"manifest.json", "wasi/good/good.wasm", "wasi/last/last.wasm"}
    assert ended.events()[-1]["report"]["skipped"] == ["bad@wasi/release"]


def test_what_needs_a_failed_component_is_not_built(space: Space) -> None:
    toys(space, {"bad": "exit 1", "user": GOOD})
    forge = (space.root / "forge.toml").read_text()
    space.write({"forge.toml": forge + 'needs = ["bad"]\n'})
    ended = space.run("build", "-k", "-o", "json")
    assert ended.exit == 1
    assert ended.events()[-1]["report"]["skipped"] == ["bad@wasi/release", "user@wasi/release"]


def test_a_source_that_changes_during_the_build(space: Space) -> None:
    later = space.root / "late"
    toys(space, {"a": f"echo '# new' >> {later}/build.sh; {GOOD}", "late": GOOD})
    refused(space.run("build", "-j", "1"), 1, "late/build.sh was changed during the build; build again")
    toys(space, {"a": GOOD, "late": GOOD})
    space.build()


def sleeping(pid_file: Path) -> bool:
    """Whether the process named in the file is still there (a dead one may wait to be buried)."""
    stat = Path(f"/proc/{int(pid_file.read_text())}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
