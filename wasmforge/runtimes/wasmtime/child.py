"""The child process in which Wasmtime runs one job; it writes the answer to the file that the job names.

`python -m wasmforge.runtimes.wasmtime.child JOB.json`. It ends by `os._exit` from the thread that has an
answer first: the main thread, the one that watches the clock, or the one that counts the output.
"""

import base64
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import wasmtime

from wasmforge.runtimes.arguments import format_number
from wasmforge.runtimes.driver import rlimits_of
from wasmforge.runtimes.protocol import Answer, Job, Value
from wasmforge.runtimes.rlimits import apply_rlimits
from wasmforge.runtimes.wasmtime.memory import write_buffer
from wasmforge.stepcommands.wasmtime_compile import default_config

INTERRUPT_GRACE_S = 0.25
"""Seconds that a module has to notice the interruption; in a host call (a sleep) it does not notice."""

MAX_TABLE_ELEMENTS = 10_000_000


class JobRun:
    """One job in one store."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._finish_lock = threading.Lock()
        config = default_config()
        config.epoch_interruption = job.aot is None  # fixed in native code; the watch ends it anyway
        self.engine = wasmtime.Engine(config)
        self.store = wasmtime.Store(self.engine)
        self.store.set_limits(
            memory_size=job.memory, table_elements=MAX_TABLE_ELEMENTS, instances=1, tables=100, memories=100
        )
        if job.aot is None:
            self.store.set_epoch_deadline(1)
        self.memory: Any = None

    def finish(self, answer: Answer) -> NoReturn:
        """Write the answer and end the process; only the first thread that comes here does so."""
        if not self._finish_lock.acquire(blocking=False):
            threading.Event().wait()  # another thread is about to end the process
        draft = Path(self.job.answer + ".part")
        draft.write_bytes(msgspec.json.encode(answer))
        draft.rename(self.job.answer)
        os._exit(0)

    def main(self) -> NoReturn:
        """Compile, instantiate, run."""
        try:
            module = self._module()
            self.store.set_wasi(self._wasi())
            linker = wasmtime.Linker(self.engine)
            linker.define_wasi()
            if not self.job.load:
                linker.define_unknown_imports_as_traps(module)
            threading.Thread(target=self._watch, daemon=True).start()
            exports = linker.instantiate(self.store, module).exports(self.store)
            self.memory = exports.get("memory")
            answer = self._answer(exports)
        except wasmtime.ExitTrap as e:
            answer = Answer(ended="exited", exit=e.code)
        except wasmtime.Trap as e:
            answer = self._trapped(e)
        except (wasmtime.WasmtimeError, IndexError, ValueError) as e:
            answer = _refused(str(e))
        self.finish(answer)

    def _module(self) -> wasmtime.Module:
        if self.job.aot is not None:
            return wasmtime.Module.deserialize_file(self.engine, self.job.aot)
        return wasmtime.Module.from_file(self.engine, self.job.module)

    def _answer(self, exports: Any) -> Answer:
        if self.job.load:
            if isinstance(exports.get("_initialize"), wasmtime.Func):
                exports["_initialize"](self.store)
            return Answer(ended="loaded")
        return self._command(exports) if self.job.call is None else self._call(exports)

    def _command(self, exports: Any) -> Answer:
        start = exports.get("_start")
        if not isinstance(start, wasmtime.Func):
            return Answer(ended="refused", message="a command needs an export `_start`, and the module has none")
        start(self.store)
        return Answer(ended="exited", exit=0)

    def _call(self, exports: Any) -> Answer:
        if isinstance(exports.get("_initialize"), wasmtime.Func):
            exports["_initialize"](self.store)
        buffers: list[tuple[int, int]] = []
        arguments = [self._argument(value, exports, buffers) for value in self.job.args]
        function = exports[self.job.call]
        returned = function(self.store, *arguments)
        results = [] if returned is None else returned if isinstance(returned, list) else [returned]
        types = [str(t) for t in function.type(self.store).results]
        return Answer(
            ended="returned",
            results=tuple(_value(r, t) for r, t in zip(results, types, strict=True)),
            buffers=tuple(base64.b64encode(self.memory.read(self.store, a, a + n)).decode() for a, n in buffers),
            text=self._text_at(results, types),
        )

    def _text_at(self, results: list[Any], types: list[str]) -> str | None:
        """What is at the address that was returned, if the job asks for it and this is one."""
        if self.job.text_bytes is None or types not in (["i32"], ["i64"]):
            return None
        at = results[0] % (1 << (64 if types == ["i64"] else 32))
        most = self.memory.data_len(self.store)
        data = bytes(self.memory.read(self.store, min(at, most), min(at + self.job.text_bytes, most)))
        return base64.b64encode(data[: data.find(0) + 1] if 0 in data else data).decode()

    def _argument(self, value: Value, exports: Any, buffers: list[tuple[int, int]]) -> int | float:
        """The argument for the call; a buffer is written, and its offset and size are added to `buffers`."""
        if value.kind != "buffer":
            return int(value.text) if value.kind in {"i32", "i64"} else float(value.text)
        allocator, data = self.job.allocator, base64.b64decode(value.text)
        assert allocator is not None  # noqa: S101 - the parent gives one whenever there are buffers
        address, offset = write_buffer(self.store, exports, allocator, data)
        buffers.append((offset, len(data)))
        return address

    def _trapped(self, trap: wasmtime.Trap) -> Answer:
        size = self.memory.data_len(self.store) if isinstance(self.memory, wasmtime.Memory) else 0
        code = trap.trap_code
        if code is not None and code.name == "INTERRUPT":
            return Answer(ended="timeout", memory=size)
        frames = trap.frames
        message = str(trap).strip().splitlines()[-1].strip() if code is None else code.name.lower().replace("_", " ")
        return Answer(ended="trapped", message=message, function=frames[0].func_index if frames else None, memory=size)

    def _watch(self) -> None:
        """Interrupt the module at its deadline, and end the process when it cannot be interrupted."""
        threading.Event().wait(self.job.timeout)
        self.engine.increment_epoch()
        threading.Event().wait(INTERRUPT_GRACE_S)
        self.finish(Answer(ended="timeout"))

    def _wasi(self) -> wasmtime.WasiConfig:
        wasi = wasmtime.WasiConfig()
        wasi.argv = list(self.job.argv)
        wasi.env = list(self.job.env.items())
        wasi.stdin_file = self.job.stdin
        wasi.stdout_custom = self._output_sink(self.job.stdout)
        wasi.stderr_custom = self._output_sink(self.job.stderr)
        if self.job.preopen is not None:
            wasi.preopen_dir(self.job.preopen, "/")
        return wasi

    def _output_sink(self, path: str) -> Callable[[bytes], None]:
        """A function that writes to the file, and ends the run at the output limit."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
        left = self.job.most_output

        def write(data: bytes) -> None:
            nonlocal left
            left -= len(data)
            if left < 0:
                self.finish(Answer(ended="output-limit"))
            os.write(descriptor, data)

        return write


def _value(result: object, kind: str) -> Value:
    if kind in {"i32", "i64"} and isinstance(result, int):
        return Value(kind="i32" if kind == "i32" else "i64", text=str(result))
    if isinstance(result, float):
        return Value(kind="f32" if kind == "f32" else "f64", text=format_number(result))
    return Value(kind="other", text=f"a {kind}")


def _refused(message: str) -> Answer:
    """Wasmtime's errors have a backtrace first and the cause last."""
    cause = message.rsplit("Caused by:", 1)[-1].strip()
    if "unknown import" in cause and "`" in cause:
        name = cause.split("`")[1].replace("::", ".")
        return Answer(ended="trapped", message=f"called the import {name}, which is not provided")
    return Answer(ended="refused", message=cause)


def main(job_file: str) -> NoReturn:
    """Run the job in the file."""
    job = msgspec.json.decode(Path(job_file).read_bytes(), type=Job)
    apply_rlimits(*rlimits_of(job))
    JobRun(job).main()


if __name__ == "__main__":
    main(sys.argv[1])
