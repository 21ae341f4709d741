"""A project of a stranger: nothing that it brings is run before somebody trusts it, whatever command is given."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import typer

from tests.support.command_line import run_in_process
from tests.support.project import TIMEOUT, CommandResult, ProjectFixture, make_project
from tests.support.toy_toolchain import TOOLCHAIN, WAT, WAT_FORGE, WRITE_MODULE, write_toys
from wasmforge import process
from wasmforge.cli.app import app
from wasmforge.config import load_catalog

WORDS = {
    "explain": ("hello@wasi",),
    "inspect": ("toy.wasm",),
    "run": ("hello",),
    "recipe show": ("wat",),
    "recipe which": ("wat",),
    "target show": ("wasi",),
    "target which": ("wasi",),
    "runtime show": ("wasmtime",),
    "runtime which": ("wasmtime",),
    "toolchain show": ("wasm-tools",),
    "toolchain which": ("wasm-tools",),
    "toolchain build": ("wasm-tools",),
    "toolchain pull": ("wasm-tools",),
    "cache prune": ("--older-than", "30d"),
}
"""What commands must be given. A new command that must be given something fails here until it stands in this table."""

MORE = (
    *(("build", word) for word in ("--dry-run", "--frozen", "--watch", "--skip-missing", "-ojson")),
    ("build", "--origin", "container"),
    ("check", "toy.wasm"),
    ("check", "toy.wasm", "--target", "wasi"),
    ("explain", "hello@wasi", "hello@wasi"),
    ("graph", "--actions"),
    ("ci-matrix", "--affected"),
    ("lock", "--offline"),
    ("toolchain", "show", "zig"),
    ("toolchain", "show", "assemblyscript"),
    ("trust", "--list"),
    ("trust", "--revoke"),
    ("init", "--dry-run", "--force"),
)
"""Command lines beside those that each command has by itself."""

RUN_THINGS = {"build", "smoke", "run", "serve", "verify", "bench", "toolchain build", "toolchain pull"}
"""Commands whose business it is to run what a project says; all others only look."""


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command line of the command tree, with what must be given."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield (*path, *WORDS.get(" ".join(path), ()))
        return
    for name, each in inner.items():
        yield from commands(each, (*path, name))


ALL = tuple(commands(typer.main.get_command(app)))


def only_looks(words: tuple[str, ...]) -> bool:
    return "--dry-run" in words or not ({words[0], " ".join(words[:2])} & RUN_THINGS)


class Here:
    """Gives command lines in a project that is never trusted; one that would go on for ever, or away, is stopped."""

    def __init__(self, project: ProjectFixture, patch: pytest.MonkeyPatch) -> None:
        self.project = project
        self.marker = project.root.parent / "marker"
        self._patch = patch

    def give(self, *words: str) -> CommandResult:
        self.marker.unlink(missing_ok=True)
        with self._patch.context() as patch:
            patch.setattr(os, "execvp", _never)
            patch.setattr("wasmforge.changes.watcher.ChangeQueue.wait", _never)
            patch.setattr("wasmforge.serve.Server.wait", lambda _: None)
            env = self.project.variables()
            code, output = run_in_process([*words], cwd=self.project.root, env=env, timeout=TIMEOUT)
        return CommandResult(exit=code, output=output)


def _never(*words: object) -> NoReturn:
    pytest.fail(f"it went on: {words}")


def planted(path: Path, marker: Path) -> Path:
    """A program that leaves a mark and fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "$0 $*" >> {marker}\necho 99.0.0\nexit 1\n')
    path.chmod(0o755)
    return path


EVIL = """
format = 1
name = "{name}"
[[origins]]
kind = "path"
program = "sh"
probe = ["-c", "echo probe >> {marker}; echo 99.0"]
real = ["-c", "echo real >> {marker}; echo /"]
tries = [{{ run = ["-c", "echo tries >> {marker}"], why-not = "cannot" }}]
tools = {{ {tools} }}
"""


