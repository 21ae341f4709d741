"""Runs a module's glue in Node.js, as a user would import it; the other half is node_runner.mjs."""

import functools
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from wasmforge import process
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Cancel, Done
from wasmforge.smoke.prepare import PAGE
from wasmforge.smoke.runtime import MARGIN, Absent, limits, outcome, perform
from wasmforge.smoke.wire import MOST_OUTPUT, Job

HERE = Path(__file__).parent

LEAST_HEAP = 64
"""MiB of JavaScript heap that Node.js needs for itself."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """The runtime `node`; `node` is the command that starts it.

    Each linear memory is bounded by V8 itself (`--wasm-max-mem-pages`: beyond it `memory.grow` gives -1), the
    JavaScript heap by `--max-old-space-size`. The process as a whole is bounded by the runner's watch, which looks
    at its resident size, and by RLIMIT_DATA. (RLIMIT_AS would refuse V8's reservations.)
    """

    cancel: Cancel
    node: tuple[str, ...] | None = None
    name: str = "node"

    def available(self) -> Absent | None:
        """None when there is a Node.js that starts."""
        if self.identity():
            return None
        why = "no Node.js was found" if self.node is None else f"{' '.join(self.node)} does not start"
        return Absent(why=why, fix="pip install 'wasmforge[node]'")

    def identity(self) -> str:
        """`node 24.19.0`; empty when it is not there."""
        return _version(self.node) if self.node else ""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial through its glue."""
        if trial.glue is None:
            return outcome(trial, "failed", f"{Path(trial.module).name} has no JavaScript glue to import")
        return perform(trial, self._launch, glue=True, cancel=self.cancel)

    def _launch(self, job: Job, paper: Path) -> Done:
        assert self.node is not None  # noqa: S101 - an absent runtime is never asked to run
        options = (
            "--no-warnings",
            f"--wasm-max-mem-pages={min(job.memory // PAGE, 65536)}",
            f"--max-old-space-size={max(job.memory >> 20, LEAST_HEAP)}",
        )
        fence = (sys.executable, "-IS", str(HERE / "fence.py"), *(str(n) for n in limits(job)))
        streams = (job.stdin, job.stdout, job.stderr)
        return process.run(
            (*fence, *streams, *_found(self.node), *options, HERE / "node_runner.mjs", paper),
            cwd=paper.parent,
            env=_environment(),
            timeout=job.timeout + MARGIN,
            cancel=self.cancel,
            most_output=MOST_OUTPUT,
        )


@functools.cache
def _version(node: tuple[str, ...]) -> str:
    """`node 24.19.0`, as the program says; empty when it does not start."""
    try:
        done = process.run((*_found(node), "--version"), env=_environment(), timeout=MARGIN)
    except OSError:
        return ""
    return f"node {done.text.strip().removeprefix('v')}" if done.ok else ""


def _found(node: tuple[str, ...]) -> tuple[str, ...]:
    """The command with its program looked up, since the child's PATH is not ours."""
    return (shutil.which(node[0]) or node[0], *node[1:])


def _environment() -> dict[str, str]:
    """What the dynamic linker and a wrapper script may need; the module sees only what the test says."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
