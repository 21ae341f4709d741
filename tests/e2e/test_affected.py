"""`--affected`, `ci-matrix` and shards, asked of real repositories."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import WRITE_MODULE, assert_refused, write_toys
from wasmforge import process

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine"),
]

NEEDS = 'needs = ["a"]\n'


def git(project: ProjectFixture, *args: str, cwd: Path | None = None) -> str:
    """Run git as nobody in particular."""
    who = {f"GIT_{role}_{what}": "nobody@here" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = process.run(
        ["git", "-c", "protocol.file.allow=always", *args],
        cwd=cwd or project.root,
        env={**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull},
        timeout=60,
    )
    assert done.ok, done.text
    return done.text.strip()


def repository(project: ProjectFixture) -> None:
    """Three components, committed; b needs a."""
    write_toys(project, {name: f"{WRITE_MODULE}\n# {name}" for name in "abc"})
    forge = (project.root / "forge.toml").read_text().replace("[components.c]", f"{NEEDS}[components.c]")
    project.write({"forge.toml": forge, ".gitignore": "dist\n.wasmforge\n", "c/data.txt": "c"})
    git(project, "init", "-q", "-b", "main")
    commit(project)


def commit(project: ProjectFixture) -> None:
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "more")


def affected(project: ProjectFixture, *args: str) -> dict[str, list[str]]:
    """The components that a build finds affected, and why."""
    events = project.build("--affected", *args).events()
    told = next(e for e in events if e["event"] == "Affected")
    built = {a["component"] for a in events[-1]["report"]["artifacts"]}
    names = {c["component"]: c["because"] for c in told["components"]}
    assert set(names) <= built <= {*names, "a"}
    return names


def test_all_the_ways_to_change_a_file(project: ProjectFixture) -> None:
    repository(project)
    assert affected(project) == {}
    (project.root / "a" / "build.sh").write_text(WRITE_MODULE)
    edited = {"a": ["a/build.sh changed"], "b": ["needs a"]}
    assert affected(project) == edited
    git(project, "add", "-A")
    assert affected(project) == edited
    git(project, "checkout", "-q", "-b", "work")
    commit(project)
    assert affected(project) == edited
    assert affected(project, "--base", "HEAD") == {}
    (project.root / "c" / "new.txt").write_text("not tracked")
    assert affected(project)["c"] == ["c/new.txt changed"]
    assert affected(project, "--head", "HEAD") == edited
    assert affected(project, "--head", "work", "c") == {}
    (project.root / "c" / "new.txt").unlink()
    git(project, "mv", "c/data.txt", "b/data.txt")
    assert affected(project)["c"] == ["c/data.txt changed"]
    assert affected(project)["b"] == ["b/data.txt changed", "needs a"]


def test_what_main_got_meanwhile_does_not_count(project: ProjectFixture) -> None:
    repository(project)
    git(project, "checkout", "-q", "-b", "work")
    (project.root / "a" / "build.sh").write_text(WRITE_MODULE)
    commit(project)
    git(project, "checkout", "-q", "main")
    (project.root / "c" / "data.txt").write_text("main's")
    commit(project)
    git(project, "checkout", "-q", "work")
    assert sorted(affected(project)) == ["a", "b"]


def test_forge_toml_and_the_catalog(project: ProjectFixture) -> None:
    repository(project)
    forge = project.root / "forge.toml"
    forge.write_text("# only a comment\n" + forge.read_text())
    assert affected(project) == {}
    forge.write_text(forge.read_text().replace('path = "c"', 'path = "c"\nlimits = { size = "1 KiB" }'))
    assert affected(project) == {"c": ["forge.toml: components.c changed (limits)"]}
    recipe = project.root / "recipes" / "script.toml"
    recipe.write_text(recipe.read_text() + "\n# more")
    assert sorted(affected(project)) == ["a", "b", "c"]


def test_a_project_below_the_top_of_a_repository(project: ProjectFixture) -> None:
    repository(project)
    inner = project.root / "deep" / "inner"
    inner.mkdir(parents=True)
    for name in ("forge.toml", "a", "b", "c", "recipes", "toolchains"):
        (project.root / name).rename(inner / name)
    commit(project)
    (inner / "c" / "data.txt").write_text("changed")
    events = project.run("build", "--affected", "-o", "json", cwd="deep/inner").events()
    told = next(e for e in events if e["event"] == "Affected")
    assert [c["because"] for c in told["components"]] == [["c/data.txt changed"]]


def test_where_git_has_no_answer(project: ProjectFixture, tmp_path: Path) -> None:
    write_toys(project, {"a": WRITE_MODULE})
    assert_refused(project.run("build", "--affected"), 2, "not a git repository", "without it everything is built")
    git(project, "init", "-q", "-b", "main")
    assert_refused(project.run("build", "--affected", "--base", "HEAD"), 2, "nothing is committed yet")
    commit(project)
    assert_refused(project.run("build", "--affected", "--base", "nope"), 2, "no revision 'nope'", "git fetch")
    assert_refused(project.run("build", "--affected", "--base", "--all"), 2, "no revision '--all'")
    assert_refused(project.run("build", "--affected", "--head", "nope"), 2, "--head: git knows no revision 'nope'")
    assert_refused(project.run("build", "--base", "main"), 2, "add --affected")
    assert_refused(project.run("build", "--affected", PATH=str(tmp_path)), 3, "git: is not on this machine")


def test_a_shallow_clone_says_so(project: ProjectFixture, tmp_path: Path) -> None:
    repository(project)
    git(project, "checkout", "-q", "-b", "work")
    for number in range(3):
        (project.root / "c" / "data.txt").write_text(str(number))
        commit(project)
    clone = tmp_path / "clone"
    git(project, "clone", "-q", "--depth=1", "--branch=work", f"file://{project.root}", str(clone))
    shallow = ProjectFixture(root=clone, cache=project.cache)
    assert_refused(shallow.run("build", "--affected"), 2, "no revision 'main'", "fetch-depth: 0")
    git(project, "fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main", cwd=clone)
    assert_refused(shallow.run("build", "--affected"), 2, "did you mean origin/main?")
    assert_refused(shallow.run("build", "--affected", "--base", "origin/main"), 2, "in common", "fetch-depth: 0")


def matrix(project: ProjectFixture, *args: str) -> list[dict[str, Any]]:
    """The entries of a matrix."""
    ended = project.run("ci-matrix", "--quiet", *args)
    assert ended.exit == 0, ended.output
    said = json.loads(ended.output)
    assert list(said) == ["include"]
    return list(said["include"])


def test_a_matrix_and_its_shards(project: ProjectFixture) -> None:
    repository(project)
    assert [e["labels"] for e in matrix(project)] == ["a@wasi", "b@wasi", "c@wasi"]
    assert matrix(project)[0] == {
        "component": "a",
        "target": "wasi",
        "labels": "a@wasi",
        "toolchains": ["shell", "wasm-tools"],
    }
    jobs = matrix(project, "--job-total", "2")
    assert [(e["job"], e["job-total"], e["labels"]) for e in jobs] == [(0, 2, "a@wasi b@wasi"), (1, 2, "c@wasi")]
    assert [e["labels"] for e in matrix(project, "--job", "1", "--job-total", "2")] == ["c@wasi"]
    built = project.build("--job", "0", "--job-total", "2").events()[-1]["report"]["artifacts"]
    assert [a["component"] for a in built] == ["a", "b"]
    assert [a["component"] for a in project.build(*jobs[1]["labels"].split()).events()[-1]["report"]["artifacts"]] == [
        "c"
    ]
    assert project.build("--job", "2", "--job-total", "3").events()[-1]["report"]["artifacts"] == []
    assert all(e["seconds"] > 0 for e in matrix(project))
    assert matrix(project, "--affected") == []


def test_jobs_that_there_are_not(project: ProjectFixture) -> None:
    repository(project)
    assert_refused(project.run("build", "--job", "2", "--job-total", "2"), 2, "no job 2 of 2", "from 0 to 1")
    assert_refused(project.run("build", "--job", "1"), 2, "add --job-total")
    assert_refused(project.run("build", "--job-total", "2"), 2, "add --job")
    assert_refused(project.run("ci-matrix", "--job-total", "0"), 2, "0 jobs are too few")
