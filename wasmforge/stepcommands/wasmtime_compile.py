"""`compile [--target TRIPLE] [-O opt-level=N] -o OUT.cwasm IN.wasm`: Wasmtime's native code of a module.

The words are those of Wasmtime's own program, and so is the engine's configuration: its default, which is also that
of whoever embeds Wasmtime and of the runtime `wasmtime-aot`. Other than that program it takes no heed of the CPU it
runs on, so that the same module gives the same file on every machine of this kind.
"""

import argparse
import sys
from pathlib import Path

import wasmtime

from wasmforge.wasm.aot_header import read_aot

EMPTY = b"\0asm\x01\0\0\0"

LEVELS = {"0": "none", "1": "speed", "2": "speed", "s": "speed_and_size"}
"""Wasmtime's `-O opt-level` in Cranelift's words."""


def default_config() -> wasmtime.Config:
    """The configuration of the engine that precompiled modules are for."""
    return wasmtime.Config()


def here() -> str:
    """The triple of this machine, as Wasmtime notes it in what it compiles."""
    module = wasmtime.Module(wasmtime.Engine(default_config()), EMPTY)
    native = read_aot(bytes(module.serialize()))
    return native.target if native else ""


def _refuse(what: str, code: int) -> int:
    sys.stderr.write(f"wasmtime: {what}\n")
    return code


def main(argv: list[str]) -> int:
    """Compile one module; 0, or 1 when Wasmtime refuses, or 2 for another target than this machine."""
    parser = argparse.ArgumentParser(prog="wasmtime", description=__doc__)
    parser.add_argument("command", choices=["compile"])
    parser.add_argument("--target", help="the triple of this machine, which is the only one the package compiles for")
    parser.add_argument("-O", dest="optimize", metavar="opt-level=N", default="opt-level=2")
    parser.add_argument("-o", dest="out", required=True, type=Path)
    parser.add_argument("file", type=Path)
    said = parser.parse_args(argv)
    mine = here()
    if said.target and said.target != mine:
        return _refuse(f"the Python package compiles for {mine} only, not for {said.target}", 2)
    level = LEVELS.get(said.optimize.removeprefix("opt-level="))
    if level is None:
        return _refuse(f"-O opt-level= takes {', '.join(LEVELS)}, not {said.optimize}", 2)
    config = default_config()
    config.target = mine
    config.cranelift_opt_level = level
    try:
        module = wasmtime.Module.from_file(wasmtime.Engine(config), str(said.file))
    except wasmtime.WasmtimeError as e:
        return _refuse(f"{said.file}: {e}", 1)
    said.out.write_bytes(module.serialize())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
