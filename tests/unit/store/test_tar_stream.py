"""Folders as tar streams: what goes in comes out, and nothing gets out of its folder."""

import contextlib
import io
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from wasmforge.safe_paths import leads_out
from wasmforge.store.tar_stream import tar_of_files, tar_of_folder, unpack


def test_there_and_back(tmp_path: Path) -> None:
    start = tmp_path / "start"
    (start / "a/empty").mkdir(parents=True)
    (start / "a/run.sh").write_text("x")
    (start / "a/run.sh").chmod(0o755)
    (start / "link").symlink_to("a/run.sh")
    (start / "away").symlink_to("/inside/the/image")
    with tar_of_folder(start, "work", (7, 8)) as file:
        data = file.read()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert {(m.uid, m.gid, m.uname, m.gname) for m in tar} == {(7, 8, "", "")}
        assert {m.name for m in tar} == {
            *("work", "work/a", "work/a/empty", "work/a/run.sh", "work/link", "work/away"),
        }
        assert tar.getmember("work/away").linkname == "/inside/the/image"
    (start / "away").unlink()
    with tar_of_folder(start, "work", (7, 8)) as file:
        unpack(iter(lambda: file.read(100), b""), tmp_path / "end")
    assert (tmp_path / "end/work/a/run.sh").read_text() == "x"
    assert (tmp_path / "end/work/a/run.sh").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "end/work/link").readlink() == Path("a/run.sh")
    assert (tmp_path / "end/work/a/empty").is_dir()


