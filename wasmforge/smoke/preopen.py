"""Prepares the files that a module sees below `/`, copies that are deleted after the run; compares what it wrote."""

import base64
import shutil
from collections.abc import Mapping
from pathlib import Path

from wasmforge.glue.file_pack import unpack_files
from wasmforge.runtimes.arguments import BadArgumentError
from wasmforge.safe_paths import leads_out
from wasmforge.smoke.compare import compare_text

MAX_COPIED_BYTES = 256 << 20
"""The largest folder that is copied."""

MAX_WRITTEN_BYTES = 1 << 20
"""The largest file that is compared."""


def prepare_preopen(source: str | None, folder: Path, own_files: str | None = None) -> None:
    """Make a folder with the component's files, if any, and a copy of the folder `source`. Links stay links.

    `own_files` is a folder, or a pack of files. Raises BadArgumentError for a missing or too large folder, and for a
    link that leads out of it: not every runtime stops a module from following it.
    """
    folder.mkdir()
    if own_files is not None:
        _lay(Path(own_files), folder)
    if source is None:
        return
    if not Path(source).is_dir():
        raise BadArgumentError(f"preopen: {source} is not a folder")
    top, size = Path(source).resolve(), 0
    for path in top.rglob("*"):
        size += path.lstat().st_size
        if path.is_symlink() and leads_out(top, path):
            what = f"{path.relative_to(top)} is a symbolic link that leads out of it; copy in what it leads to"
            raise BadArgumentError(f"preopen: {source}: {what}")
    if size > MAX_COPIED_BYTES:
        raise BadArgumentError(f"preopen: {source} has {size} bytes, and {MAX_COPIED_BYTES} are copied at most")
    shutil.copytree(top, folder, symlinks=True, dirs_exist_ok=True)


def _lay(own_files: Path, folder: Path) -> None:
    """Copy the component's files, as they were delivered, into an empty folder."""
    if own_files.is_dir():
        shutil.copytree(own_files, folder, dirs_exist_ok=True)
        return
    try:
        files = dict(unpack_files(own_files.read_bytes()))
    except ValueError as e:
        raise BadArgumentError(f"{own_files.name}: {e}; build again") from None
    for name, data in files.items():
        path = folder / name
        if ".." in path.parts or not path.is_relative_to(folder):
            raise BadArgumentError(f"{own_files.name}: {name} is no file in a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def encoded_files(folder: Path) -> dict[str, str]:
    """The files in a folder, as Base64 by path. Links among them are followed: none leads out."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): base64.b64encode(path.read_bytes()).decode() for path in files}


def compare_written_files(want: Mapping[str, str], folder: Path) -> str:
    """Compare the files a module left in a folder; '' or why they differ, in one line."""
    for name, content in want.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            return f"it wrote no file {name}"
        with path.open("rb") as file:
            got = file.read(MAX_WRITTEN_BYTES + 1)
        if reason := _compare(name, content, got):
            return reason
    return ""


def compare_answered_files(want: Mapping[str, str], wrote: Mapping[str, str]) -> str:
    """Compare the files that came back with an answer; '' or why they differ, in one line."""
    for name, content in want.items():
        if name not in wrote:
            return f"it wrote no file {name}"
        if reason := _compare(name, content, base64.b64decode(wrote[name])):
            return reason
    return ""


def _compare(name: str, content: str, got: bytes) -> str:
    if len(got) > MAX_WRITTEN_BYTES:
        return f"{name} has more than {MAX_WRITTEN_BYTES // 1024} KiB"
    return compare_text(name, content, got)
