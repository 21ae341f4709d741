"""A tool's folder is what was installed, or it is found out: whatever was changed, whatever times say."""

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from wasmforge.toolchains import installed_folder
from wasmforge.toolchains.installed_folder import digest_of, is_as_installed, manifest_path, record_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files and a link, as installed some time ago."""
    path = tmp_path / "tool-1"
    (path / "bin").mkdir(parents=True)
    (path / "bin" / "run").write_text("run")
    (path / "bin" / "run").chmod(0o755)
    (path / "data").write_text("data")
    (path / "link").symlink_to("data")
    record_folder(path)
    time.sleep(0.03)
    assert is_as_installed(path)  # and looked at again, when all of it is old enough
    return path


def test_its_files_can_only_be_read(folder: Path) -> None:
    assert (folder / "data").stat().st_mode & 0o777 == 0o444
    assert (folder / "bin" / "run").stat().st_mode & 0o777 == 0o555
    shutil.rmtree(folder)  # its folders are written as ever, so that it can be removed


def test_what_nobody_touched_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed_folder, "_content", lambda *_: pytest.fail("it was read"))
    assert is_as_installed(folder)


def edited(folder: Path) -> None:
    (folder / "data").chmod(0o644)
    (folder / "data").write_text("DATA")
    (folder / "data").chmod(0o444)


def edited_and_set_back(folder: Path) -> None:
    before = (folder / "data").stat()
    edited(folder)
    os.utime(folder / "data", ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(folder: Path) -> None:
    (folder / "data").unlink()
    (folder / "data").write_text("DATA")


def more(folder: Path) -> None:
    (folder / "bin" / "more").write_text("")


def less(folder: Path) -> None:
    (folder / "bin" / "run").unlink()


def led_elsewhere(folder: Path) -> None:
    (folder / "link").unlink()
    (folder / "link").symlink_to("bin")


def no_program(folder: Path) -> None:
    (folder / "bin" / "run").chmod(0o444)


def a_folder_is_a_link(folder: Path) -> None:
    (folder / "bin").rename(folder.parent / "away")
    (folder / "bin").symlink_to(folder.parent / "away")


def manifest_lost(folder: Path) -> None:
    manifest_path(folder).unlink()


def manifest_cut(folder: Path) -> None:
    manifest_path(folder).write_bytes(manifest_path(folder).read_bytes()[:-5])


def all_gone(folder: Path) -> None:
    shutil.rmtree(folder)


CHANGES = (edited, edited_and_set_back, replaced, more, less, led_elsewhere, no_program, a_folder_is_a_link)


@pytest.mark.parametrize("change", [*CHANGES, manifest_lost, manifest_cut, all_gone])
def test_every_change_is_found(folder: Path, change: Callable[[Path], None]) -> None:
    change(folder)
    assert not is_as_installed(folder)
    assert not is_as_installed(folder)  # nothing is written down of what was found


def test_a_copy_with_other_times_is_the_same(folder: Path, tmp_path: Path) -> None:
    before = digest_of(folder)
    other = tmp_path / "elsewhere" / folder.name
    shutil.copytree(folder, other, symlinks=True)
    shutil.copy(manifest_path(folder), manifest_path(other))
    assert digest_of(other) == before is not None
    time.sleep(0.03)
    assert digest_of(other) == before
    stamps = json.loads(manifest_path(other).read_bytes())["files"]["data"]["stamp"]
    assert (other / "data").stat().st_ino in stamps


def test_what_was_edited_right_after_it_was_looked_at_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = time.time_ns()
    monkeypatch.setattr(
        "wasmforge.toolchains.installed_folder.time.time_ns", lambda: frozen
    )  # the same tick of the clock
    monkeypatch.setattr(installed_folder, "_stamp", lambda status: [status.st_mode, 0])  # nothing shows
    record_folder(folder)
    edited(folder)
    assert not is_as_installed(folder)
