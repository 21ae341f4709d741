"""How a runtime's program is started: where it is, its limits, its environment, and what it may read."""

import os
import shutil
import sys
from pathlib import Path

from wasmforge.errors import usage_error
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.driver import rlimits_of
from wasmforge.runtimes.protocol import Job
from wasmforge.sandbox import readable

RLIMITS = Path(__file__).parent / "rlimits.py"


def resolve_program(command: tuple[str, ...]) -> tuple[str, ...]:
    """The command with its program looked up on our PATH, because the child's PATH is another one."""
    return (shutil.which(command[0]) or command[0], *command[1:])


def limited_command(job: Job, command: tuple[str, ...]) -> tuple[str, ...]:
    """The command behind `rlimits.py`, which sets the kernel's limits and opens the job's streams."""
    limits = (str(number) for number in rlimits_of(job))
    streams = (job.stdin, job.stdout, job.stderr)
    return (sys.executable, "-IS", str(RLIMITS), *limits, *streams, *command)


def runtime_environment() -> dict[str, str]:
    """What the dynamic linker and a wrapper script may need; the module gets only the variables of the test."""
    return {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}


def runtime_files(context: RuntimeContext, file: RuntimeFile) -> tuple[str, ...]:
    """The paths that a runtime consists of on this machine; a sandbox lets it read them."""
    toolchain = context.toolchain(file)
    return (*readable(toolchain), *_libraries()) if isinstance(toolchain, ResolvedToolchain) else _libraries()


def job_folders(job: Job) -> tuple[str, ...]:
    """The folders of the module, the JavaScript and the native code of a job, without the rest of the delivery."""
    return tuple(dict.fromkeys(str(Path(file).parent) for file in (job.module, job.glue, job.aot) if file))


def local_tool(context: RuntimeContext, file: RuntimeFile) -> tuple[str, ...]:
    """The command that starts a runtime on this machine. Raises ForgeError when it is absent or in an image."""
    toolchain = context.toolchain(file)
    if not isinstance(toolchain, ResolvedToolchain):
        raise usage_error(f"{file.name}: {toolchain.why}", where="--runtime", hint=toolchain.fix)
    if toolchain.image:
        what = f"{file.name} is in an image, which has no terminal"
        raise usage_error(what, where="--runtime", hint="choose another runtime")
    return resolve_program(context.tool(file))


def _libraries() -> tuple[str, ...]:
    """Where the caller wants the dynamic linker to look."""
    return tuple(p for p in os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep) if p.startswith("/"))
