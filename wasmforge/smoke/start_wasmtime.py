"""Runs a program in Wasmtime as if it were one of this machine: its streams are ours, its exit code is ours.

`python -m wasmforge.smoke.start_wasmtime MODULE SETUP`, where SETUP is JSON: `argv`, `env`, and `folders`, each a path
here and the path by which the module sees it.
"""

import json
import sys
from pathlib import Path

import wasmtime

TRAPPED = 134
"""The exit code of a trap, as Wasmtime's own program has it."""


def main(module: str, setup: str) -> int:
    """Run it to its end; the exit code."""
    said = json.loads(setup)
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = said["argv"]
    wasi.env = list(said["env"].items())
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    for here, there in said["folders"]:
        wasi.preopen_dir(here, there)
    store.set_wasi(wasi)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    try:
        instance = linker.instantiate(store, wasmtime.Module(engine, Path(module).read_bytes()))
        start = instance.exports(store)["_start"]
        assert isinstance(start, wasmtime.Func)  # noqa: S101 - so it is in every command
        start(store)
    except wasmtime.ExitTrap as e:
        return e.code
    except (wasmtime.Trap, wasmtime.WasmtimeError) as e:
        sys.stderr.write(f"{str(e).strip()}\n")
        return TRAPPED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
