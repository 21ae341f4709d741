"""The driver for every runtime that is a program with a command line: its words come from the runtime's file.

The program runs on this machine, or in an image if its toolchain is one.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from wasmforge import sandbox
from wasmforge.errors import usage_error
from wasmforge.model.module import PAGE_BYTES, Module
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.runtime_command import runtime_arguments
from wasmforge.process import ProcessResult
from wasmforge.runtimes import call_wrapper
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.driver import TerminalProgram, rlimits_of, unanswered
from wasmforge.runtimes.program import limited_command, local_tool, resolve_program, runtime_environment, runtime_files
from wasmforge.runtimes.protocol import MAX_OUTPUT_BYTES, OUTPUT_LIMIT, Answer, Job
from wasmforge.sandbox import Policy
from wasmforge.wasm import read

START_MARGIN_S = 3.0
"""Seconds beyond a test's own timeout, for a program to start."""

MAX_MEMORY_BYTES = (4 << 30) - PAGE_BYTES
"""Bytes that the memory of a program at the terminal may grow to; 32 bits address no more."""

SPARE_MEMORY_BYTES = 256 << 20
"""Bytes that a runtime in a container may take beside the module's linear memory."""


@dataclass(frozen=True, kw_only=True)
class CommandLine:
    """Any runtime whose file has a command line."""

    file: RuntimeFile
    context: RuntimeContext

    def unavailable(self) -> UnavailableRuntime | None:
        """Why its toolchain cannot be used; None when it can."""
        return self.context.unavailable(self.file)

    def identity(self) -> str:
        """The identity of its toolchain, which covers version and contents, and the words of its command line."""
        toolchain = self.context.identity(self.file)
        return f"{toolchain}, {self.file.command} {self.file.call}" if toolchain else ""

    @property
    def uses_glue(self) -> bool:
        """Never: a command line starts a module."""
        return False

    @property
    def uses_aot(self) -> bool:
        """As the file says."""
        return self.file.runs == "aot"

    @property
    def shares_memory(self) -> bool:
        """As the file says."""
        return self.file.threads

    def run(self, job: Job, folder: Path) -> Answer:
        """Run the module, or its native code, in the program."""
        data = Path(job.module).read_bytes()
        module = read(data)
        program = folder / Path(job.aot or job.module).name
        if job.aot:
            if not self._passes(module, job):
                what = f"{self.file.name} passes and returns whole numbers only"
                return Answer(ended="unsupported", message=what)
            shutil.copyfile(job.aot, program)
        elif job.call is not None:
            program.write_bytes(call_wrapper.add_call_wrapper(data, module, job))
        else:
            program.write_bytes(data)
        result = self._start(self._command(job, program), job, folder)
        if result.too_much:
            return Answer(ended="output-limit", message=OUTPUT_LIMIT)
        stdout, stderr = Path(job.stdout).read_bytes(), Path(job.stderr).read_bytes()
        answer = interpret_exit(self.file, job, result, stdout, stderr)
        if answer is not None and answer.ended == "returned":
            kind = call_wrapper.result_type(module, job)
            sizes = () if job.aot else call_wrapper.buffer_sizes(job)
            count = call_wrapper.result_count(kind, sizes, job.text_bytes)
            answer = self._returned(module, job, printed_numbers(self.file, stdout, count), count)
        return unanswered(self.file.name, job, result) if answer is None else answer

    def _returned(self, module: Module, job: Job, numbers: list[int], expected: int) -> Answer:
        if len(numbers) != expected:
            what = f"{self.file.name} printed {len(numbers)} results, expected {expected}"
            return Answer(ended="refused", message=what)
        results, buffers, text = call_wrapper.decode_numbers(module, job, numbers)
        return Answer(ended="returned", results=results, buffers=buffers, text=text)

    def _passes(self, module: Module, job: Job) -> bool:
        """Whether the program's own command line passes a call of native code, and prints its results, exactly."""
        if job.call is None:
            return True
        results = call_wrapper.result_type(module, job).results
        numbers = all(kind in {"i32", "i64"} for kind in (*(v.kind for v in job.args), *results))
        return numbers and job.text_bytes is None

    def interactive_command(self, program: TerminalProgram) -> tuple[str, ...]:
        """The command line for the program. Such a runtime gives it one folder, as `/`."""
        tool, folders = local_tool(self.context, self.file), program.folders
        if len(folders) > 1 or any(guest != "/" for _, guest in folders):
            what = f"{self.file.name} gives a program one folder, as /"
            raise usage_error(what, where="--dir", hint=f"--dir {folders[0][0]}::/")
        arguments = runtime_arguments(
            self.file.command,
            program.paths["module"],
            program.argv[1:],
            memory=MAX_MEMORY_BYTES,
            env=program.env,
            folder=folders[0][0] if folders else None,
        )
        return (*tool, *arguments)

    def _command(self, job: Job, program: Path) -> tuple[str, ...]:
        """The command that runs the job: with the wrapper a call has no arguments of its own."""
        wrapped = job.call is not None and job.aot is None
        args = () if wrapped else tuple(v.text for v in job.args) if job.call is not None else job.argv[1:]
        arguments = runtime_arguments(
            self.file.command if job.call is None else self.file.call,
            str(program),
            args,
            memory=job.memory,
            env=job.env,
            folder=job.preopen,
            threads=job.threads,
            function=call_wrapper.EXPORT_NAME if wrapped else job.call or "",
        )
        return (*self.context.tool(self.file), *arguments)

    def _start(self, command: tuple[str, ...], job: Job, folder: Path) -> ProcessResult:
        toolchain, cancel = self.context.toolchain(self.file), self.context.cancel
        if isinstance(toolchain, ResolvedToolchain) and toolchain.image:
            assert self.context.run_in_image is not None  # noqa: S101 - the caller gives it with a toolchain in an image
            return self.context.run_in_image(
                toolchain,
                command,
                folder,
                bring=(Path(job.preopen).name,) if job.preopen else (),
                memory=job.memory + SPARE_MEMORY_BYTES,
                file=rlimits_of(job)[2],
                timeout=job.timeout + START_MARGIN_S,
                cancel=cancel,
            )
        return sandbox.run(
            self.context.sandbox,
            limited_command(job, resolve_program(command)),
            Policy(directory=str(folder), writable=(str(folder),), readable=runtime_files(self.context, self.file)),
            env=runtime_environment(),
            timeout=job.timeout + START_MARGIN_S,
            cancel=cancel,
            most_output=MAX_OUTPUT_BYTES,
            signals=False,
        )


