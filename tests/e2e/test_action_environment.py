"""What an action sees: its declared inputs, and exactly the variables of the allowlist, whoever calls."""

import os
import re
import shutil
from pathlib import Path

from tests.support.project import ProjectFixture, make_project
from tests.support.toy_toolchain import MODULE, TOOLCHAIN, WRITE_MODULE, assert_refused, write_toys
from wasmforge.toolchains.environment import FIXED

OURS = {*FIXED, "HOME", "TMPDIR"}

SHELLS = {"OLDPWD", "PWD", "SHLVL", "_"}
"""Variables that a shell sets by itself."""

SEES = f"env | cut -d= -f1 >&2; {WRITE_MODULE}"

VALUES = "echo $TZ $LANG $LC_ALL $SOURCE_DATE_EPOCH"

STRANGE = {
    "CC": "false",
    "CFLAGS": "-O0",
    "LANG": "tr_TR.UTF-8",
    "LC_ALL": "C",
    "TZ": "Asia/Tokyo",
    "USER": "nobody",
    "SOURCE_DATE_EPOCH": "1",
    "GIT_DIR": "/nowhere",
    "NODE_OPTIONS": "--x",
    "ZIG_GLOBAL_CACHE_DIR": "/nowhere",
    "CARGO_HOME": "/nowhere",
    "http_proxy": "http://127.0.0.1:9",
    "SSL_CERT_FILE": "/nowhere",
}


def printed(project: ProjectFixture) -> list[str]:
    """What the one action printed when it was really done."""
    project.env = {**STRANGE, **project.env}
    ended = project.build()
    (said,) = [e["output"] for e in ended.events() if e["event"] == "ActionFinished" and e["label"].endswith(":build")]
    return str(said).split()


def test_the_variables_are_those_of_the_allowlist(project: ProjectFixture) -> None:
    write_toys(project, {"toy": SEES})
    assert set(printed(project)) - SHELLS == OURS


def test_their_values_do_not_depend_on_the_caller(project: ProjectFixture, tmp_path: Path) -> None:
    write_toys(project, {"toy": f"{VALUES} >&2; {WRITE_MODULE}"})
    fixed = [FIXED[name] for name in ("TZ", "LANG", "LC_ALL", "SOURCE_DATE_EPOCH")]
    assert printed(project) == fixed
    (tmp_path / "other").mkdir()
    other = make_project(tmp_path / "other")
    write_toys(other, {"toy": f"{VALUES} >&2; {WRITE_MODULE}"})
    other.env["PATH"] = f"{tmp_path}:{os.environ['PATH']}"
    other.env["HOME"] = str(tmp_path)
    assert printed(other) == fixed
    assert other.dist() == project.dist()


def test_path_holds_the_programs_of_the_toolchain_alone(project: ProjectFixture) -> None:
    write_toys(project, {"toy": f"ls $PATH >&2; command -v gcc clang git >&2; {WRITE_MODULE}"})
    (words,) = re.findall(r"contents = \[(.*?)\]", TOOLCHAIN, re.DOTALL)
    declared = {*re.findall(r'"(\w+)"', words), "sh", "python"}
    named = {name for name in declared if shutil.which(name, path=FIXED["PATH"])} | {"sh", "python"}
    assert set(printed(project)) == named


def test_a_program_that_the_toolchain_does_not_name_is_not_found_and_a_hint_says_where_to_name_it(
    project: ProjectFixture,
) -> None:
    write_toys(project, {"toy": f"{WRITE_MODULE}; uniq $1"})
    assert_refused(project.run("build"), 1, "uniq: not found", "contents")


def test_a_file_beside_the_sources_is_not_there_unless_declared(project: ProjectFixture) -> None:
    write_toys(project, {"toy": f"cat notes.md > /dev/null && {WRITE_MODULE}"})
    project.write({"toy/notes.md": "not a source of this recipe", "notes.md": ""})
    assert_refused(project.run("build"), 1, "notes.md: No such file or directory")
    assert not (project.root / "dist" / "wasi").exists()
    write_toys(project, {"toy": f"ls -A > seen; cat seen >&2; {WRITE_MODULE}"})
    project.write({"toy/x.txt": "declared"})
    assert sorted(printed(project)) == [".home", "build.sh", "seen", "x.txt"]
    assert project.dist()["wasi/toy/toy.wasm"] == MODULE