@pytest.fixture(scope="module")
def hostile_project(tmp_path_factory: pytest.TempPathFactory) -> ProjectFixture:
    """A project that shadows every bundled toolchain with one that leaves a mark when it is as much as looked for."""
    project = make_project(tmp_path_factory.mktemp("hostile"))
    project.trusting = False
    (project.cache / "packages").unlink()  # that nothing is there already
    project.write({"forge.toml": WAT_FORGE, "hello/hello.wat": WAT, "toy.wasm": b"\0asm\1\0\0\0"})
    marker = project.root.parent / "marker"
    for name, toolchain in load_catalog(None).toolchains.items():
        names = {tool for origin in toolchain.origins for tool in origin.tools}
        tools = ", ".join(f'"{tool}" = ["sh", "-c", "echo {tool} >> {marker}"]' for tool in sorted(names))
        project.write({f"toolchains/{name}.toml": EVIL.format(name=name, tools=tools, marker=marker)})
    return project


@pytest.fixture
def hostile(hostile_project: ProjectFixture, monkeypatch: pytest.MonkeyPatch) -> Here:
    return Here(hostile_project, monkeypatch)


@pytest.mark.parametrize("words", [*ALL, *MORE], ids=" ".join)
def test_no_command_runs_what_an_untrusted_toolchain_names(hostile: Here, words: tuple[str, ...]) -> None:
    ended = hostile.give(*words)
    assert not hostile.marker.exists(), hostile.marker.read_text()
    assert ended.exit in (0, 1, 2, 3), ended.output
    assert " --help`" not in ended.output, f"it must be given more: {ended.output}"
    if not only_looks(words):
        assert ended.exit == 2, ended.output
        assert "error: toolchains/" in ended.output
        assert "not trusted" in ended.output
        assert "--trust-project" in ended.output


def test_the_mark_is_left_once_the_project_is_trusted(
    tmp_path: Path, hostile_project: ProjectFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path)
    shutil.copytree(hostile_project.root, project.root, dirs_exist_ok=True)
    for file in project.root.glob("toolchains/*.toml"):
        file.write_text(file.read_text().replace(str(hostile_project.root.parent), str(tmp_path)))
    here = Here(project, monkeypatch)
    here.give("build", "--trust-project")
    assert "probe" in here.marker.read_text()


@pytest.mark.parametrize("words", [("doctor",), ("toolchain", "list"), ("toolchain", "show", "zig")], ids=" ".join)
def test_what_is_not_looked_for_is_told_with_the_way_out(hostile: Here, words: tuple[str, ...]) -> None:
    said = " ".join(hostile.give(*words).output.split())
    assert "not trusted: toolchains/zig.toml is this project's own" in said
    assert "wasmforge trust" in said


def test_files_that_name_no_programs_hinder_no_look(project: ProjectFixture) -> None:
    project.trusting = False
    target = (Path(load_catalog(None).lookup_order["target wasi"][0])).read_text()
    project.write({"forge.toml": WAT_FORGE, "hello/hello.wat": WAT, "targets/wasi.toml": target})
    for words in (("build", "--dry-run"), ("graph", "--actions"), ("explain", "hello@wasi"), ("lock",)):
        ended = project.run(*words)
        assert ended.exit == 0, ended.output
    assert project.run("build").exit == 2


GIT_CONFIG = """
[core]
repositoryformatversion = 0
bare = false
worktree = {root}
fsmonitor = {evil}
[diff]
external = {evil}
"""


