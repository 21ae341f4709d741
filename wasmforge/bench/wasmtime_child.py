"""The process of a contestant in Wasmtime: calls an export of a module.

`python -m wasmforge.bench.wasmtime_child JOB SOCKET`. The engine's configuration is its default, with nothing put
between the module and the processor: no epochs, no fuel. The package for Python adds about ten microseconds to a call.
"""

from pathlib import Path
from typing import Any

import wasmtime

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
        self._arguments = [self._argument(a, exports, job["allocator"]) for a in job["args"]]
        self._function: Any = exports[job["call"]]

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

    def call(self) -> object:
        """Call it once."""
        return self._function(self._store, *self._arguments)

    def buffers(self) -> list[bytes]:
        """What its buffers hold."""
        return [bytes(self._memory.read(self._store, at, at + size)) for at, size in self._places]


if __name__ == "__main__":
    answer(InWasmtime)
