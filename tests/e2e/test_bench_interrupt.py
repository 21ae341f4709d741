"""Ctrl-C in the middle of a bench: no participant is left behind, nor any file."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.integration.test_process import alive
from tests.support.bench_project import HEAD, WAT, bench, component
from tests.support.project import ProjectFixture

SCRIPT = """
import fs from 'node:fs'
let calls = 0
export function mix() {
  if (calls++ === 0) return -1669348399
  fs.writeFileSync('FILE', String(process.pid))
  for (;;);
}
"""
"""Answers once, and hangs when it is warmed up: all others wait for their turn by then."""


def children(parent: int) -> list[int]:
    """Processes that this one started, and those that they did."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found += [int(stat.parent.name), *children(int(stat.parent.name))]
    return found


def hanging(project: ProjectFixture, tmp_path: Path) -> "tuple[subprocess.Popen[str], list[int]]":
    """A bench that hangs, and the processes of its participants."""
    mark = tmp_path / "hangs"
    js = SCRIPT.replace("FILE", str(mark))
    more = 'javascript = "mix.mjs"\ntimeout = 600\n'
    files: dict[str, str | bytes] = {"plain/mix.wat": WAT.format(first=""), "plain/mix.mjs": js}
    project.write({"forge.toml": HEAD + component("plain") + bench("plain", more), **files})
    project.env["TMPDIR"] = str(tmp_path / "t")
    (tmp_path / "t").mkdir()
    begun = start(project, "bench", "-e", "node", "-e", "wasmtime")
    until(mark.exists)
    running = children(begun.pid)
    assert len(running) >= 3  # JavaScript, the module in Node.js, the module in Wasmtime
    return begun, running


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_all_contestants(project: ProjectFixture, tmp_path: Path, number: signal.Signals) -> None:
    begun, running = hanging(project, tmp_path)
    begun.send_signal(number)
    said, _ = begun.communicate(timeout=PATIENCE)
    assert begun.returncode == 130, said
    assert "Traceback" not in said
    assert "interrupted" in said
    until(lambda: not any(alive(pid) for pid in running))
    assert list((tmp_path / "t").iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_who_waits_for_a_question_ends_with_the_one_who_asks(project: ProjectFixture, tmp_path: Path) -> None:
    begun, running = hanging(project, tmp_path)
    hangs = int((tmp_path / "hangs").read_text())
    begun.kill()
    begun.communicate(timeout=PATIENCE)
    until(lambda: not any(alive(pid) for pid in running if pid != hangs))
    os.kill(hangs, signal.SIGKILL)
