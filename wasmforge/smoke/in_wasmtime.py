"""Runs a module in Wasmtime, embedded in a child process; the child is wasmtime_child.py."""

import sys
from dataclasses import dataclass
from pathlib import Path

import wasmforge
from wasmforge import process
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Cancel, Done
from wasmforge.smoke.runtime import MARGIN, Absent, perform
from wasmforge.smoke.wire import MOST_OUTPUT, Job


@dataclass(frozen=True, kw_only=True)
class Wasmtime:
    """The runtime `wasmtime`, from the wheel of that name."""

    cancel: Cancel
    node: tuple[str, ...] | None = None
    name: str = "wasmtime"

    def available(self) -> Absent | None:
        """None when its wheel is installed."""
        if self.identity():
            return None
        return Absent(why="the Python package wasmtime is not installed", fix="pip install wasmtime")

    def identity(self) -> str:
        """`wasmtime 50.0.1`; empty when it is not there."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            return f"wasmtime {version('wasmtime')}"
        except PackageNotFoundError:
            return ""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial on the module itself; glue is not used."""
        return perform(trial, self._launch, glue=False, cancel=self.cancel)

    def _launch(self, job: Job, paper: Path) -> Done:
        root = Path(wasmforge.__file__).parent.parent
        return process.run(
            (sys.executable, "-m", "wasmforge.smoke.wasmtime_child", paper),
            cwd=paper.parent,
            env={"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=job.timeout + MARGIN,
            cancel=self.cancel,
            most_output=MOST_OUTPUT,
        )
