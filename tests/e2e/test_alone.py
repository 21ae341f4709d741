"""What an action sees: its declared inputs, and exactly the variables of the allowlist, whoever calls."""

import os
from pathlib import Path

import pytest

from tests.e2e.toy import GOOD, MODULE, refused, toys
from tests.space import Space, make_space
from wasmforge.execute.environment import FIXED

pytestmark = pytest.mark.e2e

OURS = {*FIXED, "HOME", "TMPDIR"}

SHELLS = {"OLDPWD", "PWD", "SHLVL", "_"}
"""Variables that a shell sets by itself."""

SEES = f"env | cut -d= -f1 >&2; {GOOD}"

VALUES = "echo $TZ $LANG $LC_ALL $PATH $SOURCE_DATE_EPOCH"

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


def printed(space: Space) -> list[str]:
    """What the one action printed when it was really done."""
    space.env = {**STRANGE, **space.env}
    ended = space.build()
    (said,) = [e["output"] for e in ended.events() if e["event"] == "ActionFinished" and e["label"].endswith(":build")]
    return str(said).split()


def test_the_variables_are_those_of_the_allowlist(space: Space) -> None:
    toys(space, {"toy": SEES})
    assert set(printed(space)) - SHELLS == OURS


def test_their_values_do_not_depend_on_the_caller(space: Space, tmp_path: Path) -> None:
    toys(space, {"toy": f"{VALUES} >&2; {GOOD}"})
    names = ("TZ", "LANG", "LC_ALL", "PATH", "SOURCE_DATE_EPOCH")
    assert printed(space) == [FIXED[name] for name in names]
    (tmp_path / "other").mkdir()
    other = make_space(tmp_path / "other")
    toys(other, {"toy": f"{VALUES} >&2; {GOOD}"})
    other.env["PATH"] = f"{tmp_path}:{os.environ['PATH']}"
    other.env["HOME"] = str(tmp_path)
    assert printed(other) == [FIXED[name] for name in names]
    assert other.dist() == space.dist()


def test_a_file_beside_the_sources_is_not_there_unless_declared(space: Space) -> None:
    toys(space, {"toy": f"cat notes.md > /dev/null && {GOOD}"})
    space.write({"toy/notes.md": "not a source of this recipe", "notes.md": ""})
    refused(space.run("build"), 1, "notes.md: No such file or directory")
    assert not (space.root / "dist" / "wasi").exists()
    toys(space, {"toy": f"ls -A > seen; cat seen >&2; {GOOD}"})
    space.write({"toy/x.txt": "declared"})
    assert sorted(printed(space)) == [".home", "build.sh", "seen", "x.txt"]
    assert space.dist()["wasi/toy/toy.wasm"] == MODULE
