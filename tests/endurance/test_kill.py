"""SIGKILL at random moments: whatever it leaves behind, the next build is a clean build, and nothing is torn."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.support.endurance_settings import PrintLine, configured_count, seeded_random
from tests.support.project import ProjectFixture
from tests.support.toy_workspace import NAMES, Workspace, damaged_entries

pytestmark = pytest.mark.endurance

TEXTS = [f"{i:04}".encode() for i in range(200)]

LOOK_EVERY = 10
"""Kills between looks at the whole store."""


def kill_one(workspace: Workspace, random: Random, seconds: float) -> bool:
    """Start a build and kill it after at most so long, half of them once it has really begun. True if early."""
    build = workspace.start("build", "-o", "json", "-j", "2")
    assert build.stdout is not None
    if random.random() < 0.5:
        build.stdout.readline()
        seconds *= 0.7
    time.sleep(random.uniform(0, seconds))
    early = build.poll() is None
    build.kill()
    build.communicate()
    return early


def whole(workspace: Workspace, delivered: dict[str, set[bytes]]) -> None:
    """Every delivery stands as some build made it: in one piece, and there if it ever was."""
    found = workspace.delivered()
    for name, data in found.items():
        assert data in delivered[name], name
    names = {p.name for p in (workspace.project.root / "dist").glob("wasi/*")}
    assert {name.split("/")[1] for name in found} == names
    assert names == set(NAMES), "a delivery that was there is gone"


def test_killed_builds_leave_nothing_that_the_next_does_not_put_right(
    project: ProjectFixture, tmp_path: Path, print_line: PrintLine
) -> None:
    kills, random = configured_count("KILLS", 150), seeded_random(1)
    workspace = Workspace(project)
    project.build()
    workspace.edit("a", "x.txt", b"last")
    began = time.monotonic()
    project.build()
    delivered = {name: {data} for name, data in workspace.modules().items()}
    seconds, early = 1.1 * (time.monotonic() - began), 0
    for number in range(kills):
        for _ in range(random.randrange(3)):
            workspace.edit(random.choice(NAMES), random.choice(["x.txt", "y.txt"]), random.choice(TEXTS))
        for name, data in workspace.modules().items():
            delivered[name].add(data)
        early += kill_one(workspace, random, seconds)
        whole(workspace, delivered)
        if number % LOOK_EVERY == 0:
            assert damaged_entries(project.cache / "store") == []
    assert damaged_entries(project.cache / "store") == []
    project.build()
    assert workspace.delivered() == workspace.modules()
    assert workspace.leftovers() == []
    assert project.dist() == workspace.clean_build(tmp_path / "clean").project.dist()
    assert project.build().executed() == []
    assert early > kills / 4, "most builds were over before they were killed"
    print_line(f"kill: {kills} builds killed, {early} of them before their end; then a build equal to a clean one")
