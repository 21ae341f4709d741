"""What lies below a folder is reached without a link, and read up to a bound."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wasmforge.errors import Exit, ForgeError
from wasmforge.safe_paths import leads_out, open_below, read_below, read_bounded, real_below, refuse_links


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with links that lead out of it, beside a folder that is none of its business."""
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "file").write_text("mine")
    here = tmp_path / "project"
    (here / "a" / "b").mkdir(parents=True)
    (here / "a" / "b" / "file").write_text("ours")
    (here / "out").symlink_to("../away")
    (here / "a" / "out").symlink_to("../../away")
    (here / "a" / "in").symlink_to("b")
    (here / "a" / "b" / "link").symlink_to("file")
    return here


@pytest.mark.parametrize("path", ["out", "a/out", "a/in", "a/b/link", "a/out/deeper"])
def test_no_directory_is_reached_through_a_link(path: str, root: Path) -> None:
    for create in (False, True):
        with pytest.raises(ForgeError, match="is a symbolic link") as e:
            open_below(root, path, create=create)
        assert e.value.exit_code == Exit.USAGE
        assert e.value.problems[0].hint
    with pytest.raises(ForgeError):
        refuse_links(root, "a/b", path)
    assert [p.name for p in (root.parent / "away").iterdir()] == ["file"]


@pytest.mark.parametrize("path", ["..", "a/../..", "/etc", "a/b/../b"])
def test_no_path_leads_up(path: str, root: Path) -> None:
    with pytest.raises(ForgeError, match="leads out of its folder"):
        open_below(root, path, create=True)


def test_directories_are_made_where_none_are(root: Path) -> None:
    with open_below(root, "x/y", create=True) as folder:
        folder.write("file", b"1", mode=0o640)
    assert (root / "x/y/file").read_bytes() == b"1"
    assert (root / "x/y/file").stat().st_mode & 0o777 == 0o640
    assert read_below(root, "x/y/file") == b"1"
    refuse_links(root, "x/y", "none/at/all")


def test_a_file_is_written_in_place_of_a_link(root: Path) -> None:
    (root / "a" / "b" / "link").unlink()
    (root / "a" / "b" / "link").symlink_to("../../../away/file")
    with open_below(root, "a/b") as folder:
        folder.write("link", b"new")
        assert folder.names() == ["file", "link"]
    assert (root / "a/b/link").read_bytes() == b"new"
    assert (root.parent / "away" / "file").read_text() == "mine"


def test_an_open_directory_stays_the_same_whatever_its_path_leads_to(root: Path) -> None:
    with open_below(root, "a/b") as folder:
        (root / "a/b").rename(root / "a/c")
        (root / "a/b").symlink_to("../../away")
        folder.write("new", b"1")
        assert folder.read("file") == b"ours"
        folder.within("newer").write_bytes(b"2")
        folder.remove("file")
    assert sorted(p.name for p in (root / "a/c").iterdir()) == ["link", "new", "newer"]
    assert [p.name for p in (root.parent / "away").iterdir()] == ["file"]


def test_what_is_removed_is_the_link(root: Path) -> None:
    with open_below(root, ".") as folder:
        folder.remove("out")
        folder.remove("a")
        folder.remove("none")
        assert folder.names() == []
    assert (root.parent / "away" / "file").read_text() == "mine"


def test_a_failed_write_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int, _mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fchmod", fail)
    with open_below(root, "a/b") as folder, pytest.raises(OSError, match="No space"):
        folder.write("file", b"new")
    assert sorted(p.name for p in (root / "a/b").iterdir()) == ["file", "link"]
    assert (root / "a/b/file").read_text() == "ours"


def test_only_links_within_are_followed_where_one_may_be(root: Path) -> None:
    assert real_below(root, "a/in", hint="") == "a/b"
    assert real_below(root, "none/yet", hint="") == "none/yet"
    with pytest.raises(ForgeError, match="leads outside the project") as e:
        real_below(root, "a/out", hint="go on")
    assert e.value.problems[0].hint == "go on"


def test_only_files_are_read_and_only_so_much(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "large").write_bytes(b"x" * 100)
    (root / "zero").symlink_to("/dev/zero")
    assert read_bounded(root / "large", 100) == b"x" * 100
    assert read_bounded(root / "a/b/link") == b"ours"
    for name, what in (("pipe", "no file"), ("zero", "no file"), ("a", "directory"), ("none", "No such file")):
        with pytest.raises(OSError, match=what):
            read_bounded(root / name)
    with pytest.raises(OSError, match="more than"):
        read_bounded(root / "large", 99)
    for name in ("pipe", "zero", "a"):
        with pytest.raises(OSError, match=r"."):
            read_below(root, name)


@pytest.mark.parametrize(
    ("links", "out"),
    [
        ({"l": "a"}, False),
        ({"l": "a/../a/b"}, False),
        ({"l": ".."}, True),
        ({"l": "a/../.."}, True),
        ({"l": "/"}, True),
        ({"l": "x/x/..", "x": "."}, True),
        ({"l": "a/x/../../..", "a/x": "b"}, True),
        ({"l": "a/x/../b", "a/x": "b"}, False),
        ({"l": "x/..", "x": "a/b"}, False),
        ({"l": "none/../.."}, True),
        ({"l": "l"}, True),
        ({"l": "x", "x": "l"}, True),
    ],
)
def test_where_a_link_leads_in_the_end(links: dict[str, str], out: bool, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name, to in links.items():
        (tmp_path / name).symlink_to(to)
    assert leads_out(tmp_path, tmp_path / "l") is out


PATH = st.lists(st.sampled_from(["a", "b", "x", "y", ".."]), min_size=1, max_size=5).map("/".join)


@given(st.dictionaries(st.sampled_from(["x", "a/x", "a/b/y"]), PATH, min_size=1))
@settings(deadline=None)
def test_it_is_where_the_system_says(tmp_path_factory: pytest.TempPathFactory, links: dict[str, str]) -> None:
    root = tmp_path_factory.mktemp("links")
    (root / "a" / "b").mkdir(parents=True)
    for name, to in links.items():
        (root / name).symlink_to(to)
    for name in links:
        try:
            real = (root / name).resolve(strict=True)
        except (OSError, RuntimeError):  # it leads to nothing, or in a circle: what comes there later is not known
            continue
        assert leads_out(root, root / name) or real.is_relative_to(root.resolve())
        if not leads_out(root, root / name):
            assert real.is_relative_to(root.resolve())
