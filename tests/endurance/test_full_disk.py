"""A disk that is full at each point at which a build writes: it is told, nothing is lost, the next build is whole."""

import os
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from tests.support.endurance_settings import PrintLine, configured_count
from tests.support.project import ProjectFixture
from tests.support.toy_workspace import Workspace, damaged_entries
from wasmforge.process import run

pytestmark = pytest.mark.endurance

MOUNT, UMOUNT = "/bin/mount", "/bin/umount"

PAGE = 4096

CLOSE = 24
"""Steps that are taken one by one; what comes behind them are verdicts, written in one way."""

PLACES = ("dist", ".wasmforge", "cache")


class Disk:
    """A small disk in memory, to be made larger by a page or a file at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def mount(self, **limits: int) -> None:
        """An empty disk with these limits (`size` in bytes, `nr_inodes`)."""
        done = run([MOUNT, "-t", "tmpfs", "-o", _options(limits), "none", self.folder], timeout=60)
        if not done.ok:
            pytest.skip(f"cannot mount: {done.text.strip()}")

    def widen(self) -> None:
        """Make room."""
        limits = {"size": 1 << 24, "nr_inodes": 4096}
        assert run([MOUNT, "-o", f"remount,{_options(limits)}", self.folder], timeout=60).ok

    def away(self) -> None:
        """Take it off again, if it is on."""
        run([UMOUNT, "-l", self.folder], timeout=60)


def _options(limits: dict[str, int]) -> str:
    return ",".join(("mode=755", *(f"{name}={value}" for name, value in limits.items())))


@pytest.fixture
def disk(project: ProjectFixture, request: pytest.FixtureRequest) -> Iterator[Disk]:
    """A disk where `request.param` says; skips where none can be mounted."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    made = Disk(project.cache if request.param == "cache" else project.root / request.param)
    yield made
    made.away()


def fails(workspace: Workspace, disk: Disk, *, files: int = 4096, size: int = 1 << 24) -> bool:
    """Build on an empty disk of this size; if that fails it must be told, harm nothing, and do well with more room."""
    project = workspace.project
    disk.away()
    disk.mount(nr_inodes=files, size=size)
    ended = project.run("build", "-j", "1")
    if ended.exit == 0:
        assert workspace.delivered() == workspace.modules()
        return False
    assert ended.exit in (1, 3), ended.output
    assert "Traceback" not in ended.output
    assert "no space left on device" in ended.output.lower(), ended.output
    for name, data in workspace.delivered().items():
        assert data == workspace.modules()[name], f"torn: {name}"
    assert damaged_entries(project.cache / "store") == []
    disk.widen()
    project.build("-j", "1")
    assert workspace.delivered() == workspace.modules()
    assert workspace.leftovers() == []
    return True


@pytest.mark.parametrize("disk", PLACES, indirect=True)
@pytest.mark.parametrize("what", ["files", "pages"])
def test_each_write_point_may_fail_once(project: ProjectFixture, disk: Disk, what: str, print_line: PrintLine) -> None:
    workspace = Workspace(project, ("a",))
    steps = (*range(1, CLOSE), *range(CLOSE, 400, configured_count("STRIDE", 4)))
    small: Callable[[int], bool] = (
        (lambda step: fails(workspace, disk, files=step + 1))
        if what == "files"
        else (lambda step: fails(workspace, disk, size=PAGE * step))
    )
    failed = len([*takewhile(small, steps)])
    assert 0 < failed < len(steps)
    print_line(
        f"full disk: {disk.folder.name} too small by {what} in {failed} ways, each told and put right by the next build"
    )


@pytest.mark.parametrize("disk", PLACES, indirect=True)
def test_a_full_disk_takes_nothing_away(project: ProjectFixture, disk: Disk) -> None:
    workspace = Workspace(project, ("a",))
    disk.mount(size=1 << 24, nr_inodes=4096)
    project.build()
    before = workspace.modules()
    filler = disk.folder / "filler"
    for free in (0, 1, 2, 4, 8):
        workspace.edit("a", "x.txt", f"{free:04}".encode())
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(PAGE))
            except OSError:
                file.truncate(file.tell() - free * PAGE)
        ended = project.run("build", "-j", "1")
        after = workspace.modules()
        for name, data in workspace.delivered().items():
            assert data in (before[name], after[name]), f"torn: {name}"
        assert set(workspace.delivered()) == set(before)
        assert ended.exit in (0, 1, 3), ended.output
        assert ended.exit == 0 or "no space left on device" in ended.output.lower(), ended.output
        filler.unlink()
        project.build()
        assert workspace.delivered() == after
        before = after
