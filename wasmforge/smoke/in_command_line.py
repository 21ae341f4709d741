"""Runs a module in a program of which all that is known are words: the runtime's file. In an image, if it is there."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wasmforge import process
from wasmforge.model.module import Module
from wasmforge.model.runtime import Absent, RuntimeFile
from wasmforge.model.smoke import Outcome, Trial
from wasmforge.model.toolchain import Kit
from wasmforge.plan.words import expand_all
from wasmforge.process import Done
from wasmforge.smoke import asking
from wasmforge.smoke.ends import ending, numbers
from wasmforge.smoke.hands import Hands
from wasmforge.smoke.in_node import HERE, environment, found
from wasmforge.smoke.prepare import PAGE
from wasmforge.smoke.runtime import limits, outcome, perform
from wasmforge.smoke.values import Unable
from wasmforge.smoke.wire import MOST_OUTPUT, Answer, Job
from wasmforge.wasm import read

START = 3.0
"""Seconds beyond a test's own timeout, for a program to start."""

SPARE = 256 << 20
"""Bytes that a runtime in a container may take beside the module's linear memory."""


@dataclass(frozen=True, kw_only=True)
class CommandLine:
    """Any runtime whose file has the words that start it."""

    file: RuntimeFile
    hands: Hands

    def available(self) -> Absent | None:
        """None when its toolchain is there."""
        return self.hands.absent(self.file)

    def identity(self) -> str:
        """The identity of its toolchain, which has its version and hash, and how it is started."""
        known = self.hands.identity(self.file)
        return f"{known}, {self.file.command} {self.file.call}" if known else ""

    def run(self, trial: Trial) -> Outcome:
        """Run one trial."""
        native = self.file.runs == "aot"
        if native and trial.aot is None:
            return outcome(trial, "failed", f"there is no native code of {Path(trial.module).name}")
        cancel = self.hands.cancel
        return perform(trial, self._launch, glue=False, aot=native, threads=self.file.threads, cancel=cancel)

    def _launch(self, job: Job, paper: Path) -> Done:
        folder, data = paper.parent, Path(job.module).read_bytes()
        module = read(data)
        program = folder / Path(job.aot or job.module).name
        if job.aot:
            self._check_native(module, job)
            shutil.copyfile(job.aot, program)
        elif job.call is not None:
            program.write_bytes(asking.asking(data, module, job))
        else:
            program.write_bytes(data)
        done = self._start(self._words(job, program), job, folder)
        stdout, stderr = Path(job.stdout).read_bytes(), Path(job.stderr).read_bytes()
        answer = ending(self.file, job, done, stdout, stderr)
        if answer is not None and answer.ended == "returned":
            kind = asking.result_type(module, job)
            count = asking.answers(kind, () if job.aot else asking.sizes_of(job))
            answer = self._returned(module, job, numbers(self.file, stdout, count), count)
        if answer is not None:
            Path(job.answer).write_bytes(msgspec.json.encode(answer))
        return done

    def _returned(self, module: Module, job: Job, got: list[int], due: int) -> Answer:
        if len(got) != due:
            return Answer(ended="refused", message=f"{self.file.name} printed {len(got)} results where {due} were due")
        results, buffers = asking.answer_of(module, job, got)
        return Answer(ended="returned", results=results, buffers=buffers)

    def _check_native(self, module: Module, job: Job) -> None:
        """Native code is called as it is, by what the program's own command line passes and prints exactly."""
        if job.call is None:
            return
        results = asking.result_type(module, job).results
        if any(kind not in {"i32", "i64"} for kind in (*(v.kind for v in job.args), *results)):
            raise Unable(f"{self.file.name} passes and gives back whole numbers only")

    def _words(self, job: Job, program: Path) -> tuple[str, ...]:
        asked = job.call is not None and job.aot is None
        arguments = () if asked else tuple(v.text for v in job.args) if job.call is not None else job.argv[1:]
        scope = {
            "file": (str(program),),
            "args": arguments,
            "env": tuple(f"{k}={v}" for k, v in job.env.items()),
            "folder": (job.preopen,) if job.preopen else (),
            "pages": (str(job.memory // PAGE),),
            "bytes": (str(job.memory),),
            "threads": ("16",) if job.threads else (),
            "function": (asking.NAME if asked else job.call or "",),
        }
        words = self.file.command if job.call is None else self.file.call
        return (*self.hands.tool(self.file), *expand_all(words, scope))

    def _start(self, words: tuple[str, ...], job: Job, folder: Path) -> Done:
        kit, cancel = self.hands.kit(self.file), self.hands.cancel
        cpu, data, size = limits(job)
        if isinstance(kit, Kit) and kit.image:
            assert self.hands.boxed is not None  # noqa: S101 - whoever found the kit gave the way into it
            bring = (Path(job.preopen).name,) if job.preopen else ()
            memory, timeout = job.memory + SPARE, job.timeout + START
            return self.hands.boxed(
                kit, words, folder, bring=bring, memory=memory, file=size, timeout=timeout, cancel=cancel
            )
        fence = (sys.executable, "-IS", str(HERE / "fence.py"), str(cpu), str(data), str(size))
        return process.run(
            (*fence, job.stdin, job.stdout, job.stderr, *found(words)),
            cwd=folder,
            env=environment(),
            timeout=job.timeout + START,
            cancel=cancel,
            most_output=MOST_OUTPUT,
        )
