"""The driver for Wasmtime, embedded in a child process; the child is child.py."""

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import wasmforge
from wasmforge import sandbox
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.driver import START_MARGIN_S, TerminalProgram, read_answer, write_job
from wasmforge.runtimes.program import job_folders
from wasmforge.runtimes.protocol import MAX_OUTPUT_BYTES, Answer, Job
from wasmforge.sandbox import Policy
from wasmforge.version import version_of
from wasmforge.wasm import Malformed
from wasmforge.wasm.aot_header import read_aot


@dataclass(frozen=True, kw_only=True)
class Wasmtime:
    """The runtime `wasmtime`, from the wheel of that name."""

    file: RuntimeFile
    context: RuntimeContext
    uses_glue: bool = False
    uses_aot: bool = False
    shares_memory: bool = False

    def unavailable(self) -> UnavailableRuntime | None:
        """Why it cannot be used: its wheel is not installed."""
        if self.identity():
            return None
        return UnavailableRuntime(why="the Python package wasmtime is not installed", fix="pip install wasmtime")

    def identity(self) -> str:
        """`wasmtime 50.0.1`; empty when it is not installed."""
        version = version_of("wasmtime")
        return f"wasmtime {version}" if version else ""

    def run(self, job: Job, folder: Path) -> Answer:
        """Run the module itself, in a child process."""
        root = Path(wasmforge.__file__).parent.parent
        result = sandbox.run(
            self.context.sandbox,
            (sys.executable, "-m", "wasmforge.runtimes.wasmtime.child", write_job(job, folder)),
            Policy(directory=str(folder), writable=(str(folder),), readable=job_folders(job)),
            env={"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=job.timeout + START_MARGIN_S,
            cancel=self.context.cancel,
            most_output=MAX_OUTPUT_BYTES,
        )
        return read_answer(self.file.name, job, result)

    def interactive_command(self, program: TerminalProgram) -> tuple[str, ...]:
        """Python with `interactive.py`, which runs the module with our own streams."""
        return (sys.executable, "-m", "wasmforge.runtimes.wasmtime.interactive", program.paths["module"], program.setup)


@dataclass(frozen=True, kw_only=True)
class WasmtimeAot(Wasmtime):
    """The runtime `wasmtime-aot`: native code, in the engine's default configuration."""

    uses_aot: bool = True

    def run(self, job: Job, folder: Path) -> Answer:
        """Run the native code, unless its header says that another engine made it."""
        if reason := why_not_loadable(Path(job.aot or job.module), self.identity()):
            return Answer(ended="refused", message=reason)
        return super().run(job, folder)


def why_not_loadable(file: Path, engine: str) -> str:
    """Why this engine (`wasmtime 50.0.1`) cannot load a file, by its header; empty when it can."""
    try:
        native = read_aot(file.read_bytes())
    except (OSError, Malformed) as e:
        return f"{file.name}: {e}"
    if native is None or native.format != "wasmtime":
        return f"{file.name} is not Wasmtime's native code"
    origin = f"{file.name} was compiled by wasmtime {native.version} for {native.target}"
    major = engine.partition(" ")[2].partition(".")[0]
    if native.version != major:
        return f"{origin}, this is {major}: build again"
    machine, system = platform.machine().lower().replace("arm64", "aarch64"), sys.platform
    if not native.target.startswith(machine) or system not in native.target:
        return f"{origin}, this is {machine}-{system}: run it there, or build again"
    return ""
