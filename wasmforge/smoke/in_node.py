"""Runs a module's glue in Node.js, as a user would import it; the other half is node_runner.mjs."""

import functools
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from wasmforge import process
from wasmforge.model.runtime import Absent, RuntimeFile
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Done
from wasmforge.smoke.hands import Hands
from wasmforge.smoke.prepare import PAGE
from wasmforge.smoke.runtime import MARGIN, limits, outcome, perform
from wasmforge.smoke.wire import MOST_OUTPUT, Job

HERE = Path(__file__).parent

FIX = "pip install 'wasmforge[node]'"

LEAST_HEAP = 64
"""MiB of JavaScript heap that Node.js needs for itself."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """The runtime `node`.

    Each linear memory is bounded by V8 itself (`--wasm-max-mem-pages`: beyond it `memory.grow` gives -1), the
    JavaScript heap by `--max-old-space-size`. The process as a whole is bounded by the runner's watch, which looks
    at its resident size, and by RLIMIT_DATA. (RLIMIT_AS would refuse V8's reservations.)
    """

    file: RuntimeFile
    hands: Hands

    def available(self) -> Absent | None:
        """None when there is a Node.js that starts."""
        if (absent := self.hands.absent(self.file)) or self.identity():
            return absent
        return Absent(why=f"{' '.join(self.hands.tool(self.file))} does not start", fix=FIX)

    def identity(self) -> str:
        """`node 24.19.0`; empty when it is not there."""
        return "" if self.hands.absent(self.file) else version(self.hands.tool(self.file))

    def run(self, trial: Trial) -> Outcome:
        """Run one trial through its glue."""
        if trial.glue is None:
            return outcome(trial, "failed", f"{Path(trial.module).name} has no JavaScript glue to import")
        return perform(trial, self._launch, glue=True, cancel=self.hands.cancel)

    def _launch(self, job: Job, paper: Path) -> Done:
        options = (
            "--no-warnings",
            f"--wasm-max-mem-pages={min(job.memory // PAGE, 65536)}",
            f"--max-old-space-size={max(job.memory >> 20, LEAST_HEAP)}",
        )
        fence = (sys.executable, "-IS", str(HERE / "fence.py"), *(str(n) for n in limits(job)))
        streams = (job.stdin, job.stdout, job.stderr)
        return process.run(
            (*fence, *streams, *found(self.hands.tool(self.file)), *options, HERE / "node_runner.mjs", paper),
            cwd=paper.parent,
            env=environment(),
            timeout=job.timeout + MARGIN,
            cancel=self.hands.cancel,
            most_output=MOST_OUTPUT,
        )


@functools.cache
def version(node: tuple[str, ...]) -> str:
    """`node 24.19.0`, as the program says; empty when it does not start."""
    try:
        done = process.run((*found(node), "--version"), env=environment(), timeout=MARGIN)
    except OSError:
        return ""
    return f"node {done.text.strip().removeprefix('v')}" if done.ok else ""


def found(node: tuple[str, ...]) -> tuple[str, ...]:
    """The command with its program looked up, since the child's PATH is not ours."""
    return (shutil.which(node[0]) or node[0], *node[1:])


def environment() -> dict[str, str]:
    """What the dynamic linker and a wrapper script may need; the module sees only what the test says."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
