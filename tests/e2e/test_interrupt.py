"""Ctrl-C, SIGTERM, SIGKILL and two builds at once: nobody is left behind, nothing is left half-done."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.test_process import alive
from tests.support.project import ProjectFixture, make_project
from tests.support.toy_toolchain import MODULE, WRITE_MODULE, write_toys

PATIENCE = 60.0
"""Seconds to wait for something that takes one."""


@pytest.fixture(autouse=True)
def _unconfined(project: ProjectFixture) -> None:
    """How all of this ends in a sandbox is in test_security_sandbox.py."""
    project.disable_sandbox()


def start(project: ProjectFixture, *args: str) -> "subprocess.Popen[str]":
    """A command in the background, with a process group of its own as a shell gives it one."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "wasmforge", *args],
        cwd=project.root,
        env={**os.environ, "WASMFORGE_CACHE": str(project.cache), **project.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def until(what: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def hanging(project: ProjectFixture, how: str = "") -> None:
    """A component that was built well before, and now a compiler that hangs with a child that hangs."""
    project.disable_sandbox()
    write_toys(project, {"toy": WRITE_MODULE, "other": WRITE_MODULE})
    project.build()
    script = f"{how}\n(echo $$ > {project.root}/child; exec sleep 600) & echo $$ > {project.root}/leader; wait"
    write_toys(project, {"toy": script, "other": WRITE_MODULE}, timeout=300)


def pids(project: ProjectFixture) -> list[int]:
    """The compiler and its child, once both have begun."""
    files = [project.root / "leader", project.root / "child"]
    until(lambda: all(f.exists() and f.read_text().strip() for f in files))
    return [int(f.read_text()) for f in files]


@pytest.mark.parametrize(
    ("number", "how"),
    [
        (signal.SIGINT, ""),
        (signal.SIGINT, "trap '' TERM INT HUP"),
        (signal.SIGTERM, "trap '' TERM INT HUP"),
        (signal.SIGHUP, ""),
    ],
)
def test_a_signal_ends_everything_at_once(project: ProjectFixture, number: signal.Signals, how: str) -> None:
    hanging(project, how)
    before = project.dist()
    build = start(project, "build")
    running = pids(project)
    build.send_signal(number)
    sent = time.monotonic()
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 130, said
    assert time.monotonic() - sent < 15  # 2 s of grace for the compiler, and a machine that does other things
    assert "interrupted" in said
    assert "Traceback" not in said
    assert not any(alive(pid) for pid in running)
    assert list((project.cache / "work").iterdir()) == []
    assert project.dist() == before
    write_toys(project, {"toy": WRITE_MODULE, "other": WRITE_MODULE})
    assert project.build().executed() == []


def test_two_signals_are_one(project: ProjectFixture) -> None:
    hanging(project, "trap '' TERM")
    build = start(project, "build")
    running = pids(project)
    build.send_signal(signal.SIGINT)
    time.sleep(0.3)
    build.send_signal(signal.SIGINT)
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 130, said
    assert said.count("interrupted") == 1
    assert "Traceback" not in said
    until(lambda: not any(alive(pid) for pid in running))


def test_a_signal_while_a_toolchain_is_looked_for(project: ProjectFixture, tmp_path: Path) -> None:
    write_toys(project, {"toy": WRITE_MODULE})
    program = tmp_path / "bin" / "slow"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho $$ > {project.root}/leader; echo $$ > {project.root}/child; exec sleep 600\n")
    program.chmod(0o755)
    origin = '[[origins]]\nkind = "path"\nprogram = "slow"\ntools = { sh = ["{program}"] }\n'
    project.write({"toolchains/shell.toml": f'format = 1\nname = "shell"\n{origin}'})
    project.env["PATH"] = f"{program.parent}:{os.environ['PATH']}"
    build = start(project, "build")
    running = pids(project)
    build.send_signal(signal.SIGINT)
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 130, said
    until(lambda: not any(alive(pid) for pid in running))


def test_a_killed_build_leaves_nothing_that_the_next_does_not_put_right(
    project: ProjectFixture, tmp_path: Path
) -> None:
    scripts = {f"c{i}": f"sleep 0.0{i}; {WRITE_MODULE}; printf '\\000\\002\\001{i}' >> $1" for i in range(8)}
    write_toys(project, scripts)
    (tmp_path / "clean").mkdir()
    clean = make_project(tmp_path / "clean")
    clean.disable_sandbox()
    write_toys(clean, scripts)
    clean.build()
    seconds = random.Random(7)  # noqa: S311 - not a secret
    for _ in range(10):
        build = start(project, "build", "-j", "2")
        time.sleep(0.4 + 0.8 * seconds.random())
        build.kill()
        build.communicate()
    project.build()
    assert project.dist() == clean.dist()
    assert list((project.cache / "work").iterdir()) == []
    assert list((project.cache / "store" / "new").iterdir()) == []
    assert project.build().executed() == []


def test_what_a_killed_delivery_left_in_dist_is_removed(project: ProjectFixture) -> None:
    write_toys(project, {"toy": WRITE_MODULE})
    project.build()
    before = project.dist()
    project.write({"dist/.staging/1-x/old/toy.wasm": "old", "dist/.new-1-x": "half"})
    project.build("-j", "1")  # other words than before: what is not to be delivered is no matter to a record
    assert project.dist() == before


def test_what_killed_builds_left_anywhere_is_removed(project: ProjectFixture) -> None:
    write_toys(project, {"toy": WRITE_MODULE})
    dead, packages = 4_194_305, project.cache / "packages"  # no process has a number so high
    packages.unlink()
    left = [project.cache / "work" / f"{dead}-x" / "file", packages / f".new-{dead}-x" / "file"]
    left += [project.cache / "store" / "new" / f".new-{dead}-x"]
    left += [project.root / ".wasmforge" / name / f".new-{dead}-x" for name in ("", "history", "unchanged")]
    left += [project.cache / "action-locks" / "key"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    living = project.cache / "work" / f"{os.getpid()}-x"
    living.mkdir()
    project.build()
    assert [path for path in left if path.exists()] == []
    assert living.is_dir()


def test_two_builds_at_once_take_turns(project: ProjectFixture) -> None:
    go = project.root / "go"
    write_toys(project, {"toy": f": > {project.root}/began; while [ ! -e {go} ]; do sleep 0.05; done; {WRITE_MODULE}"})
    first = start(project, "build")
    until((project.root / "began").exists)
    second = start(project, "build")
    assert second.stdout is not None
    assert "Waiting for another build of this project" in second.stdout.readline()
    go.touch()
    said = first.communicate(timeout=PATIENCE)[0], second.communicate(timeout=PATIENCE)[0]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert "built 2 actions" in said[0]
    assert "2 actions from the store" in said[1]
    assert project.dist()["wasi/toy/toy.wasm"] == MODULE


def test_clean_waits_for_a_build(project: ProjectFixture) -> None:
    go = project.root / "go"
    write_toys(project, {"toy": f": > {project.root}/began; while [ ! -e {go} ]; do sleep 0.05; done; {WRITE_MODULE}"})
    build = start(project, "build")
    until((project.root / "began").exists)
    clean = start(project, "clean")
    time.sleep(1)
    assert clean.poll() is None
    go.touch()
    assert build.wait(PATIENCE) == 0
    assert clean.wait(PATIENCE) == 0
    build.communicate()
    clean.communicate()
    assert not (project.root / "dist").exists()
    assert project.build().executed() == []


def test_a_waiting_build_can_be_interrupted(project: ProjectFixture) -> None:
    write_toys(project, {"toy": f": > {project.root}/began; sleep 30; {WRITE_MODULE}"})
    first = start(project, "build")
    until((project.root / "began").exists)
    second = start(project, "build")
    assert second.stdout is not None
    second.stdout.readline()
    second.send_signal(signal.SIGINT)
    assert second.wait(PATIENCE) == 130
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE) == 130
    first.communicate()
    second.communicate()