def test_files_and_folders_by_path(tmp_path: Path) -> None:
    unpack([tar_of_files({"cargo": None, "ca.pem": b"x"}, (1, 1))], tmp_path)
    assert (tmp_path / "ca.pem").read_bytes() == b"x"
    assert (tmp_path / "cargo").is_dir()


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644, data: bytes = b"") -> bytes:
    """A tar of one entry."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.mode = kind, link, mode
        info.size = len(data) if kind == tarfile.REGTYPE else 0
        tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


LONG = "d" * 240
"""A name of which many make a path that is longer than the system resolves."""


def chain(steps: int) -> list[bytes]:
    """Links to directories in each other, and one more whose path through them is too long to be resolved by name."""
    parts: list[bytes] = []
    here = ""
    for letter in "abcdefghijklmnop"[:steps]:
        parts += [entry(f"{here}{LONG}", tarfile.DIRTYPE, mode=0o755), entry(f"{here}{letter}", tarfile.SYMTYPE, LONG)]
        here += f"{LONG}/"
    through = "/".join("abcdefghijklmnop"[:steps])
    parts.append(entry(f"{through}/{'l' * 254}", tarfile.SYMTYPE, "../" * steps))
    parts.append(entry("escape", tarfile.SYMTYPE, f"{through}/{'l' * 254}/../../.."))
    parts.append(entry("escape/out", data=b"written"))
    return parts


ATTACKS: dict[str, list[bytes]] = {
    "up": [entry("../out")],
    "down and up": [entry("x/../../out")],
    "only up": [entry("..", tarfile.DIRTYPE)],
    "absolute link": [entry("link", tarfile.SYMTYPE, "/etc/passwd")],
    "link up": [entry("link", tarfile.SYMTYPE, "../../etc/passwd")],
    "link to the folder above": [entry("link", tarfile.SYMTYPE, "..")],
    "through a link": [entry("link", tarfile.SYMTYPE, "."), entry("link/file")],
    "through a link out": [entry("link", tarfile.SYMTYPE, ".."), entry("link/out")],
    "order": [entry("a", tarfile.SYMTYPE, "x/x/x/../../.."), entry("x", tarfile.SYMTYPE, ".")],
    "order, deeper": [
        entry("d", tarfile.DIRTYPE),
        entry("d/a", tarfile.SYMTYPE, "../x/x/../../out"),
        entry("x", tarfile.SYMTYPE, "d"),
        entry("d/x", tarfile.SYMTYPE, ".."),
    ],
    "a folder becomes a link": [
        entry("d/e", tarfile.DIRTYPE),
        entry("a", tarfile.SYMTYPE, "d/e/../.."),
        entry("d/e", tarfile.SYMTYPE, "."),
    ],
    "long names": chain(16),
    "circle": [entry("a", tarfile.SYMTYPE, "b"), entry("b", tarfile.SYMTYPE, "a")],
    "hard link up": [entry("hard", tarfile.LNKTYPE, "../out")],
    "hard link to a link": [entry("f"), entry("link", tarfile.SYMTYPE, "f"), entry("two", tarfile.LNKTYPE, "link")],
    "hard link through a link": [entry("l", tarfile.SYMTYPE, "."), entry("f"), entry("two", tarfile.LNKTYPE, "l/f")],
    "hard link to nothing": [entry("hard", tarfile.LNKTYPE, "none")],
    "hard link to a folder": [entry("d", tarfile.DIRTYPE), entry("hard", tarfile.LNKTYPE, "d")],
    "character device": [entry("null", tarfile.CHRTYPE)],
    "block device": [entry("disk", tarfile.BLKTYPE)],
    "pipe": [entry("pipe", tarfile.FIFOTYPE)],
    "file over a folder": [entry("d/x"), entry("d", data=b"x")],
    "folder over a file": [entry("d"), entry("d/x")],
    "a name too long": [entry("n" * 300)],
    "no tar": [b"no tar at all" * 100],
    "cut": [entry("file", data=b"x" * 2000)[:1024]],
}
"""What must be refused, by what it tries: tars that follow each other."""


def together(parts: list[bytes]) -> bytes:
    """One tar of the entries of several."""
    return b"".join(part[: _size(part)] for part in parts) + b"\0" * 1024


def _size(part: bytes) -> int:
    """Bytes of a tar of one entry without the zeros at its end."""
    try:
        with tarfile.open(fileobj=io.BytesIO(part)) as tar:
            last = tar.getmembers()[-1]
            return last.offset_data + (last.size + 511) // 512 * 512
    except (tarfile.TarError, IndexError):
        return len(part)


@pytest.mark.parametrize("name", ATTACKS)
def test_what_would_leave_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").write_text("as it was")
    with pytest.raises(tarfile.TarError):
        unpack([together(ATTACKS[name])], tmp_path / "in")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out"]
    assert (tmp_path / "out").read_text() == "as it was"
    assert not [p for p in (tmp_path / "in").rglob("*") if p.is_symlink() and leads_out(tmp_path / "in", p)]


def test_a_file_takes_the_place_of_a_link_and_not_of_what_it_leads_to(tmp_path: Path) -> None:
    parts = [entry("one", data=b"1"), entry("two", tarfile.SYMTYPE, "one"), entry("two", data=b"2")]
    unpack([together(parts)], tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"one": b"1", "two": b"2"}
    assert not (tmp_path / "two").is_symlink()


def test_a_hard_link_is_a_second_name(tmp_path: Path) -> None:
    unpack([together([entry("d/one", data=b"1"), entry("two", tarfile.LNKTYPE, "d/one")])], tmp_path)
    assert (tmp_path / "two").read_bytes() == b"1"


Listed = list[tuple[bytes, str, str]]
"""Entries of an archive: kind, name, what it links to."""

NAMES = st.lists(st.sampled_from(["a", "b", "c", "..", ".", ""]), min_size=1, max_size=6).map("/".join)
KINDS = st.sampled_from([tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE])
ENTRIES = st.lists(st.tuples(KINDS, NAMES, st.tuples(st.sampled_from(["", "/"]), NAMES).map("".join)), max_size=12)


@given(entries=ENTRIES)
@settings(max_examples=examples(40), deadline=None)
def test_whatever_comes_in_whatever_order_nothing_outside_changes(entries: Listed) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert_harmless(Path(folder), entries)


def assert_harmless(folder: Path, entries: Listed) -> bool:
    """Lay an archive of such entries in a folder; whether it was refused."""
    top, refused = folder / "in" / "top", False
    top.mkdir(parents=True)
    for name in ("a", "b", "c"):
        (folder / name).write_text("as it was")
        (folder / "in" / name).mkdir()
    try:
        unpack([together([entry(name, kind, link, data=b"!") for kind, name, link in entries])], top)
    except tarfile.TarError:
        refused = True
    assert sorted(p.name for p in folder.iterdir()) == ["a", "b", "c", "in"], entries
    assert [(folder / n).read_text() for n in ("a", "b", "c")] == ["as it was"] * 3, entries
    assert sorted(p.name for p in (folder / "in").iterdir()) == ["a", "b", "c", "top"], entries
    assert not [p for n in ("a", "b", "c") for p in (folder / "in" / n).iterdir()], entries
    for path in top.rglob("*"):
        if path.is_symlink():  # in the end the system itself says where it leads
            with contextlib.suppress(RuntimeError, OSError):
                assert path.resolve().is_relative_to(top.resolve()), entries
    return refused


def test_an_absolute_name_is_one_in_the_folder(tmp_path: Path) -> None:
    unpack([entry("/wasmforge-out")], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["wasmforge-out"]


def test_what_nobody_may_read_can_be_read_here(tmp_path: Path) -> None:
    unpack([entry("secret", mode=0o4000)], tmp_path)
    assert (tmp_path / "secret").stat().st_mode & 0o7777 == 0o600


def test_links_that_lead_out_are_left_out_where_that_is_asked(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, link in (("absolute", "/etc/passwd"), ("up", "../../up"), ("inside", "note"), ("note", "")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = (tarfile.SYMTYPE, link) if link else (tarfile.REGTYPE, "")
            tar.addfile(info)
    with pytest.raises(tarfile.TarError):
        unpack([out.getvalue()], tmp_path / "refused")
    unpack([out.getvalue()], tmp_path / "laid", without_links_out=True)
    assert sorted(p.name for p in (tmp_path / "laid").iterdir()) == ["inside", "note"]
