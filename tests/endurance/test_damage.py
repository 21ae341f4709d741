"""Any file that builds leave for the next one, damaged in any way: it is found out and made again, never delivered."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.endurance_settings import PrintLine, configured_count, seeded_random
from tests.support.project import ProjectFixture
from tests.support.toy_workspace import Workspace

pytestmark = pytest.mark.endurance

Harm = Callable[[Path, Path, int], None]


def flip(path: Path, _other: Path, number: int) -> None:
    """Change one bit."""
    data = bytearray(path.read_bytes())
    if data:
        data[number % len(data)] ^= 1 << number % 8
    path.write_bytes(data)


def truncate(path: Path, _other: Path, number: int) -> None:
    """Cut the end off."""
    data = path.read_bytes()
    path.write_bytes(data[: number % max(len(data), 1)])


def delete(path: Path, _other: Path, _number: int) -> None:
    """Take it away."""
    path.unlink()


def swap(path: Path, other: Path, _number: int) -> None:
    """Exchange it with another file of its kind."""
    one, two = path.read_bytes(), other.read_bytes()
    path.write_bytes(two)
    other.write_bytes(one)


def lengthen(path: Path, _other: Path, number: int) -> None:
    """Put something behind it."""
    path.write_bytes(path.read_bytes() + bytes([number % 256]))


HARMS: tuple[Harm, ...] = (flip, truncate, delete, swap, lengthen)


def test_damage_anywhere_is_found_and_put_right(project: ProjectFixture, print_line: PrintLine) -> None:
    wanted, random = configured_count("DAMAGES", 100), seeded_random(2)
    workspace = Workspace(project)
    workspace.edit("a", "x.txt", b"aaaa")
    workspace.edit("c", "x.txt", b"cccc")
    project.build()
    kept = workspace.persistent_files()
    cases = [(path, harm) for path in kept for harm in HARMS]
    random.shuffle(cases)
    for index, (path, harm) in enumerate(cases[:wanted]):
        alike = [p for p in workspace.persistent_files() if p.parent.parent == path.parent.parent and p != path]
        if not path.exists():  # it is of no use any more, so nobody missed it
            continue
        harm(path, random.choice(alike or [path]), random.randrange(1 << 30))
        if index % 2:
            shutil.rmtree(project.root / "dist")
        case = f"{harm.__name__} {path}"
        ended = project.run("build")
        assert ended.exit == 0, f"{case}: {ended.output}"
        assert workspace.delivered() == workspace.modules(), case
    shutil.rmtree(project.root / "dist")
    project.build()
    assert workspace.delivered() == workspace.modules()
    print_line(f"damage: {min(wanted, len(cases))} of {len(cases)} ways to damage {len(kept)} files, none delivered")


def test_all_files_damaged_at_once(project: ProjectFixture) -> None:
    workspace = Workspace(project)
    project.build()
    for harm in HARMS:
        for number, path in enumerate(workspace.persistent_files()):
            if path.exists():
                harm(path, path, number)
        project.build()
        assert workspace.delivered() == workspace.modules(), harm.__name__
