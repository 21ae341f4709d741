"""`--affected`, `ci-matrix` and shards, asked of real repositories."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.toy import GOOD, refused, toys
from tests.space import Space
from wasmforge import process

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine"),
]

NEEDS = 'needs = ["a"]\n'


def git(space: Space, *args: str, cwd: Path | None = None) -> str:
    """Run git as nobody in particular."""
    who = {f"GIT_{role}_{what}": "nobody@here" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = process.run(
        ["git", "-c", "protocol.file.allow=always", *args],
        cwd=cwd or space.root,
        env={**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull},
        timeout=60,
    )
    assert done.ok, done.text
    return done.text.strip()


def repository(space: Space) -> None:
    """Three components, committed; b needs a."""
    toys(space, {name: f"{GOOD}\n# {name}" for name in "abc"})
    forge = (space.root / "forge.toml").read_text().replace("[components.c]", f"{NEEDS}[components.c]")
    space.write({"forge.toml": forge, ".gitignore": "dist\n.wasmforge\n", "c/data.txt": "c"})
    git(space, "init", "-q", "-b", "main")
    commit(space)


def commit(space: Space) -> None:
    git(space, "add", "-A")
    git(space, "commit", "-q", "-m", "more")


def affected(space: Space, *args: str) -> dict[str, list[str]]:
    """The components that a build finds affected, and why."""
    events = space.build("--affected", *args).events()
    told = next(e for e in events if e["event"] == "Affected")
    built = {a["component"] for a in events[-1]["report"]["artifacts"]}
    names = {c["component"]: c["because"] for c in told["components"]}
    assert set(names) <= built <= {*names, "a"}
    return names


def test_all_the_ways_to_change_a_file(space: Space) -> None:
    repository(space)
    assert affected(space) == {}
    (space.root / "a" / "build.sh").write_text(GOOD)
    edited = {"a": ["a/build.sh changed"], "b": ["needs a"]}
    assert affected(space) == edited
    git(space, "add", "-A")
    assert affected(space) == edited
    git(space, "checkout", "-q", "-b", "work")
    commit(space)
    assert affected(space) == edited
    assert affected(space, "--base", "HEAD") == {}
    (space.root / "c" / "new.txt").write_text("not tracked")
    assert affected(space)["c"] == ["c/new.txt changed"]
    assert affected(space, "--head", "HEAD") == edited
    assert affected(space, "--head", "work", "c") == {}
    (space.root / "c" / "new.txt").unlink()
    git(space, "mv", "c/data.txt", "b/data.txt")
    assert affected(space)["c"] == ["c/data.txt changed"]
    assert affected(space)["b"] == ["b/data.txt changed", "needs a"]


def test_what_main_got_meanwhile_does_not_count(space: Space) -> None:
    repository(space)
    git(space, "checkout", "-q", "-b", "work")
    (space.root / "a" / "build.sh").write_text(GOOD)
    commit(space)
    git(space, "checkout", "-q", "main")
    (space.root / "c" / "data.txt").write_text("main's")
    commit(space)
    git(space, "checkout", "-q", "work")
    assert sorted(affected(space)) == ["a", "b"]


def test_forge_toml_and_the_catalog(space: Space) -> None:
    repository(space)
    forge = space.root / "forge.toml"
    forge.write_text("# only a comment\n" + forge.read_text())
    assert affected(space) == {}
    forge.write_text(forge.read_text().replace('path = "c"', 'path = "c"\nlimits = { size = "1 KiB" }'))
    assert affected(space) == {"c": ["forge.toml: components.c changed (limits)"]}
    recipe = space.root / "recipes" / "script.toml"
    recipe.write_text(recipe.read_text() + "\n# more")
    assert sorted(affected(space)) == ["a", "b", "c"]


def test_a_project_below_the_top_of_a_repository(space: Space) -> None:
    repository(space)
    inner = space.root / "deep" / "inner"
    inner.mkdir(parents=True)
    for name in ("forge.toml", "a", "b", "c", "recipes", "toolchains"):
        (space.root / name).rename(inner / name)
    commit(space)
    (inner / "c" / "data.txt").write_text("changed")
    events = space.run("build", "--affected", "-o", "json", cwd="deep/inner").events()
    told = next(e for e in events if e["event"] == "Affected")
    assert [c["because"] for c in told["components"]] == [["c/data.txt changed"]]


def test_where_git_has_no_answer(space: Space, tmp_path: Path) -> None:
    toys(space, {"a": GOOD})
    refused(space.run("build", "--affected"), 2, "not a git repository", "without it everything is built")
    git(space, "init", "-q", "-b", "main")
    refused(space.run("build", "--affected", "--base", "HEAD"), 2, "nothing is committed yet")
    commit(space)
    refused(space.run("build", "--affected", "--base", "nope"), 2, "no revision 'nope'", "git fetch")
    refused(space.run("build", "--affected", "--base", "--all"), 2, "no revision '--all'")
    refused(space.run("build", "--affected", "--head", "nope"), 2, "--head: git knows no revision 'nope'")
    refused(space.run("build", "--base", "main"), 2, "add --affected")
    refused(space.run("build", "--affected", PATH=str(tmp_path)), 3, "git: is not on this machine")


def test_a_shallow_clone_says_so(space: Space, tmp_path: Path) -> None:
    repository(space)
    git(space, "checkout", "-q", "-b", "work")
    for number in range(3):
        (space.root / "c" / "data.txt").write_text(str(number))
        commit(space)
    clone = tmp_path / "clone"
    git(space, "clone", "-q", "--depth=1", "--branch=work", f"file://{space.root}", str(clone))
    shallow = Space(root=clone, cache=space.cache)
    refused(shallow.run("build", "--affected"), 2, "no revision 'main'", "fetch-depth: 0")
    git(space, "fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main", cwd=clone)
    refused(shallow.run("build", "--affected"), 2, "did you mean origin/main?")
    refused(shallow.run("build", "--affected", "--base", "origin/main"), 2, "in common", "fetch-depth: 0")


def matrix(space: Space, *args: str) -> list[dict[str, Any]]:
    """The entries of a matrix."""
    ended = space.run("ci-matrix", "--quiet", *args)
    assert ended.exit == 0, ended.said
    said = json.loads(ended.said)
    assert list(said) == ["include"]
    return list(said["include"])


def test_a_matrix_and_its_shards(space: Space) -> None:
    repository(space)
    assert [e["labels"] for e in matrix(space)] == ["a@wasi", "b@wasi", "c@wasi"]
    assert matrix(space)[0] == {
        "component": "a",
        "target": "wasi",
        "labels": "a@wasi",
        "toolchains": ["shell", "wasm-tools"],
    }
    jobs = matrix(space, "--job-total", "2")
    assert [(e["job"], e["job-total"], e["labels"]) for e in jobs] == [(0, 2, "a@wasi b@wasi"), (1, 2, "c@wasi")]
    assert [e["labels"] for e in matrix(space, "--job", "1", "--job-total", "2")] == ["c@wasi"]
    built = space.build("--job", "0", "--job-total", "2").events()[-1]["report"]["artifacts"]
    assert [a["component"] for a in built] == ["a", "b"]
    assert [a["component"] for a in space.build(*jobs[1]["labels"].split()).events()[-1]["report"]["artifacts"]] == [
        "c"
    ]
    assert space.build("--job", "2", "--job-total", "3").events()[-1]["report"]["artifacts"] == []
    assert all(e["seconds"] > 0 for e in matrix(space))
    assert matrix(space, "--affected") == []


def test_jobs_that_there_are_not(space: Space) -> None:
    repository(space)
    refused(space.run("build", "--job", "2", "--job-total", "2"), 2, "no job 2 of 2", "from 0 to 1")
    refused(space.run("build", "--job", "1"), 2, "add --job-total")
    refused(space.run("build", "--job-total", "2"), 2, "add --job")
    refused(space.run("ci-matrix", "--job-total", "0"), 2, "0 jobs share nothing")
