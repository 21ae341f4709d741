"""`wasmforge verify`: what does not come out the same twice is found, down to the action and the byte."""

import json
from typing import Any

import pytest

from tests.support.project import CommandResult, ProjectFixture
from tests.support.toy_toolchain import WRITE_MODULE, assert_refused, write_toys

SAME = f"{WRITE_MODULE}; printf '\\000\\006\\001tsame' >> $1"


def custom(words: str) -> str:
    """A compiler that writes what these shell words print into the custom section `t`."""
    size = "$(printf '%03o' $((${#all} + 2)))"
    return f'{WRITE_MODULE}; all=$({words}); printf "\\\\000\\\\{size}\\\\001t%s" "$all" >> $1'


def verified(project: ProjectFixture, *args: str) -> tuple[CommandResult, dict[str, Any]]:
    """Run it; what it says as JSON is its last line."""
    ended = project.run("verify", "-o", "json", *args)
    return ended, json.loads(ended.output.splitlines()[-1])


def test_what_is_deterministic_passes_and_leaves_nothing(project: ProjectFixture) -> None:
    write_toys(
        project,
        {"toy": SAME, "other": custom("cksum < build.sh; echo $TZ $LANG $LC_ALL; env | cut -d= -f1 | sort")},
    )
    ended = project.run("verify")
    assert ended.exit == 0, ended.output
    assert "built 2 artifacts twice: all the same" in ended.output
    assert not (project.root / "dist").exists()
    assert list((project.cache / "work").iterdir()) == []
    assert not (project.cache / "store" / "entry").exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("cat /proc/sys/kernel/random/uuid", "chance"),
        ("date +%N", "the clock"),
        ("pwd | cksum", "the folder"),
        ("echo $HOME | cksum", "the home"),
        ("umask", "the umask"),
    ],
)
def test_what_is_not_is_named_with_its_action_and_place(project: ProjectFixture, words: str, why: str) -> None:
    write_toys(project, {"good": SAME, "bad": custom(words)})
    ended, said = verified(project)
    assert ended.exit == 1, why
    assert said["same"] == ["good@wasi/release"]
    (found,) = said["differing"]
    assert (found["label"], found["file"]) == ("bad@wasi/release", "bad.wasm")
    assert found["cause"]["action"] == "bad@wasi/release:build"
    assert found["cause"]["first"]
    assert found["spot"]["section"] == "custom section t"
    assert 8 < found["spot"]["offset"] < found["spot"]["sizes"][0]
    assert project.run("verify", "good").exit == 0


def test_a_person_is_told_in_words(project: ProjectFixture) -> None:
    write_toys(project, {"bad": custom("cat /proc/sys/kernel/random/uuid")})
    ended = project.run("verify")
    assert ended.exit == 1
    for words in (
        "differs  bad@wasi/release  bad.wasm: custom section t, from byte 0x",
        "first in bad@wasi/release:build: bad.wasm",
        "built 1 artifact twice: 0 the same, 1 differs",
    ):
        assert words in ended.output.replace("\n", " "), ended.output


def test_a_build_that_fails_cannot_be_compared(project: ProjectFixture) -> None:
    write_toys(project, {"toy": "exit 1"})
    assert_refused(project.run("verify"), 1, "exit code 1", "not compared: 1 action failed")


def test_selection_that_is_not_there_is_asked_wrongly(project: ProjectFixture) -> None:
    write_toys(project, {"toy": WRITE_MODULE})
    assert_refused(project.run("verify", "toi"), 2, "toi")
