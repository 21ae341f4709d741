"""The process that holds Wasmtime: runs one job and writes its answer; whatever the module does happens here.

`python -m wasmforge.smoke.wasmtime_child JOB.json`. It ends by `os._exit` from whichever thread knows the answer
first: the main one, the watch on the clock, or the one that counts what is printed.
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

from wasmforge.smoke.fence import put_up
from wasmforge.smoke.precompile import default_config
from wasmforge.smoke.runtime import limits
from wasmforge.smoke.values import number
from wasmforge.smoke.wire import Answer, Job, Value

GRACE = 0.25
"""Seconds that a module has to notice its interruption; inside a host call (a sleep) it does not."""

TABLE_ELEMENTS = 10_000_000

TRAPS = {
    "STACK_OVERFLOW": "stack overflow",
    "MEMORY_OUT_OF_BOUNDS": "out of bounds memory access",
    "TABLE_OUT_OF_BOUNDS": "out of bounds table access",
    "INDIRECT_CALL_TO_NULL": "indirect call to null",
    "BAD_SIGNATURE": "indirect call type mismatch",
    "INTEGER_OVERFLOW": "integer overflow",
    "INTEGER_DIVISION_BY_ZERO": "integer divide by zero",
    "BAD_CONVERSION_TO_INTEGER": "invalid conversion to integer",
    "UNREACHABLE": "unreachable",
}
"""Wasmtime's names for traps in the words of the WebAssembly specification."""


class Run:
    """One job in one store."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._once = threading.Lock()
        config = default_config()
        config.epoch_interruption = job.aot is None  # native code has it or has it not; the watch ends it all the same
        self.engine = wasmtime.Engine(config)
        self.store = wasmtime.Store(self.engine)
        self.store.set_limits(
            memory_size=job.memory, table_elements=TABLE_ELEMENTS, instances=1, tables=100, memories=100
        )
        if job.aot is None:
            self.store.set_epoch_deadline(1)
        self.memory: Any = None

    def finish(self, answer: Answer) -> NoReturn:
        """Write the answer and end the process; only the first thread to come here does."""
        if not self._once.acquire(blocking=False):
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
            linker.define_unknown_imports_as_traps(module)
            threading.Thread(target=self._watch, daemon=True).start()
            exports = linker.instantiate(self.store, module).exports(self.store)
            self.memory = exports.get("memory")
            answer = self._command(exports) if self.job.call is None else self._call(exports)
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

    def _command(self, exports: Any) -> Answer:
        start = exports.get("_start")
        if not isinstance(start, wasmtime.Func):
            return Answer(ended="refused", message="a command needs an export `_start`, and the module has none")
        start(self.store)
        return Answer(ended="exited", exit=0)

    def _call(self, exports: Any) -> Answer:
        if isinstance(exports.get("_initialize"), wasmtime.Func):
            exports["_initialize"](self.store)
        places: list[tuple[int, int]] = []
        arguments = [self._argument(value, exports, places) for value in self.job.args]
        function = exports[self.job.call]
        got = function(self.store, *arguments)
        results = [] if got is None else got if isinstance(got, list) else [got]
        types = [str(t) for t in function.type(self.store).results]
        return Answer(
            ended="returned",
            results=tuple(_value(r, t) for r, t in zip(results, types, strict=True)),
            buffers=tuple(base64.b64encode(self.memory.read(self.store, a, a + n)).decode() for a, n in places),
        )

    def _argument(self, value: Value, exports: Any, places: list[tuple[int, int]]) -> int | float:
        """The argument for the call; a buffer is allocated, filled, and remembered in `places`."""
        if value.kind != "buffer":
            return int(value.text) if value.kind in {"i32", "i64"} else float(value.text)
        allocator, data = self.job.allocator, base64.b64decode(value.text)
        assert allocator is not None  # noqa: S101 - the parent gives one whenever there are buffers
        address = exports[allocator.name](self.store, len(data), *allocator.more)
        if allocator.pin:
            address = exports[allocator.pin](self.store, address)
        at = address % (1 << (64 if allocator.wide else 32))
        if at + len(data) > self.memory.data_len(self.store) or (at == 0 and data):
            raise ValueError(f"{allocator.name}({len(data)}) gave {at}, which is no room for {len(data)} bytes")
        self.memory.write(self.store, data, at)
        places.append((at, len(data)))
        return int(address)

    def _trapped(self, trap: wasmtime.Trap) -> Answer:
        size = self.memory.data_len(self.store) if isinstance(self.memory, wasmtime.Memory) else 0
        code = trap.trap_code
        if code is not None and code.name == "INTERRUPT":
            return Answer(ended="timeout", memory=size)
        frames = trap.frames
        what = "unknown" if code is None else TRAPS.get(code.name, code.name.lower().replace("_", " "))
        return Answer(ended="trapped", message=what, function=frames[0].func_index if frames else None, memory=size)

    def _watch(self) -> None:
        """Interrupt the module at its deadline, and end the process when it cannot be interrupted."""
        threading.Event().wait(self.job.timeout)
        self.engine.increment_epoch()
        threading.Event().wait(GRACE)
        self.finish(Answer(ended="timeout"))

    def _wasi(self) -> wasmtime.WasiConfig:
        wasi = wasmtime.WasiConfig()
        wasi.argv = list(self.job.argv)
        wasi.env = list(self.job.env.items())
        wasi.stdin_file = self.job.stdin
        wasi.stdout_custom = self._keep(self.job.stdout)
        wasi.stderr_custom = self._keep(self.job.stderr)
        if self.job.preopen is not None:
            wasi.preopen_dir(self.job.preopen, "/")
        return wasi

    def _keep(self, path: str) -> Callable[[bytes], None]:
        """Something that writes to the file, and ends the run when it has grown too long."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
        left = self.job.most_output

        def keep(data: bytes) -> None:
            nonlocal left
            left -= len(data)
            if left < 0:
                self.finish(Answer(ended="printed"))
            os.write(descriptor, data)

        return keep


def _value(result: object, kind: str) -> Value:
    if kind in {"i32", "i64"} and isinstance(result, int):
        return Value(kind="i32" if kind == "i32" else "i64", text=str(result))
    if isinstance(result, float):
        return Value(kind="f32" if kind == "f32" else "f64", text=number(result))
    return Value(kind="other", text=f"a {kind}")


def _refused(message: str) -> Answer:
    """Wasmtime's errors have a backtrace first and the cause last."""
    cause = message.rsplit("Caused by:", 1)[-1].strip()
    if "unknown import" in cause and "`" in cause:
        name = cause.split("`")[1].replace("::", ".")
        return Answer(ended="trapped", message=f"called the import {name}, which is not provided")
    return Answer(ended="refused", message=cause)


def main(paper: str) -> NoReturn:
    """Run the job in the file `paper`."""
    job = msgspec.json.decode(Path(paper).read_bytes(), type=Job)
    put_up(*limits(job))
    Run(job).main()


if __name__ == "__main__":
    main(sys.argv[1])