def plant_everywhere(project: ProjectFixture, marker: Path) -> None:
    """Programs and settings of a stranger wherever something might be looked for, but for a catalog of his own."""
    project.write({"forge.toml": WAT_FORGE, "hello/hello.wat": WAT, "toy.wasm": b"\0asm\1\0\0\0"})
    origins = [origin for toolchain in load_catalog(None).toolchains.values() for origin in toolchain.origins]
    names = {n for o in origins for n in (getattr(o, "program", None), *getattr(o, "also", ()), *o.tools) if n}
    names = {name for name in names if "/" not in name}
    names |= {
        "git",
        "node",
        "npm",
        "env",
        "python",
        "python3",
        "rustup",
        "rustc",
        "cargo",
        "docker",
        "podman",
        "wasm-tools",
    }
    names |= {"apt-config", "bwrap", "sh", "cc", "ld", "ccache", "uname", "id"}
    for folder in ("bin", "node_modules/.bin"):
        for name in names:
            planted(project.root / folder / name, marker)
    evil = planted(project.root / "evil" / "bin" / "rustc", marker)
    planted(project.root / "evil" / "bin" / "cargo", marker)
    settings = {
        "rust-toolchain.toml": '[toolchain]\npath = "evil"\n',
        ".cargo/config.toml": f'[build]\nrustc-wrapper = "{evil}"\nrustc = "{evil}"\n',
        ".npmrc": f"node-options=--require {project.root}/evil.cjs\nscript-shell={evil}\n",
        "evil.cjs": f"require('fs').appendFileSync('{marker}', 'node')",
        "sitecustomize.py": f"open({str(marker)!r}, 'a').write('python')",
    }
    project.write({f"{folder}{name}": text for name, text in settings.items() for folder in ("", "hello/")})
    project.write(
        {f"{name}.py": settings["sitecustomize.py"] for name in ("msgspec", "typer", "platformdirs", "ziglang")}
    )
    if git := shutil.which("git"):
        made = project.root / "made"
        env = {"HOME": "/nonexistent", "PATH": os.environ["PATH"]}
        mail = ("-c", "user.name=a", "-c", "user.email=a@b")
        for words in (
            ("init", "-q", "-b", "main", str(made)),
            ("-C", str(made), *mail, "commit", "-qm-", "--allow-empty"),
        ):
            assert process.run([git, *words], cwd=project.root, env=env, timeout=60).ok
        for path in (made / ".git").iterdir():
            path.rename(project.root / path.name)
        project.write({"config": GIT_CONFIG.format(root=project.root, evil=evil)})


@pytest.fixture(scope="module")
def planted_project(tmp_path_factory: pytest.TempPathFactory) -> ProjectFixture:
    project = make_project(tmp_path_factory.mktemp("planted"))
    plant_everywhere(project, project.root.parent / "marker")
    path = f"bin::{project.root}/bin:.:{project.root}/node_modules/.bin:{os.environ['PATH']}"
    project.env["PATH"] = path
    return project


@pytest.fixture
def around(planted_project: ProjectFixture, monkeypatch: pytest.MonkeyPatch) -> Here:
    return Here(planted_project, monkeypatch)


@pytest.mark.parametrize("words", [w for w in (*ALL, *MORE) if only_looks(w)], ids=" ".join)
def test_a_command_that_looks_runs_nothing_of_the_project(around: Here, words: tuple[str, ...]) -> None:
    ended = around.give(*words)
    assert not around.marker.exists(), around.marker.read_text()
    assert ended.exit in (0, 1, 2, 3), ended.output


def test_no_module_of_the_current_folder_is_imported(planted_project: ProjectFixture) -> None:
    ended = planted_project.run("toolchain", "show", "zig")
    assert ended.exit == 0, ended.output
    assert not (planted_project.root.parent / "marker").exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")
