"""Archives of others: every format gives the same files, and hostile ones give an error and nothing outside."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from wasmforge.fetch.archive import ArchiveError, extract
from wasmforge.store.tar_stream import Limits

BIG = bytes(range(256)) * (3 << 12)
"""Three times 1 MiB: a multiple of a tar's block and more than what is copied at once."""


def tar_of(*entries: tuple[str, bytes, bytes, str]) -> bytes:
    """A tar of entries: name, type, data, where a link leads."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind, data, link in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mode = kind, link, 0o755 if name.endswith(".sh") else 0o644
            info.size = len(data) if kind == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def file(name: str, data: bytes = b"x") -> tuple[str, bytes, bytes, str]:
    return name, tarfile.REGTYPE, data, ""


def link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> tuple[str, bytes, bytes, str]:
    return name, kind, b"", to


def zip_of(*entries: tuple[str, bytes, bytes, str]) -> bytes:
    """The same entries as a zip, deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, kind, data, target in entries:
            info = zipfile.ZipInfo(name)
            mode = 0o120777 if kind == tarfile.SYMTYPE else 0o100755 if name.endswith(".sh") else 0o100644
            info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, target.encode() if kind == tarfile.SYMTYPE else data)
    return out.getvalue()


ENTRIES = (file("lib-1/a.c"), file("lib-1/run.sh"), file("lib-1/deep/big.bin", BIG), link("lib-1/deep/l", "../a.c"))

WHOLE = {
    "tar": tar_of(*ENTRIES),
    "gz": gzip.compress(tar_of(*ENTRIES)),
    "bz2": bz2.compress(tar_of(*ENTRIES)),
    "xz": lzma.compress(tar_of(*ENTRIES)),
    "zip": zip_of(*ENTRIES),
}


def extracted(data: bytes, tmp_path: Path, strip: int | None = None, limits: Limits | None = None) -> Path:
    (tmp_path / "archive").write_bytes(data)
    extract(tmp_path / "archive", tmp_path / "out/it", strip=strip, **({"limits": limits} if limits else {}))
    return tmp_path / "out/it"


