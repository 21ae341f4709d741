"""Runs a module in Wasmtime, embedded in a child process; the child is wasmtime_child.py."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import wasmforge
from wasmforge import process
from wasmforge.model.runtime import Absent, RuntimeFile
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.process import Done
from wasmforge.smoke.hands import Hands
from wasmforge.smoke.runtime import MARGIN, outcome, perform
from wasmforge.smoke.wire import MOST_OUTPUT, Job
from wasmforge.version import version_of
from wasmforge.wasm import Malformed
from wasmforge.wasm.native import read_native


@dataclass(frozen=True, kw_only=True)
class Wasmtime:
    """The runtime `wasmtime`, from the wheel of that name."""

    file: RuntimeFile
    hands: Hands

    def available(self) -> Absent | None:
        """None when its wheel is installed."""
        if self.identity():
            return None
        return Absent(why="the Python package wasmtime is not installed", fix="pip install wasmtime")

    def identity(self) -> str:
        """`wasmtime 50.0.1`; empty when it is not there."""
        version = version_of("wasmtime")
        return f"wasmtime {version}" if version else ""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial on the module itself; glue is not used."""
        return perform(trial, self._launch, glue=False, cancel=self.hands.cancel)

    def _launch(self, job: Job, paper: Path) -> Done:
        root = Path(wasmforge.__file__).parent.parent
        return process.run(
            (sys.executable, "-m", "wasmforge.smoke.wasmtime_child", paper),
            cwd=paper.parent,
            env={"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=job.timeout + MARGIN,
            cancel=self.hands.cancel,
            most_output=MOST_OUTPUT,
        )


@dataclass(frozen=True, kw_only=True)
class WasmtimeAot(Wasmtime):
    """The runtime `wasmtime-aot`: the native code that was made of a module, in the same engine as it comes."""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial on the native code; what another engine made is told by its header, and not run."""
        if trial.aot is None:
            return outcome(trial, "failed", f"there is no native code of {Path(trial.module).name}")
        if reason := misfit(Path(trial.aot), self.identity()):
            return outcome(trial, "failed", reason)
        return perform(trial, self._launch, glue=False, cancel=self.hands.cancel, aot=True)


def misfit(file: Path, engine: str) -> str:
    """Why this engine (`wasmtime 50.0.1`) cannot load a file here; empty when its header says nothing against it."""
    try:
        native = read_native(file.read_bytes())
    except (OSError, Malformed) as e:
        return f"{file.name}: {e}"
    if native is None or native.format != "wasmtime":
        return f"{file.name} is not Wasmtime's native code"
    made = f"{file.name} was compiled by wasmtime {native.version} for {native.target}"
    major = engine.partition(" ")[2].partition(".")[0]
    if native.version != major:
        return f"{made}, this is {major}: build again"
    machine, system = platform.machine().lower().replace("arm64", "aarch64"), sys.platform
    if not native.target.startswith(machine) or system not in native.target:
        return f"{made}, this is {machine}-{system}: run it there, or build again"
    return ""