def test_git_itself_would_have_run_what_was_planted(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    plant_everywhere(project, marker := tmp_path / "marker")
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    process.run(["git", "ls-files", "--others"], cwd=project.root, env=env, timeout=60)
    assert marker.exists()


def test_what_is_not_searched_is_told(planted_project: ProjectFixture) -> None:
    said = " ".join(planted_project.run("doctor").output.split())
    assert f"{planted_project.root}/bin, {planted_project.root}/node_modules/.bin not searched" in said
    assert "--trust-project" in said


def own_toolchain(project: ProjectFixture, summary: str = "mine") -> None:
    """A project whose toolchain is its own, and harmless."""
    write_toys(project, {"toy": WRITE_MODULE})
    project.write({"toolchains/shell.toml": TOOLCHAIN.replace('"shell"', f'"shell"\nsummary = "{summary}"', 1)})


@pytest.fixture
def stranger(project: ProjectFixture) -> ProjectFixture:
    project.trusting = False
    own_toolchain(project)
    return project


def test_a_build_is_refused_until_the_content_is_trusted(stranger: ProjectFixture) -> None:
    refused = stranger.run("build")
    assert refused.exit == 2
    assert "recipes/script.toml, toolchains/shell.toml: not trusted" in refused.output
    assert stranger.run("trust").exit == 2  # nobody is there to be asked
    assert stranger.run("trust", "--yes").exit == 0
    ended = stranger.run("build")
    assert ended.exit == 0, ended.output
    assert "Using recipes/script.toml, toolchains/shell.toml from this project" in ended.output
    (event,) = [e for e in stranger.build().events() if e["event"] == "LocalFiles"]
    assert event["files"] == ["recipes/script.toml", "toolchains/shell.toml"]
    own_toolchain(stranger, "another branch")
    assert stranger.run("build").exit == 2
    assert stranger.run("trust", "--yes").exit == 0
    assert stranger.run("build").exit == 0
    own_toolchain(stranger)  # the first branch again
    assert stranger.run("build").exit == 0
    assert str(stranger.root) in stranger.run("trust", "--list").output


def test_no_record_answers_when_the_trust_was_taken_back(stranger: ProjectFixture) -> None:
    stranger.run("trust", "--yes")
    for _ in range(4):
        assert stranger.run("build").exit == 0
        time.sleep(0.05)  # a record believes nothing that is younger than a tick
    assert [*(stranger.root / ".wasmforge/unchanged").iterdir()], "there is no record to be asked"
    assert stranger.run("trust", "--revoke").exit == 0
    assert stranger.run("build").exit == 2


def test_trust_for_one_run_is_not_remembered(stranger: ProjectFixture) -> None:
    for _ in range(3):
        ended = stranger.run("build", "--trust-project")
        assert ended.exit == 0, ended.output
        assert "Using recipes/script.toml, toolchains/shell.toml from this project" in ended.output
    assert stranger.run("build").exit == 2
    assert "nothing is trusted" in stranger.run("trust", "--list").output


def at_a_terminal(project: ProjectFixture, *args: str, answer: str, **env: str) -> CommandResult:
    """The command at a terminal where somebody types an answer to the first question."""
    ours, theirs = pty.openpty()
    known = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR")}
    known |= {"WASMFORGE_CACHE": str(project.cache), "COLUMNS": "80", "TERM": "dumb", **project.env, **env}
    started = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "wasmforge", *args],
        cwd=project.root,
        env=known,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said, asked, end = b"", False, time.monotonic() + 120
    while time.monotonic() < end:
        if not select.select([ours], [], [], 1)[0]:
            continue
        try:
            said += os.read(ours, 65536)
        except OSError:  # it has ended
            break
        if not asked and b"[y/N]" in said:
            asked = True
            os.write(ours, answer.encode())
    os.close(ours)
    return CommandResult(exit=started.wait(), output=said.decode())


def test_a_person_at_a_terminal_is_asked_and_the_answer_remembered(stranger: ProjectFixture) -> None:
    ended = at_a_terminal(stranger, "build", answer="\n")
    assert ended.exit == 2
    for words in ("recipes/script.toml  new", "toolchains/shell.toml  new", "$ /bin/sh", "[y/N]", "not trusted"):
        assert words in ended.output
    assert not (stranger.root / "dist").exists()
    ended = at_a_terminal(stranger, "build", answer="y\n")
    assert ended.exit == 0, ended.output
    assert stranger.run("build").exit == 0


def test_nobody_is_asked_in_a_ci(stranger: ProjectFixture) -> None:
    ended = at_a_terminal(stranger, "build", answer="y\n", CI="true")
    assert ended.exit == 2
    assert "[y/N]" not in ended.output
