"""The driver for Node.js: imports the delivered JavaScript as a user would, in js/node_runner.mjs."""

import functools
from dataclasses import dataclass
from pathlib import Path

from wasmforge import process, sandbox
from wasmforge.errors import usage_error
from wasmforge.model.module import PAGE_BYTES
from wasmforge.model.runtime import RuntimeFile, UnavailableRuntime
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.runtimes.driver import START_MARGIN_S, TerminalProgram, read_answer, write_job
from wasmforge.runtimes.program import limited_command, local_tool, resolve_program, runtime_environment, runtime_files
from wasmforge.runtimes.protocol import MAX_OUTPUT_BYTES, Answer, Job
from wasmforge.sandbox import Policy

JS = Path(__file__).parent / "js"

INSTALL_HINT = "pip install 'wasmforge[node]'"

MIN_HEAP_MIB = 64
"""MiB of JavaScript heap that Node.js needs for itself."""

INTERACTIVE_SCRIPT = """
const [glue, setup] = process.argv.slice(1)
const { argv, env, folders } = JSON.parse(setup)
const { run } = await import(glue)
const preopens = Object.fromEntries(folders.map(([host, guest]) => [guest, host]))
process.exitCode = await run({ args: argv.slice(1), env, preopens })
"""
"""Runs a program through its ES module for Node.js, at the terminal."""

INTERACTIVE_PAGE_SCRIPT = """
import { readSync, writeSync } from 'node:fs'
const [glue, setup] = process.argv.slice(1)
const { argv, env } = JSON.parse(setup)
const { run } = await import(glue)
const buffer = new Uint8Array(65536)
const stdin = () => {
  try {
    const size = readSync(0, buffer)
    return size ? buffer.slice(0, size) : null
  } catch (error) {
    if (error.code === 'EOF') return null
    throw error
  }
}
const to = (stream) => (bytes) => {
  for (let at = 0; at < bytes.length; ) at += writeSync(stream, bytes, at)
}
const { exitCode } = await run(argv.slice(1), { env, stdin, stdout: to(1), stderr: to(2) })
process.exitCode = exitCode
"""
"""The same for an ES module that is written for pages or workers."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """The runtime `node`.

    Each linear memory is bounded by V8 itself (`--wasm-max-mem-pages`: beyond it `memory.grow` gives -1), the
    JavaScript heap by `--max-old-space-size`. The process as a whole is bounded by the runner's watch, which looks
    at its resident size, and by RLIMIT_DATA. (RLIMIT_AS would refuse V8's reservations.)
    """

    file: RuntimeFile
    context: RuntimeContext
    uses_glue: bool = True
    uses_aot: bool = False
    shares_memory: bool = False

    def unavailable(self) -> UnavailableRuntime | None:
        """Why no Node.js can be started; None when one can."""
        if (reason := self.context.unavailable(self.file)) or self.identity():
            return reason
        return UnavailableRuntime(why=f"{' '.join(self.context.tool(self.file))} does not start", fix=INSTALL_HINT)

    def identity(self) -> str:
        """`node 24.19.0`; empty when it is not available."""
        return "" if self.context.unavailable(self.file) else version(self.context.tool(self.file))

    def run(self, job: Job, folder: Path) -> Answer:
        """Call the delivered JavaScript."""
        return self._run(job, folder, job.delivered)

    def _run(self, job: Job, folder: Path, delivered: tuple[str, ...]) -> Answer:
        """Run the job in a process that may read the folders `delivered`."""
        confinement = self.context.sandbox
        if job.preopen and not confinement.holds:
            what = f"Node.js does not hold a module to its folders, and there is no sandbox: {confinement.reason}"
            return Answer(ended="unsupported", message=what)
        options = (
            "--no-warnings",
            f"--wasm-max-mem-pages={min(job.memory // PAGE_BYTES, 65536)}",
            f"--max-old-space-size={max(job.memory >> 20, MIN_HEAP_MIB)}",
        )
        node = resolve_program(self.context.tool(self.file))
        readable = (*runtime_files(self.context, self.file), *delivered)
        result = sandbox.run(
            confinement,
            limited_command(job, (*node, *options, str(JS / "node_runner.mjs"), str(write_job(job, folder)))),
            Policy(directory=str(folder), writable=(str(folder),), readable=readable),
            env={**runtime_environment(), "TMPDIR": str(folder)},
            timeout=job.timeout + START_MARGIN_S,
            cancel=self.context.cancel,
            most_output=MAX_OUTPUT_BYTES,
        )
        return read_answer(self.file.name, job, result)

    def interactive_command(self, program: TerminalProgram) -> tuple[str, ...]:
        """Node.js with a script that calls `run` of the ES module."""
        node = local_tool(self.context, self.file)
        in_page = program.host in {"web", "workerd"}
        if in_page and program.folders:
            hint = "build it for wasi or node; what the component's `files` name is there"
            raise usage_error("a program for a page has no folders", where="--dir", hint=hint)
        script = INTERACTIVE_PAGE_SCRIPT if in_page else INTERACTIVE_SCRIPT
        options = ("--no-warnings", "--input-type=module", "--eval", script)
        return (*node, *options, Path(program.paths["glue"]).as_uri(), program.setup)


@functools.cache
def version(node: tuple[str, ...]) -> str:
    """`node 24.19.0`, as the program says; empty when it does not start."""
    try:
        done = process.run((*resolve_program(node), "--version"), env=runtime_environment(), timeout=START_MARGIN_S)
    except OSError:
        return ""
    return f"node {done.text.strip().removeprefix('v')}" if done.ok else ""