def interpret_exit(file: RuntimeFile, job: Job, result: ProcessResult, stdout: bytes, stderr: bytes) -> Answer | None:
    """The answer that follows from how the program ended and what it printed; without the results of a call.

    None where this says nothing about the module.
    """
    if result.timed_out:
        return Answer(ended="timeout")
    if result.cancelled or result.too_much:
        return None
    if result.exit != 0 and (trouble := _known_failure(file, f"{_text(stderr)}\n{_text(stdout)}")):
        return trouble
    if result.exit < 0:
        return None
    if job.call is None:
        return Answer(ended="exited", exit=result.exit)
    if result.exit != 0:
        lines = [line.strip() for line in f"{_text(stdout)}\n{_text(stderr)}".splitlines() if line.strip()]
        output = f": {lines[-1]}" if lines else ""
        return Answer(ended="refused", message=f"{file.name} ended with exit code {result.exit}{output}")
    return Answer(ended="returned")


def printed_numbers(file: RuntimeFile, stdout: bytes, count: int) -> list[int]:
    """The last `count` whole numbers that a call printed; fewer when it printed fewer."""
    matches = re.findall(file.output.result, _text(stdout)) if count else []
    return [int(n, 0) for n in matches[-count:]]


def _known_failure(file: RuntimeFile, output: str) -> Answer | None:
    """The answer for an output that one of the file's patterns matches."""
    patterns = file.output
    if patterns.missing_import and (m := re.search(patterns.missing_import, output)):
        what = f"{file.name} does not provide the import {m['module']}.{m['name']}"
        return Answer(ended="refused", message=what)
    if patterns.trap and (m := re.search(patterns.trap, output)):
        message = m["message"].strip()
        return Answer(ended="trapped", message=patterns.trap_words.get(message, message))
    if patterns.refused and (m := re.search(patterns.refused, output)):
        return Answer(ended="refused", message=f"{file.name}: {m['message'].strip()}")
    return None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
