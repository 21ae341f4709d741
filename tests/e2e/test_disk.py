"""Disks that are full, folders that nobody may write: exit code 3, and what stood there stays."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.toy import GOOD, MODULE, refused, toys
from tests.space import Space
from wasmforge.process import run

pytestmark = pytest.mark.e2e

Mount = Callable[..., None]


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mounts file systems and takes them away again; skips where that is not possible."""
    done: list[Path] = []

    def do(folder: Path, *options: str) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root may mount a small disk")
        folder.mkdir(parents=True, exist_ok=True)
        said = run(["/bin/mount", *options, folder], timeout=60)
        if not said.ok:
            pytest.skip(f"cannot mount: {said.text.strip()}")
        if folder not in done:
            done.append(folder)

    yield do
    for folder in reversed(done):
        assert run(["/bin/umount", "-l", folder], timeout=60).ok


def full(mount: Mount, folder: Path) -> Path:
    """A disk of 1 MiB with nothing free on it; returns the file that fills it."""
    mount(folder, "-t", "tmpfs", "-o", "size=1m", "none")
    return fill(folder)


def fill(folder: Path) -> Path:
    """Take all that is free; returns the file that does it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def script(text: str) -> dict[str, str]:
    """One component that says it."""
    return {"toy": f"# {text}\n{GOOD}; printf '\\000\\004\\003{text}' >> $1"}


@pytest.mark.parametrize("place", ["dist", ".wasmforge"])
def test_a_full_disk_in_the_project(space: Space, mount: Mount, place: str) -> None:
    filler = full(mount, space.root / place)
    toys(space, script("one"))
    ended = space.run("build")
    refused(ended, 3, str(space.root / place), "cannot be written: no space left on device", "hint: free some space")
    filler.unlink()
    space.build()
    before = space.dist()
    fill(space.root / place)
    toys(space, script("two"))
    refused(space.run("build"), 3, "cannot be written: no space left on device")
    (space.root / place / "filler").unlink()
    assert space.dist() == before
    space.build()
    assert space.dist()["wasi/toy/toy.wasm"] == MODULE + b"\0\4\3two"


def test_a_full_disk_under_the_store(space: Space, mount: Mount) -> None:
    toys(space, script("one"))
    space.build()
    before = space.dist()
    filler = full(mount, space.root / "small")
    small = str(space.root / "small")
    toys(space, script("two"))
    refused(space.run("build", WASMFORGE_CACHE=small), 3, "no space left on device", "free some space")
    assert space.dist() == before
    filler.unlink()
    ended = space.run("build", WASMFORGE_CACHE=small)
    assert ended.exit == 0, ended.said
    assert space.dist()["wasi/toy/toy.wasm"] == MODULE + b"\0\4\3two"


def test_a_disk_that_fills_up_while_the_compiler_writes(space: Space, mount: Mount) -> None:
    mount(space.root / "small", "-t", "tmpfs", "-o", "size=256k", "none")
    small = str(space.root / "small")
    toys(space, {"toy": f"{GOOD}; printf '\\000\\200\\200\\100' >> $1; head -c 1048576 /dev/zero >> $1; exit 0"})
    refused(space.run("build", WASMFORGE_CACHE=small), 1, "toy.wasm, which is not a whole WebAssembly module")
    assert not (space.root / "dist" / "wasi").exists()
    assert list((space.root / "small" / "work").iterdir()) == []
    space.build()


def test_a_dist_that_nobody_may_write(space: Space, mount: Mount) -> None:
    toys(space, script("one"))
    space.build()
    before = space.dist()
    toys(space, script("two"))
    dist = space.root / "dist"
    dist.chmod(0o500)
    words = "cannot be written: permission denied"
    if os.access(dist, os.W_OK):  # root may write everywhere
        mount(dist, "--bind", str(dist))
        mount(dist, "-o", "remount,bind,ro", str(dist))
        words = "cannot be written: read-only file system"
    try:
        refused(space.run("build"), 3, str(dist), words, "hint: ")
        refused(space.run("clean"), 3, str(dist))
        assert space.dist() == before
    finally:
        if words.endswith("denied"):
            dist.chmod(0o700)


def test_files_in_the_way(space: Space) -> None:
    toys(space, script("one"))
    space.write({"dist": "a file"})
    refused(space.run("build"), 3, f"{space.root}/dist", "cannot be written", "hint: a file is in the way")
    assert (space.root / "dist").read_text() == "a file"
    (space.root / "dist").unlink()
    space.write({"dist/wasi": "a file"})
    refused(space.run("build"), 3, "hint: a file is in the way")
    (space.root / "dist" / "wasi").unlink()
    (space.root / "dist" / "manifest.json").unlink()
    space.write({"dist/wasi/toy": "a file in place of the folder", "dist/manifest.json/x": "and a folder"})
    refused(space.run("build"), 3, "manifest.json", "cannot be written", "hint: ")
    shutil.rmtree(space.root / "dist" / "manifest.json")
    space.build()
    assert space.dist()["wasi/toy/toy.wasm"] == MODULE + b"\0\4\3one"


def test_what_dist_does_not_take_is_told_with_the_rest(space: Space) -> None:
    toys(space, {"a": GOOD, "b": GOOD})
    space.write({"dist/wasi": "a file"})
    ended = space.run("build", "-o", "json")
    refused(ended, 3)
    last = ended.events()[-1]
    assert last["event"] == "Finished"
    assert [f["label"] for f in last["report"]["failures"]] == ["a@wasi/release", "b@wasi/release"]
    assert {f["hint"] for f in last["report"]["failures"]} == {"a file is in the way: move it"}
    (space.root / "dist/wasi").unlink()
    (space.root / "dist/manifest.json").unlink()
    space.write({"dist/manifest.json/x": "and a folder"})
    ended = space.run("build", "-o", "json")
    refused(ended, 3)
    last = ended.events()[-1]
    assert [f["label"] for f in last["report"]["failures"]] == ["dist"]
    assert [a["label"] for a in last["report"]["artifacts"]] == ["a@wasi/release", "b@wasi/release"]


def test_a_manifest_that_is_damaged_is_written_anew(space: Space) -> None:
    toys(space, script("one"))
    space.build()
    before = space.dist()
    for content in (b"", b"\xff", before["manifest.json"][:100]):
        space.write({"dist/manifest.json": content})
        refused(space.run("check"), 2, "manifest.json: cannot be read", "hint: delete it")
    space.build()
    assert space.dist() == before


def blobs(space: Space) -> list[Path]:
    """Every file of the store."""
    return sorted(p for p in (space.cache / "store").rglob("*") if p.is_file())


@pytest.mark.parametrize("content", [b"", b"x", None])
def test_a_damaged_store_is_found_out_and_put_right(space: Space, content: bytes | None) -> None:
    toys(space, script("one"))
    space.build()
    before, files = space.dist(), blobs(space)
    for path in files:
        path.write_bytes(path.read_bytes()[:-1] if content is None else content)
    shutil.rmtree(space.root / "dist")
    space.build()
    assert space.dist() == before
    assert blobs(space) == files
    assert space.build().ran() == []


def test_entries_that_changed_places_are_found_out(space: Space) -> None:
    toys(space, {"a": GOOD, "b": f"{GOOD}; printf '\\000\\002\\001b' >> $1"})
    space.build()
    before = space.dist()
    one, two, *_ = (p for p in blobs(space) if p.parent.parent.name == "entry")
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)
    shutil.rmtree(space.root / "dist")
    space.build()
    assert space.dist() == before


def test_the_store_can_be_deleted(space: Space) -> None:
    toys(space, script("one"))
    space.build()
    before = space.dist()
    shutil.rmtree(space.cache / "store")
    space.build()
    assert space.dist() == before
