"""Archives: the same bytes for the same files, and nothing in them that leads out."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.glue.__main__ import main
from wasmforge.glue.archive import pack

NAMES = st.text("ab.-/", min_size=1, max_size=6)


@given(st.dictionaries(NAMES, st.binary(max_size=40), max_size=5), st.sampled_from(["a.zip", "a.tar.gz"]))
def test_what_is_packed_is_there_and_the_order_does_not_matter(files: dict[str, bytes], name: str) -> None:
    try:
        made = pack(files, name)
    except ValueError:
        return
    assert made == pack(dict(reversed(files.items())), name)
    if name == "a.zip":
        with zipfile.ZipFile(io.BytesIO(made)) as zipped:
            found = {info.filename: zipped.read(info) for info in zipped.infolist()}
    else:
        with tarfile.open(fileobj=io.BytesIO(made)) as tar:
            found = {m.name: content.read() for m in tar if (content := tar.extractfile(m))}
    assert found == files


def test_nothing_of_this_machine_or_moment_is_in_it() -> None:
    with zipfile.ZipFile(io.BytesIO(pack({"a": b"1"}, "x.zip"))) as zipped:
        (info,) = zipped.infolist()
        assert (info.date_time, info.create_system, info.external_attr) == ((1980, 1, 1, 0, 0, 0), 3, 0o644 << 16)
    tar = pack({"a": b"1"}, "x.tar.gz")
    assert tar[:10] == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255])
    with tarfile.open(fileobj=io.BytesIO(tar)) as opened:
        (member,) = opened
        assert (member.mtime, member.uid, member.gid, member.uname, member.mode) == (0, 0, 0, "", 0o644)


@pytest.mark.parametrize("path", ["/etc/x", "../x", "a/../../x", "a//b", "./a", "a\\b", ""])
def test_paths_that_lead_elsewhere_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a valid path in an archive"):
        pack({path: b""}, "x.zip")


def test_a_file_is_no_folder() -> None:
    with pytest.raises(ValueError, match="cannot be both a file and the folder of 'a/b'"):
        pack({"a": b"", "a/b": b""}, "x.tar.gz")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--at-most", "10 B"], ", more than its limit of 10 B\n"),
        (["--file", "IN", "a"], "error: two files have the path a in x.zip\n"),
        (["--at-most", "much"], "error: 'much' is not a size; units: B, KB, MB, GB, TB, KiB, MiB, GiB, TiB\n"),
    ],
)
def test_refusals(more: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").write_bytes(b"1")
    words = ["pack", "--file", "IN", "a", *more, "--out", str(tmp_path / "x.zip")]
    with pytest.raises(SystemExit):
        main([str(tmp_path / "in") if w == "IN" else w for w in words])
    assert capsys.readouterr().err.endswith(said)
    assert not (tmp_path / "x.zip").exists()
