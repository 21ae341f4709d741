"""Whether a wide graph keeps all cores busy: actions that only compute, with one worker, with all, and with ninja."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks import copy_project
from benchmarks.clock import Way, side_by_side
from benchmarks.table import Row, compared
from benchmarks.tools import Tools

ACTIONS = 24

BUSY = "i=0; while [ $i -lt 150000 ]; do i=$((i + 1)); done\n"


def measure(tools: Tools, folder: Path, rounds: int) -> Iterator[Row]:
    """Every round begins with nothing done."""
    root, cache = folder / "wide", folder / "wide-cache"
    copy_project.make(root, ACTIONS, 2 * ACTIONS)
    for script in root.glob("*/copy.sh"):
        script.write_text(BUSY + copy_project.SCRIPT)
    jobs = os.cpu_count() or 1
    env = {"WASMFORGE_CACHE": str(cache)}

    def afresh(_round: int) -> None:
        for gone in (root / ".wasmforge", root / "dist", root / "ninja", cache, root / ".ninja_log"):
            shutil.rmtree(gone, ignore_errors=True) if gone.is_dir() else gone.unlink(missing_ok=True)

    one = Way(name="one worker", argv=(tools.wasmforge, "build", "-j1"), cwd=root, env=env, before=afresh)
    ours = Way(name="wasmforge", argv=(tools.wasmforge, "build", f"-j{jobs}"), cwd=root, env=env, before=afresh)
    ninja = Way(name="ninja", argv=(tools.ninja, f"-j{jobs}"), cwd=root, before=afresh)
    side_by_side((one, ours, ninja), max(3, rounds // 5))
    what = f"{ACTIONS} equal actions on {jobs} cores"
    yield compared(what, ours, ninja, "–")
    yield compared(what, ours, one, f"≥ {1 / jobs:.2f} ×")
