"""Archives and links that chance has made up: nothing outside of the folder they are for is ever touched."""

import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.support.endurance_settings import PrintLine, configured_count, seeded_random
from tests.unit.delivery.test_deliver import laid
from tests.unit.store.test_tar_stream import Listed, assert_harmless
from wasmforge.delivery.deliver import recover
from wasmforge.delivery.dist_manifest import write_dist_manifest
from wasmforge.errors import ForgeError
from wasmforge.runner.history import History
from wasmforge.safe_paths import open_below
from wasmforge.store.cache_dirs import write_below
from wasmforge.store.file_lock import project_lock
from wasmforge.store.store import Store

pytestmark = pytest.mark.endurance

PARTS = ("a", "b", "c", "..", ".", "", "..", "d" * 200)

KINDS = (
    *(tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.SYMTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE),
    *(tarfile.CHRTYPE, tarfile.FIFOTYPE),
)


def name(random: Random) -> str:
    """A path of a few parts, many of which lead up."""
    return "/".join(random.choice(PARTS) for _ in range(random.randint(1, 6)))


def entries(random: Random) -> Listed:
    """An archive: half of them have no entry that is refused by its name or kind alone."""
    honest = random.random() < 0.5
    found: Listed = []
    while len(found) < random.randint(1, 12):
        kind, path = random.choice(KINDS[:6] if honest else KINDS), name(random)
        if honest and ".." in path.split("/"):
            continue
        found.append((kind, path, random.choice(("", "", "/")) * (not honest) + name(random)))
    return found


def test_no_archive_gets_out_of_its_folder(tmp_path: Path, print_line: PrintLine) -> None:
    wanted, random, refused = configured_count("ARCHIVES", 3_000), seeded_random(8), 0
    for number in range(wanted):
        folder = tmp_path / str(number)
        refused += assert_harmless(folder, entries(random))
    assert 0 < refused < wanted  # chance makes both
    print_line(f"archive attacks: {wanted} archives tried, {refused} refused, 0 got out of their folder")


PLACES = (
    *(".wasmforge", ".wasmforge/lock", ".wasmforge/history", ".wasmforge/times.json"),
    *("dist", "dist/manifest.json", "dist/.staging", "dist/t", "dist/t/a", "dist/t/a/bin", "dist/t/a/fastly.toml"),
)
"""Where a repository may have a link instead of what a build makes there."""


def outside(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that is there: modes, inodes and bytes."""
    return {
        p.relative_to(folder).as_posix(): (p.lstat().st_mode, p.lstat().st_ino, p.read_bytes() if p.is_file() else b"")
        for p in folder.rglob("*")
    }


def hold(root: Path) -> None:
    """Take the project's lock and let go of it."""
    with project_lock(root / ".wasmforge", lambda: None):
        pass


def clean(root: Path) -> None:
    """Delete what builds made."""
    with open_below(root, ".") as top:
        top.remove("dist")
        top.remove(".wasmforge")


def test_no_link_in_a_project_leads_a_build_out_of_it(tmp_path: Path, print_line: PrintLine) -> None:
    wanted, random, refused, tried = configured_count("LINKS", 1_000), seeded_random(9), 0, 0
    store = Store(tmp_path / "store")
    steps: tuple[Callable[[Path], object], ...] = (
        hold,
        lambda root: History(root, ".wasmforge/history").record("a@t/dev:make", (("x", "1"),)),
        lambda root: write_below(root, ".wasmforge/times.json", b"{}"),
        lambda root: recover(root, "dist"),
        lambda root: laid(root, store, b"%d" % random.randrange(3)),
        lambda root: write_dist_manifest(root, {}, "dist"),
        clean,
    )
    for number in range(wanted):
        room = tmp_path / str(number)
        root, away = room / "project", room / "away"
        for made in ("t/a/bin", ".staging/1-x/old/t/b", "history"):
            (away / made).mkdir(parents=True)
        for made in ("precious", "t/a/bin/main.wasm", "t/a/fastly.toml", "lock", ".new-1"):
            (away / made).write_text("mine")
        root.mkdir()
        for place in random.sample(PLACES, random.randint(1, 4)):
            path, target = root / place, random.choice((".", "t", "t/a", "precious", "new", ".staging", "lock"))
            if not os.path.lexists(path) and not any(p.is_symlink() for p in path.parents):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.symlink_to(away / target)
        before = outside(away)
        for step in random.sample(steps, len(steps)):
            tried += 1
            try:
                step(root)
            except ForgeError:
                refused += 1
            assert outside(away) == before, (number, step)
    assert 0 < refused < tried
    print_line(
        f"path attacks: {wanted} projects with links, {tried} steps of a build tried, {refused} refused, 0 led out"
    )
