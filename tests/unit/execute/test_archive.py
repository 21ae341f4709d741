"""Folders as tar streams: what goes in comes out, and nothing gets out of its folder."""

import io
import tarfile
from pathlib import Path

import pytest

from wasmforge.execute.archive import of_files, packed, unpack


@pytest.fixture(autouse=True, params=["as this Python has it", "before 3.11.4"])
def _python(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian 12's Python has no filters in tarfile."""
    if request.param == "before 3.11.4":
        monkeypatch.delattr(tarfile, "data_filter", raising=False)


def test_there_and_back(tmp_path: Path) -> None:
    start = tmp_path / "start"
    (start / "a/empty").mkdir(parents=True)
    (start / "a/run.sh").write_text("x")
    (start / "a/run.sh").chmod(0o755)
    (start / "link").symlink_to("a/run.sh")
    (start / "away").symlink_to("/inside/the/image")
    with packed(start, "work", (7, 8)) as file:
        data = file.read()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert {(m.uid, m.gid, m.uname, m.gname) for m in tar} == {(7, 8, "", "")}
        assert {m.name for m in tar} == {
            *("work", "work/a", "work/a/empty", "work/a/run.sh", "work/link", "work/away"),
        }
        assert tar.getmember("work/away").linkname == "/inside/the/image"
    (start / "away").unlink()
    with packed(start, "work", (7, 8)) as file:
        unpack(iter(lambda: file.read(100), b""), tmp_path / "end")
    assert (tmp_path / "end/work/a/run.sh").read_text() == "x"
    assert (tmp_path / "end/work/a/run.sh").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "end/work/link").readlink() == Path("a/run.sh")
    assert (tmp_path / "end/work/a/empty").is_dir()


def test_files_and_folders_by_path(tmp_path: Path) -> None:
    unpack([of_files({"cargo": None, "ca.pem": b"x"}, (1, 1))], tmp_path)
    assert (tmp_path / "ca.pem").read_bytes() == b"x"
    assert (tmp_path / "cargo").is_dir()


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.mode = kind, link, mode
        tar.addfile(info)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        entry("../out"),
        entry("x/../../out"),
        entry("link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("link", tarfile.SYMTYPE, "../../etc/passwd"),
        entry("hard", tarfile.LNKTYPE, "../out"),
        entry("null", tarfile.CHRTYPE),
        b"no tar at all" * 100,
    ],
)
def test_what_would_leave_the_folder_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(tarfile.TarError):
        unpack([data], tmp_path / "in")
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_an_absolute_name_is_one_in_the_folder(tmp_path: Path) -> None:
    unpack([entry("/wasmforge-out")], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["wasmforge-out"]


def test_what_nobody_may_read_can_be_read_here(tmp_path: Path) -> None:
    unpack([entry("secret", mode=0o4000)], tmp_path)
    assert (tmp_path / "secret").stat().st_mode & 0o7777 == 0o600
