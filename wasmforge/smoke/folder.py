"""The folder that a module sees as `/`: a copy, so that whatever is written there is gone with the run."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from wasmforge.smoke.compare import text
from wasmforge.smoke.values import Unfit

MOST = 256 << 20
"""Bytes that are copied."""

MOST_WRITTEN = 1 << 20
"""Bytes that a file to be compared may have."""


def lay(source: str | None, folder: Path) -> None:
    """Copy a folder, or make an empty one. Links stay links. Raises Unfit for what is no folder, or too much."""
    if source is None:
        folder.mkdir()
        return
    if not Path(source).is_dir():
        raise Unfit(f"preopen: {source} is not a folder")
    size = sum(p.lstat().st_size for p in Path(source).rglob("*"))
    if size > MOST:
        raise Unfit(f"preopen: {source} has {size} bytes, and {MOST} are copied at most")
    shutil.copytree(source, folder, symlinks=True)


def written(want: Mapping[str, str], folder: Path) -> str:
    """Compare the files a module left; '' or why they differ, in one line."""
    for name, content in want.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            return f"it wrote no file {name}"
        with path.open("rb") as file:
            got = file.read(MOST_WRITTEN + 1)
        if len(got) > MOST_WRITTEN:
            return f"{name} has more than {MOST_WRITTEN // 1024} KiB"
        if reason := text(name, content, got):
            return reason
    return ""
