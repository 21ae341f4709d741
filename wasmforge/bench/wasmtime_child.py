"""The process of a participant in Wasmtime: calls an export of a module.

`python -m wasmforge.bench.wasmtime_child JOB SOCKET`. The engine has its default configuration, without epochs or fuel.
Calls go to Wasmtime's C API with arguments that are converted once: the Python package would convert them, and ask for
the function's type, in each call, which takes longer than many a kernel.
"""

from ctypes import POINTER, byref
from pathlib import Path
from typing import Any

import msgspec
import wasmtime
from wasmtime import _bindings as c

from wasmforge.bench.child_protocol import answer_questions
from wasmforge.runtimes.protocol import Allocator
from wasmforge.runtimes.wasmtime.memory import write_buffer


class WasmtimeCall:
    """A call of one export with its arguments."""

    def __init__(self, job: dict[str, Any]) -> None:
        engine = wasmtime.Engine()
        module = wasmtime.Module.from_file(engine, job["module"])
        if job["precompiled"]:
            module = wasmtime.Module.deserialize(engine, bytes(module.serialize()))
        self._store = wasmtime.Store(engine)
        self._store.set_wasi(wasmtime.WasiConfig())
        linker = wasmtime.Linker(engine)
        linker.define_wasi()
        exports: Any = linker.instantiate(self._store, module).exports(self._store)
        if exports.get("_initialize"):
            exports["_initialize"](self._store)
        self._memory: Any = exports.get("memory")
        self._buffers: list[tuple[int, int]] = []
        allocator = msgspec.convert(job["allocator"], Allocator | None)
        self._prepare(exports[job["call"]], [self._argument(a, exports, allocator) for a in job["args"]])

    def _prepare(self, function: Any, arguments: list[int | float]) -> None:
        """Make the arguments of `wasmtime_func_call`."""
        func_type = function.type(self._store)
        pairs = zip(func_type.params, arguments, strict=True)
        raw = [wasmtime.Val._convert_to_raw(self._store, t, a) for t, a in pairs]
        inputs, self._results = (c.wasmtime_val_t * len(raw))(*raw), (c.wasmtime_val_t * len(func_type.results))()
        self._trap = POINTER(c.wasm_trap_t)()
        target = (self._store._context(), byref(function._func))
        self._c_arguments = (*target, inputs, len(inputs), self._results, len(self._results), byref(self._trap))

    def _argument(self, argument: dict[str, Any], exports: Any, allocator: Allocator | None) -> int | float:
        """The argument for the call; a buffer is written to the module's memory."""
        if argument["kind"] != "buffer":
            return int(argument["value"]) if argument["kind"] in {"i32", "i64"} else float(argument["value"])
        data = Path(argument["value"]).read_bytes()
        assert allocator is not None  # noqa: S101 - a buffer comes with one
        address, offset = write_buffer(self._store, exports, allocator, data)
        self._buffers.append((offset, len(data)))
        return address

    def call(self) -> None:
        """Make the call."""
        if error := c.wasmtime_func_call(*self._c_arguments):
            raise wasmtime.WasmtimeError._from_ptr(error)
        if self._trap:
            raise wasmtime.Trap._from_ptr(self._trap)

    def result(self) -> object:
        """What the last call returned."""
        return wasmtime.Val._from_raw(self._store, self._results[0]).value if len(self._results) else None

    def buffers(self) -> list[bytes]:
        """The current content of the buffers."""
        return [bytes(self._memory.read(self._store, at, at + size)) for at, size in self._buffers]


if __name__ == "__main__":
    answer_questions(WasmtimeCall)
