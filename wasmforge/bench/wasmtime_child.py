"""The process of a contestant in Wasmtime: calls an export of a module.

`python -m wasmforge.bench.wasmtime_child JOB SOCKET`. The engine's configuration is its default, with nothing put
between the module and the processor: no epochs, no fuel. Arguments are converted once: the package would do that, and
ask for the function's type, in each call, which takes longer than many a kernel.
"""

from ctypes import POINTER, byref
from pathlib import Path
from typing import Any

import wasmtime
from wasmtime import _bindings as c

from wasmforge.bench.answering import answer


class InWasmtime:
    """One export with its arguments."""

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
        self._places: list[tuple[int, int]] = []
        arguments = [self._argument(a, exports, job["allocator"]) for a in job["args"]]
        self._prepare(exports[job["call"]], arguments)

    def _prepare(self, function: Any, arguments: list[int | float]) -> None:
        """Lay out the words of a call as Wasmtime's C API takes them."""
        kind = function.type(self._store)
        raw = [wasmtime.Val._convert_to_raw(self._store, k, a) for k, a in zip(kind.params, arguments, strict=True)]
        given, self._given = (c.wasmtime_val_t * len(raw))(*raw), (c.wasmtime_val_t * len(kind.results))()
        self._trap = POINTER(c.wasm_trap_t)()
        where = (self._store._context(), byref(function._func))
        self._words = (*where, given, len(given), self._given, len(self._given), byref(self._trap))

    def _argument(self, given: dict[str, Any], exports: Any, allocator: dict[str, Any]) -> int | float:
        if given["kind"] != "buffer":
            return int(given["value"]) if given["kind"] in {"i32", "i64"} else float(given["value"])
        data = Path(given["value"]).read_bytes()
        address = exports[allocator["name"]](self._store, len(data), *allocator["more"])
        if allocator["pin"]:
            address = exports[allocator["pin"]](self._store, address)
        at = address % (1 << (64 if allocator["wide"] else 32))
        if at + len(data) > self._memory.data_len(self._store) or at == 0:
            raise ValueError(f"{allocator['name']}({len(data)}) gave {at}, which is no room for it")
        self._memory.write(self._store, data, at)
        self._places.append((at, len(data)))
        return int(address)

    def call(self) -> None:
        """Call it once."""
        if error := c.wasmtime_func_call(*self._words):
            raise wasmtime.WasmtimeError._from_ptr(error)
        if self._trap:
            raise wasmtime.Trap._from_ptr(self._trap)

    def result(self) -> object:
        """What the last call gave."""
        return wasmtime.Val._from_raw(self._store, self._given[0]).value if len(self._given) else None

    def buffers(self) -> list[bytes]:
        """What its buffers hold."""
        return [bytes(self._memory.read(self._store, at, at + size)) for at, size in self._places]


if __name__ == "__main__":
    answer(InWasmtime)
