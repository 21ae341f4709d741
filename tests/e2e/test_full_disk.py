"""Disks that are full, folders that nobody may write: exit code 3, and what stood there stays."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import MODULE, WRITE_MODULE, assert_refused, write_toys
from wasmforge.process import run

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
    mount(folder, "-t", "tmpfs", "-o", "size=1m,mode=755", "none")
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
    return {"toy": f"# {text}\n{WRITE_MODULE}; printf '\\000\\004\\003{text}' >> $1"}


@pytest.mark.parametrize("place", ["dist", ".wasmforge"])
def test_a_full_disk_in_the_project(project: ProjectFixture, mount: Mount, place: str) -> None:
    filler = full(mount, project.root / place)
    write_toys(project, script("one"))
    ended = project.run("build")
    assert_refused(
        ended, 3, str(project.root / place), "cannot be written: no space left on device", "hint: free some space"
    )
    filler.unlink()
    project.build()
    before = project.dist()
    fill(project.root / place)
    write_toys(project, script("two"))
    assert_refused(project.run("build"), 3, "cannot be written: no space left on device")
    (project.root / place / "filler").unlink()
    assert project.dist() == before
    project.build()
    assert project.dist()["wasi/toy/toy.wasm"] == MODULE + b"\0\4\3two"


def test_a_full_disk_under_the_store(project: ProjectFixture, mount: Mount) -> None:
    write_toys(project, script("one"))
    project.build()
    before = project.dist()
    filler = full(mount, project.root / "small")
    small = str(project.root / "small")
    write_toys(project, script("two"))
    assert_refused(project.run("build", WASMFORGE_CACHE=small), 3, "no space left on device", "free some space")
    assert project.dist() == before
    filler.unlink()
    ended = project.run("build", WASMFORGE_CACHE=small)
    assert ended.exit == 0, ended.output
    assert project.dist()["wasi/toy/toy.wasm"] == MODULE + b"\0\4\3two"


def test_a_disk_that_fills_up_while_the_compiler_writes(project: ProjectFixture, mount: Mount) -> None:
    mount(project.root / "small", "-t", "tmpfs", "-o", "size=256k,mode=755", "none")
    small = str(project.root / "small")
    write_toys(
        project,
        {"toy": f"{WRITE_MODULE}; printf '\\000\\200\\200\\100' >> $1; head -c 1048576 /dev/zero >> $1; exit 0"},
    )
    assert_refused(project.run("build", WASMFORGE_CACHE=small), 1, "toy.wasm, which is not a whole WebAssembly module")
    assert not (project.root / "dist" / "wasi").exists()
    assert list((project.root / "small" / "work").iterdir()) == []
    project.build()


def test_a_dist_that_nobody_may_write(project: ProjectFixture, mount: Mount) -> None:
    write_toys(project, script("one"))
    project.build()
    before = project.dist()
    write_toys(project, script("two"))
    dist = project.root / "dist"
    dist.chmod(0o500)
    words = "cannot be written: permission denied"
    if os.access(dist, os.W_OK):  # root may write everywhere
        mount(dist, "--bind", str(dist))
        mount(dist, "-o", "remount,bind,ro", str(dist))
        words = "cannot be written: read-only file system"
    try:
        assert_refused(project.run("build"), 3, str(dist), words, "hint: ")
        assert_refused(project.run("clean"), 3, str(dist))
        assert project.dist() == before
    finally:
        if words.endswith("denied"):
            dist.chmod(0o700)


def test_files_in_the_way(project: ProjectFixture) -> None:
    write_toys(project, script("one"))
    project.write({"dist": "a file"})
    assert_refused(project.run("build"), 3, f"{project.root}/dist", "cannot be written", "hint: a file is in the way")
    assert (project.root / "dist").read_text() == "a file"
    (project.root / "dist").unlink()
    project.write({"dist/wasi": "a file"})
    assert_refused(project.run("build"), 3, "hint: a file is in the way")
    (project.root / "dist" / "wasi").unlink()
    (project.root / "dist" / "manifest.json").unlink()
    project.write({"dist/wasi/toy": "a file in place of the folder", "dist/manifest.json/x": "and a folder"})
    assert_refused(project.run("build"), 3, "manifest.json", "cannot be written", "hint: ")
    shutil.rmtree(project.root / "dist" / "manifest.json")
    project.build()
    assert project.dist()["wasi/toy/toy.wasm"] == MODULE + b"\0\4\3one"


def test_what_dist_does_not_take_is_told_with_the_rest(project: ProjectFixture) -> None:
    write_toys(project, {"a": WRITE_MODULE, "b": WRITE_MODULE})
    project.write({"dist/wasi": "a file"})
    ended = project.run("build", "-o", "json")
    assert_refused(ended, 3)
    last = ended.events()[-1]
    assert last["event"] == "Finished"
    assert [f["label"] for f in last["report"]["failures"]] == ["a@wasi/release", "b@wasi/release"]
    assert {f["hint"] for f in last["report"]["failures"]} == {"a file is in the way: move it"}
    (project.root / "dist/wasi").unlink()
    (project.root / "dist/manifest.json").unlink()
    project.write({"dist/manifest.json/x": "and a folder"})
    ended = project.run("build", "-o", "json")
    assert_refused(ended, 3)
    last = ended.events()[-1]
    assert [f["label"] for f in last["report"]["failures"]] == ["dist"]
    assert [a["label"] for a in last["report"]["artifacts"]] == ["a@wasi/release", "b@wasi/release"]


def test_a_manifest_that_is_damaged_is_written_anew(project: ProjectFixture) -> None:
    write_toys(project, script("one"))
    project.build()
    before = project.dist()
    for content in (b"", b"\xff", before["manifest.json"][:100]):
        project.write({"dist/manifest.json": content})
        assert_refused(project.run("check"), 2, "manifest.json: cannot be read", "hint: delete it")
    project.build()
    assert project.dist() == before


def blobs(project: ProjectFixture) -> list[Path]:
    """Every file of the store."""
    return sorted(p for p in (project.cache / "store").rglob("*") if p.is_file())


@pytest.mark.parametrize("content", [b"", b"x", None])
def test_a_damaged_store_is_found_out_and_put_right(project: ProjectFixture, content: bytes | None) -> None:
    write_toys(project, script("one"))
    project.build()
    before, files = project.dist(), blobs(project)
    for path in files:
        path.write_bytes(path.read_bytes()[:-1] if content is None else content)
    shutil.rmtree(project.root / "dist")
    project.build()
    assert project.dist() == before
    assert blobs(project) == files
    assert project.build().executed() == []


def test_entries_that_changed_places_are_found_out(project: ProjectFixture) -> None:
    write_toys(project, {"a": WRITE_MODULE, "b": f"{WRITE_MODULE}; printf '\\000\\002\\001b' >> $1"})
    project.build()
    before = project.dist()
    one, two, *_ = (p for p in blobs(project) if p.parent.parent.name == "entry")
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)
    shutil.rmtree(project.root / "dist")
    project.build()
    assert project.dist() == before


def test_the_store_can_be_deleted(project: ProjectFixture) -> None:
    write_toys(project, script("one"))
    project.build()
    before = project.dist()
    shutil.rmtree(project.cache / "store")
    project.build()
    assert project.dist() == before
