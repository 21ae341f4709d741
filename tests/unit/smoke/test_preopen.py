"""The folder of a test: the component's files, what the test adds, and what the module wrote."""

import base64
from pathlib import Path

import pytest

from tests.support.config_files import write
from wasmforge.glue.file_pack import pack_files
from wasmforge.runtimes.arguments import BadArgumentError
from wasmforge.smoke.preopen import compare_answered_files, compare_written_files, encoded_files, prepare_preopen

OWN = {"assets/one.txt": "1", "assets/deep/two.txt": "2"}


def own_files(root: Path, kind: str) -> str:
    """The component's files, as they lie beside a module."""
    if kind == "folder":
        return str(write(root / "files", OWN))
    pack = root / "app.bin"
    pack.write_bytes(pack_files({name: text.encode() for name, text in OWN.items()}))
    return str(pack)


@pytest.mark.parametrize("kind", ["folder", "pack"])
def test_a_test_adds_to_the_files_of_the_component(tmp_path: Path, kind: str) -> None:
    preopen = write(tmp_path / "preopen", {"assets/one.txt": "other", "more": "m"})
    prepare_preopen(str(preopen), tmp_path / "run", own_files(tmp_path, kind))
    found = {name: base64.b64decode(text) for name, text in encoded_files(tmp_path / "run").items()}
    assert found == {"assets/deep/two.txt": b"2", "assets/one.txt": b"other", "more": b"m"}


@pytest.mark.parametrize("kind", ["folder", "pack"])
def test_what_a_module_writes_changes_a_copy(tmp_path: Path, kind: str) -> None:
    own = own_files(tmp_path, kind)
    prepare_preopen(None, tmp_path / "run", own)
    (tmp_path / "run" / "assets" / "one.txt").write_text("written")
    prepare_preopen(None, tmp_path / "again", own)
    assert (tmp_path / "again" / "assets" / "one.txt").read_text() == "1"


@pytest.mark.parametrize("name", ["../out", "/etc/out", "a/../../out"])
def test_a_pack_writes_nothing_outside_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "app.bin").write_bytes(pack_files({name: b"x"}))
    with pytest.raises(BadArgumentError, match="is no file in a folder"):
        prepare_preopen(None, tmp_path / "run", str(tmp_path / "app.bin"))
    assert not (tmp_path / "out").exists()


def test_a_damaged_pack_is_told(tmp_path: Path) -> None:
    (tmp_path / "app.bin").write_bytes(b"[]\nx")
    with pytest.raises(BadArgumentError, match=r"app\.bin: it is no pack of files"):
        prepare_preopen(None, tmp_path / "run", str(tmp_path / "app.bin"))


@pytest.mark.parametrize("answered", [False, True])
def test_written_files_are_compared_wherever_they_come_from(tmp_path: Path, answered: bool) -> None:
    root = write(tmp_path, {"out/x": "right"})
    wrote = {"out/x": base64.b64encode(b"right").decode()}

    def compared(want: dict[str, str]) -> str:
        return compare_answered_files(want, wrote) if answered else compare_written_files(want, root)

    assert compared({"out/x": "right"}) == ""
    assert "out/x" in compared({"out/x": "wrong"})
    assert compared({"out/y": "right"}) == "it wrote no file out/y"
