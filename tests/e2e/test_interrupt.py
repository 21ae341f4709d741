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

from tests.e2e.test_process import alive
from tests.e2e.toy import GOOD, MODULE, toys
from tests.space import Space, make_space

pytestmark = pytest.mark.e2e

PATIENCE = 60.0
"""Seconds to wait for something that takes one."""


def start(space: Space, *args: str) -> "subprocess.Popen[str]":
    """A command in the background, with a process group of its own as a shell gives it one."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "wasmforge", *args],
        cwd=space.root,
        env={**os.environ, "WASMFORGE_CACHE": str(space.cache), **space.env},
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


def hanging(space: Space, how: str = "") -> None:
    """A component that was built well before, and now a compiler that hangs with a child that hangs."""
    toys(space, {"toy": GOOD, "other": GOOD})
    space.build()
    script = f"{how}\n(echo $$ > {space.root}/child; exec sleep 600) & echo $$ > {space.root}/leader; wait"
    toys(space, {"toy": script, "other": GOOD}, timeout=300)


def pids(space: Space) -> list[int]:
    """The compiler and its child, once both have begun."""
    files = [space.root / "leader", space.root / "child"]
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
def test_a_signal_ends_everything_at_once(space: Space, number: signal.Signals, how: str) -> None:
    hanging(space, how)
    before = space.dist()
    build = start(space, "build")
    running = pids(space)
    build.send_signal(number)
    sent = time.monotonic()
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 130, said
    assert time.monotonic() - sent < 15  # 2 s of grace for the compiler, and a machine that does other things
    assert "interrupted" in said
    assert "Traceback" not in said
    assert not any(alive(pid) for pid in running)
    assert list((space.cache / "work").iterdir()) == []
    assert space.dist() == before
    toys(space, {"toy": GOOD, "other": GOOD})
    assert space.build().ran() == []


def test_two_signals_are_one(space: Space) -> None:
    hanging(space, "trap '' TERM")
    build = start(space, "build")
    running = pids(space)
    build.send_signal(signal.SIGINT)
    time.sleep(0.3)
    build.send_signal(signal.SIGINT)
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 130, said
    assert said.count("interrupted") == 1
    assert "Traceback" not in said
    until(lambda: not any(alive(pid) for pid in running))


def test_a_signal_while_a_toolchain_is_looked_for(space: Space, tmp_path: Path) -> None:
    toys(space, {"toy": GOOD})
    program = tmp_path / "bin" / "slow"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho $$ > {space.root}/leader; echo $$ > {space.root}/child; exec sleep 600\n")
    program.chmod(0o755)
    origin = '[[origins]]\nkind = "path"\nprogram = "slow"\ntools = { sh = ["{program}"] }\n'
    space.write({"toolchains/shell.toml": f'format = 1\nname = "shell"\n{origin}'})
    space.env["PATH"] = f"{program.parent}:{os.environ['PATH']}"
    build = start(space, "build")
    running = pids(space)
    build.send_signal(signal.SIGINT)
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 130, said
    until(lambda: not any(alive(pid) for pid in running))


def test_a_killed_build_leaves_nothing_that_the_next_does_not_put_right(space: Space, tmp_path: Path) -> None:
    scripts = {f"c{i}": f"sleep 0.0{i}; {GOOD}; printf '\\000\\002\\001{i}' >> $1" for i in range(8)}
    toys(space, scripts)
    (tmp_path / "clean").mkdir()
    clean = make_space(tmp_path / "clean")
    toys(clean, scripts)
    clean.build()
    seconds = random.Random(7)  # noqa: S311 - not a secret
    for _ in range(10):
        build = start(space, "build", "-j", "2")
        time.sleep(0.4 + 0.8 * seconds.random())
        build.kill()
        build.communicate()
    space.build()
    assert space.dist() == clean.dist()
    assert list((space.cache / "work").iterdir()) == []
    assert list((space.cache / "store" / "new").iterdir()) == []
    assert space.build().ran() == []


def test_what_a_killed_delivery_left_in_dist_is_removed(space: Space) -> None:
    toys(space, {"toy": GOOD})
    space.build()
    before = space.dist()
    space.write({"dist/.staging/1-x/old/toy.wasm": "old", "dist/.new-1-x": "half"})
    space.build()
    assert space.dist() == before


def test_what_killed_builds_left_anywhere_is_removed(space: Space) -> None:
    toys(space, {"toy": GOOD})
    dead, packages = 4_194_305, space.cache / "packages"  # no process has a number so high
    packages.unlink()
    left = [space.cache / "work" / f"{dead}-x" / "file", packages / f".new-{dead}-x" / "file"]
    left += [space.cache / "store" / "new" / f".new-{dead}-x"]
    left += [space.root / ".wasmforge" / name / f".new-{dead}-x" for name in ("", "history", "unchanged")]
    left += [space.cache / "turns" / "key"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    living = space.cache / "work" / f"{os.getpid()}-x"
    living.mkdir()
    space.build()
    assert [path for path in left if path.exists()] == []
    assert living.is_dir()


def test_two_builds_at_once_take_turns(space: Space) -> None:
    go = space.root / "go"
    toys(space, {"toy": f": > {space.root}/began; while [ ! -e {go} ]; do sleep 0.05; done; {GOOD}"})
    first = start(space, "build")
    until((space.root / "began").exists)
    second = start(space, "build")
    assert second.stdout is not None
    assert "Waiting for another build of this project" in second.stdout.readline()
    go.touch()
    said = first.communicate(timeout=PATIENCE)[0], second.communicate(timeout=PATIENCE)[0]
    assert (first.returncode, second.returncode) == (0, 0), said
    assert "built 2 actions" in said[0]
    assert "2 actions from the store" in said[1]
    assert space.dist()["wasi/toy/toy.wasm"] == MODULE


def test_clean_waits_for_a_build(space: Space) -> None:
    go = space.root / "go"
    toys(space, {"toy": f": > {space.root}/began; while [ ! -e {go} ]; do sleep 0.05; done; {GOOD}"})
    build = start(space, "build")
    until((space.root / "began").exists)
    clean = start(space, "clean")
    time.sleep(1)
    assert clean.poll() is None
    go.touch()
    assert build.wait(PATIENCE) == 0
    assert clean.wait(PATIENCE) == 0
    build.communicate()
    clean.communicate()
    assert not (space.root / "dist").exists()
    assert space.build().ran() == []


def test_a_waiting_build_can_be_interrupted(space: Space) -> None:
    toys(space, {"toy": f": > {space.root}/began; sleep 30; {GOOD}"})
    first = start(space, "build")
    until((space.root / "began").exists)
    second = start(space, "build")
    assert second.stdout is not None
    second.stdout.readline()
    second.send_signal(signal.SIGINT)
    assert second.wait(PATIENCE) == 130
    first.send_signal(signal.SIGTERM)
    assert first.wait(PATIENCE) == 130
    first.communicate()
    second.communicate()
