"""Runs a program in Wasmtime with the caller's streams, and ends with its exit code.

`python -m wasmforge.runtimes.wasmtime.interactive MODULE SETUP`, where SETUP is JSON: `argv`, `env`, and
`folders`, pairs of a path on this machine and the path that the module sees.
"""

import json
import sys
from pathlib import Path

import wasmtime

TRAP_EXIT_CODE = 134
"""The exit code for a trap, the same as that of Wasmtime's own program."""


def main(module: str, setup: str) -> int:
    """Run the program. Returns its exit code."""
    settings = json.loads(setup)
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = settings["argv"]
    wasi.env = list(settings["env"].items())
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    for host, guest in settings["folders"]:
        wasi.preopen_dir(host, guest)
    store.set_wasi(wasi)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    try:
        instance = linker.instantiate(store, wasmtime.Module(engine, Path(module).read_bytes()))
        start = instance.exports(store)["_start"]
        assert isinstance(start, wasmtime.Func)  # noqa: S101 - every command exports it
        start(store)
    except wasmtime.ExitTrap as e:
        return e.code
    except (wasmtime.Trap, wasmtime.WasmtimeError) as e:
        sys.stderr.write(f"{str(e).strip()}\n")
        return TRAP_EXIT_CODE
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