def refused(data: bytes, tmp_path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(ArchiveError) as caught:
        extracted(data, tmp_path, limits=limits)
    assert not [p for p in tmp_path.iterdir() if p.name not in ("archive", "out")]
    return str(caught.value)


@pytest.mark.parametrize("kind", WHOLE)
def test_every_format_gives_the_same_files(kind: str, tmp_path: Path) -> None:
    out = extracted(WHOLE[kind], tmp_path)
    found = {str(p.relative_to(out)) for p in out.rglob("*")}
    assert found == {"a.c", "run.sh", "deep", "deep/big.bin", "deep/l"}
    assert (out / "deep/big.bin").read_bytes() == BIG
    assert (out / "deep/l").read_bytes() == b"x"
    assert (out / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (out / "a.c").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("kind", WHOLE)
def test_half_an_archive_is_refused(kind: str, tmp_path: Path) -> None:
    assert "cannot be extracted" in refused(WHOLE[kind][: len(WHOLE[kind]) // 2], tmp_path)


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zip"])
def test_a_damaged_archive_is_refused(kind: str, tmp_path: Path) -> None:
    data = bytearray(WHOLE[kind])
    data[len(data) // 3] ^= 0xFF
    assert "cannot be extracted" in refused(bytes(data), tmp_path)


@pytest.mark.parametrize("data", [b"", b"<html>no such file</html>", b"\x1f\x8b", b"PK\x03\x04", b"BZh9"])
def test_what_is_no_archive_is_refused(data: bytes, tmp_path: Path) -> None:
    assert "cannot be extracted" in refused(data, tmp_path)


@pytest.mark.parametrize(
    ("strip", "expected"),
    [
        (None, {"a.c", "b/c.c"}),
        (0, {"top/a.c", "top/b/c.c"}),
        (1, {"a.c", "b/c.c"}),
        (2, {"c.c"}),
        (3, set()),
    ],
)
@pytest.mark.parametrize("make", [tar_of, zip_of])
def test_leading_folders_are_dropped(make: object, strip: int | None, expected: set[str], tmp_path: Path) -> None:
    out = extracted(make(file("top/a.c"), file("top/b/c.c")), tmp_path, strip)  # type: ignore[operator]
    assert {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()} == expected


def test_by_itself_only_a_folder_that_holds_everything_is_dropped(tmp_path: Path) -> None:
    out = extracted(tar_of(file("src/a.c"), file("README")), tmp_path)
    assert {p.name for p in out.iterdir()} == {"src", "README"}


def test_hard_links_are_stripped_like_names(tmp_path: Path) -> None:
    out = extracted(gzip.compress(tar_of(file("top/a"), link("top/b", "top/a", tarfile.LNKTYPE))), tmp_path, 1)
    assert (out / "b").read_bytes() == b"x"


@pytest.mark.parametrize("make", [tar_of, zip_of])
@pytest.mark.parametrize(
    "entries",
    [
        (file("../out.txt"),),
        (file("a/../../out.txt"),),
        (link("l", "../../x"),),
        (link("l", "/etc/passwd"),),
        (link("l", ".."), file("l/x")),
        (link("l", "/etc"), file("l/x")),
        (file("l/x"), link("l", "..")),
    ],
)
def test_nothing_gets_out_of_the_folder(
    make: object, entries: tuple[tuple[str, bytes, bytes, str], ...], tmp_path: Path
) -> None:
    assert refused(make(*entries), tmp_path)  # type: ignore[operator]
    assert not [p for p in (tmp_path / "out").rglob("*") if p.is_symlink()]


def test_an_absolute_name_stays_within(tmp_path: Path) -> None:
    out = extracted(tar_of(file("/etc/passwd"), file("b")), tmp_path)
    assert (out / "etc/passwd").read_bytes() == b"x"


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes_are_refused(kind: bytes, tmp_path: Path) -> None:
    assert "is neither file, folder nor link" in refused(tar_of(("p", kind, b"", "")), tmp_path)


SMALL = Limits(max_bytes=1 << 20, max_entries=10)


def test_bombs_are_refused(tmp_path: Path) -> None:
    big = file("zeros", bytes(4 << 20))
    for number, data in enumerate((gzip.compress(tar_of(big)), lzma.compress(tar_of(big)), zip_of(big), tar_of(big))):
        (tmp_path / str(number)).mkdir()
        assert "unpacks to more than" in refused(data, tmp_path / str(number), SMALL)
    many = [file(f"f{i}") for i in range(11)]
    for number, data in enumerate((tar_of(*many), zip_of(*many))):
        (tmp_path / f"many{number}").mkdir()
        assert "more than 10 files" in refused(data, tmp_path / f"many{number}", SMALL)


def test_a_file_that_is_nothing_but_a_hole_is_refused(tmp_path: Path) -> None:
    """A sparse file of 8 GiB in a tar of two blocks."""
    info = tarfile.TarInfo("hole")
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"%011o\0" % (8 << 30)
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    (tmp_path / "a").mkdir()
    assert "unpacks to more than" in refused(bytes(header) + bytes(1024), tmp_path / "a", SMALL)


def test_attributes_without_an_end_are_refused(tmp_path: Path) -> None:
    """64 MiB of zeros as the name of an entry, which tarfile would read as a whole; and many small ones."""
    long = tarfile.TarInfo("x")
    long.type, long.size = tarfile.XHDTYPE, 64 << 20
    data = long.tobuf(tarfile.USTAR_FORMAT) + bytes(64 << 20)
    for number, archive in enumerate((data, gzip.compress(data))):
        (tmp_path / str(number)).mkdir()
        assert "a name or an attribute of more than" in refused(archive, tmp_path / str(number), SMALL)
    some = tarfile.TarInfo("x")
    some.type, some.size = tarfile.XHDTYPE, 1 << 20
    (tmp_path / "many").mkdir()
    data = (some.tobuf(tarfile.USTAR_FORMAT) + b"12 path=abc\n".ljust(1 << 20, b"\0")) * 4
    assert "unpacks to more than" in refused(gzip.compress(data), tmp_path / "many", SMALL)


def test_a_zip_that_tells_a_smaller_size_than_it_has_is_refused(tmp_path: Path) -> None:
    data = zip_of(file("a", bytes(1000)))
    directory = data.index(b"PK\x01\x02")
    wrong = data[: directory + 24] + (10).to_bytes(4, "little") + data[directory + 28 :]
    assert refused(wrong, tmp_path)


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    data = bytearray(zip_of(file("a")))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "is encrypted" in refused(bytes(data), tmp_path)
