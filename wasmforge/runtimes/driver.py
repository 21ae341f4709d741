"""The interface of a driver, the limits of its processes, and how it reads the answer that a process wrote."""

import importlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

import msgspec

from wasmforge.model.base import Struct
from wasmforge.model.drivers import DRIVERS
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.process import ProcessResult
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.protocol import OUTPUT_LIMIT, Answer, Job

START_MARGIN_S = 60.0
"""Seconds that a process gets beyond the timeout of its job, to start and to compile on a busy machine."""

SPARE_MEMORY_BYTES = 4 << 30
"""Bytes that a runtime's process may reserve for writing beside the module's linear memory, many never touched:
Node.js 24 reserves half a gigabyte of code space for each thread."""

MAX_THREADS = 64
"""How many threads a module with shared memory may start."""

MAX_ANSWER_BYTES = 64 << 20
"""Bytes that an answer may have beside its buffers: the limit on every file that a run writes."""


class Driver(Protocol):
    """Runs jobs in one kind of runtime. It knows nothing of tests: the caller makes the job and judges the answer."""

    uses_glue: bool
    """It runs the delivered JavaScript, not the module alone."""

    uses_aot: bool
    """It runs native code that was compiled from the module."""

    shares_memory: bool
    """It runs modules with a shared memory."""

    def unavailable(self) -> UnavailableRuntime | None:
        """Why the runtime cannot be used on this machine; None when it can."""

    def identity(self) -> str:
        """Name and version, part of the key of a cached result; empty when it is not available."""

    def run(self, job: Job, folder: Path) -> Answer:
        """Run the job in `folder`, which has its streams. Never raises for anything that the module does."""


class InteractiveDriver(Protocol):
    """A driver that can also run a program at the caller's terminal: `interactive` in the table."""

    def interactive_command(self, program: "TerminalProgram") -> tuple[str, ...]:
        """The command that runs the program with our own streams. Raises ForgeError where it cannot."""


class TerminalProgram(Struct, frozen=True, kw_only=True):
    """A delivered program to be run at the terminal.

    `paths` are the delivered files by role. `argv` begins with the program's name. `folders` are pairs of a path on
    this machine and the path that the program sees. `host` is the one that the delivered JavaScript is written for.
    """

    paths: Mapping[str, str]
    argv: tuple[str, ...]
    env: Mapping[str, str]
    folders: tuple[tuple[str, str], ...]
    host: str = ""

    @property
    def setup(self) -> str:
        """What a child process of ours needs, as JSON: `argv`, `env` and `folders`."""
        return json.dumps({"argv": self.argv, "env": dict(self.env), "folders": self.folders})


def make_driver(file: RuntimeFile, context: RuntimeContext) -> Driver:
    """Make the driver of a runtime, from the table in `model/drivers.py`; its code is imported only now."""
    module, _, name = DRIVERS[file.driver].factory.partition(":")
    return cast("Driver", getattr(importlib.import_module(module), name)(file=file, context=context))


def rlimits_of(job: Job) -> tuple[int, int, int]:
    """The kernel's limits for a job: seconds of processor time, bytes of private memory, bytes of any file."""
    buffers = sum(len(v.text) for v in job.args if v.kind == "buffer")
    spare = SPARE_MEMORY_BYTES + (MAX_THREADS << 29 if job.threads else 0)
    return math.ceil(4 * (job.timeout + START_MARGIN_S)), job.memory + spare, MAX_ANSWER_BYTES + 2 * buffers


def write_job(job: Job, folder: Path) -> Path:
    """Write the job to a file in its folder, for the process that runs it. Returns the file."""
    path = folder / "job.json"
    path.write_bytes(msgspec.json.encode(job))
    return path


def read_answer(runtime: str, job: Job, result: ProcessResult) -> Answer:
    """The answer that a process wrote to `job.answer`; where it wrote none, one that follows from how it ended."""
    if result.too_much:
        return Answer(ended="output-limit", message=OUTPUT_LIMIT)
    try:
        return msgspec.json.decode(Path(job.answer).read_bytes(), type=Answer)
    except (OSError, msgspec.DecodeError):  # none was written, or the process was ended while writing
        return unanswered(runtime, job, result)


def unanswered(runtime: str, job: Job, result: ProcessResult) -> Answer:
    """The answer for a process that wrote none: a timeout, or a crash with the most telling line it printed."""
    if result.timed_out:
        return Answer(ended="timeout")
    with Path(job.stderr).open("rb") as file:
        printed = result.output + file.read(job.most_output + 1)
    lines = [line.strip() for line in printed.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if "fatal" in line.lower() or "error" in line.lower()] or lines[-1:]
    reason = ": ".join([result.reason(job.timeout), *errors[:1]])
    return Answer(ended="crashed", message=f"{runtime} ended before the test did: {reason}")
