"""SHA-256 of files and folders, remembered by what the system says of them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.config_files import write
from wasmforge.store.store import Store
from wasmforge.toolchains import file_digests
from wasmforge.toolchains.file_digests import ABSENT, UNREADABLE, FileDigests

TREE = {"bin/tool": "one", "lib/a.txt": "two", "lib/deep/b.txt": "three"}


def of(path: Path, store: Path | None = None, *apart: Path) -> str:
    return FileDigests(Store(store or path.parent / "store"), apart).of(str(path))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write(tmp_path / "tree", TREE)


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is old enough to be remembered."""
    monkeypatch.setattr(file_digests, "YOUNG", -(10**18))


def test_it_is_the_same_wherever_it_lies(tree: Path, tmp_path: Path) -> None:
    assert of(tree) == of(write(tmp_path / "elsewhere" / "copy", TREE))


def executable(tree: Path) -> None:
    (tree / "bin/tool").chmod(0o755)


def edited(tree: Path) -> None:
    """An edit that size and time of modification do not show."""
    file = tree / "lib/deep/b.txt"
    before = file.stat()
    file.write_text("THREE")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def exchanged(tree: Path) -> None:
    (tree / "bin/tool").write_text("two")
    (tree / "lib/a.txt").write_text("one")


CHANGES: list[Callable[[Path], object]] = [
    executable,
    edited,
    exchanged,
    lambda tree: (tree / "lib/a.txt").unlink(),
    lambda tree: (tree / "lib/a.txt").rename(tree / "lib/c.txt"),
    lambda tree: (tree / "lib/new.txt").write_text(""),
    lambda tree: (tree / "lib/new").symlink_to("a.txt"),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.usefixtures("old")
def test_every_change_is_seen(tree: Path, change: Callable[[Path], object]) -> None:
    before = of(tree)
    change(tree)
    assert of(tree) != before


@pytest.mark.parametrize("name", ["lib/__pycache__/a.pyc", "share/doc/page.html", "share/man/man1/tool.1"])
def test_what_no_tool_reads_does_not_count(tree: Path, name: str) -> None:
    before = of(tree)
    write(tree, {name: "new"})
    assert of(tree) == before


@pytest.mark.usefixtures("old")
def test_what_did_not_change_is_not_read_again(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, folder = of(tree / "bin/tool"), of(tree, tree.parent / "store")
    monkeypatch.setattr(file_digests, "_digest", None)
    assert of(tree / "bin/tool") == file
    assert of(tree, tree.parent / "store") == folder


def test_what_is_young_is_not_remembered(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a tick of the disk's clock a second edit would not show."""
    of(tree)
    monkeypatch.setattr(file_digests, "_digest", lambda _: "read again")
    assert of(tree / "bin/tool") == "read again"


def test_links_that_lead_out_are_followed(tree: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"header.h": "1"})
    (tree / "include").symlink_to(outside)
    (tree / "one.h").symlink_to(outside / "header.h")
    before = of(tree)
    (outside / "header.h").write_text("2")
    assert of(tree) != before


def test_a_folder_that_holds_what_is_set_apart_is_not_followed(tree: Path, tmp_path: Path) -> None:
    """A link to `/` or to the project would make everything part of a tool."""
    project = write(tmp_path / "home" / "project", {"a.c": "1"})
    (tree / "home").symlink_to(tmp_path / "home")
    before = of(tree, None, project)
    (project / "a.c").write_text("2")
    assert of(tree, None, project) == before


def test_links_in_a_circle_end(tree: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", {"a": "1"})
    (other / "back").symlink_to(tree)
    (tree / "other").symlink_to(other)
    (tree / "self").symlink_to(".")
    (tree / "lost").symlink_to("nowhere")
    assert of(tree) == of(tree)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert of(tmp_path / "pipe", tmp_path / "store") == UNREADABLE
    assert of(tmp_path / "none", tmp_path / "store") == ABSENT
