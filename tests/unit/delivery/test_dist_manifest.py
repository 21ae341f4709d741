"""What dist says of itself."""

import json
from pathlib import Path

import pytest

from wasmforge.delivery.dist_manifest import read_dist_manifest, write_dist_manifest
from wasmforge.errors import ForgeError
from wasmforge.model.dist_manifest import DeliveryRecord


def record(component: str = "app", target: str = "web") -> DeliveryRecord:
    """A record of an artifact without files."""
    return DeliveryRecord(
        component=component,
        target=target,
        profile="release",
        files=(),
        features=("simd",),
        imports=(),
        exports=("memory",),
        toolchains={"zig": "zig 1"},
        contract="holds",
        findings=(),
        smoke=(),
    )


def dist(tmp_path: Path, *keys: str) -> Path:
    """A folder with deliveries of these keys."""
    for key in keys:
        (tmp_path / key).mkdir(parents=True)
    return tmp_path


def test_nothing_was_built(tmp_path: Path) -> None:
    assert read_dist_manifest(tmp_path).artifacts == {}


def test_what_is_written_comes_back_sorted(tmp_path: Path) -> None:
    write_dist_manifest(tmp_path, {"web/b": record("b"), "web/a": record("a")})
    assert list(read_dist_manifest(tmp_path).artifacts.items()) == [("web/a", record("a")), ("web/b", record("b"))]
    text = (tmp_path / "manifest.json").read_text()
    assert text.endswith("}\n")
    assert json.loads(text)["format"] == 1


def test_others_are_kept_while_they_are_there(tmp_path: Path) -> None:
    base = dist(tmp_path, "web/kept")
    write_dist_manifest(base, {"web/kept": record("kept"), "web/gone": record("gone")})
    write_dist_manifest(base, {"web/new": record("new")})
    assert list(read_dist_manifest(base).artifacts) == ["web/kept", "web/new"]


def test_an_equal_record_is_not_written_again(tmp_path: Path) -> None:
    base = dist(tmp_path, "web/a")
    write_dist_manifest(base, {"web/a": record("a")})
    before = (base / "manifest.json").stat()
    write_dist_manifest(base, {"web/a": record("a")})
    after = (base / "manifest.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


DAMAGE = {
    "empty": (b"", "cannot be read: "),
    "no json": (b"{", "cannot be read: "),
    "another shape": (b'{"format": 1, "artifacts": [1]}', "cannot be read: "),
    "another format": (b'{"format": 2, "artifacts": {}}', "format 2 is not known"),
    "no text": (b"\xff", "cannot be read: "),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_record_is_told_and_written_anew_by_the_next_build(tmp_path: Path, name: str) -> None:
    data, what = DAMAGE[name]
    path = tmp_path / "manifest.json"
    path.write_bytes(data)
    with pytest.raises(ForgeError) as caught:
        read_dist_manifest(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.where, problem.hint) == (str(path), "delete it; the next `wasmforge build` writes it anew")
    assert problem.what.startswith(what)
    write_dist_manifest(tmp_path, {"web/a": record("a")})
    assert list(read_dist_manifest(tmp_path).artifacts) == ["web/a"]
