"""Every kind of trap, in every engine that is here: they word it differently, and are told to agree."""

from pathlib import Path

import msgspec
import pytest
from _pytest.mark.structures import ParameterSet

from tests.support import installed_runtimes, smoke_runs
from wasmforge import smoke
from wasmforge.glue import Host, es_module
from wasmforge.model.runtime import UnavailableRuntime
from wasmforge.model.smoke import SmokeRun
from wasmforge.model.traps import INDISTINGUISHABLE
from wasmforge.wasm import read

PLAIN = {
    "unreachable": ("unreachable", "unreachable"),
    "minimum": ("integer overflow", "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))"),
    "divide": ("integer divide by zero", "(drop (i32.div_s (i32.const 1) (i32.const 0)))"),
    "remainder": ("integer divide by zero", "(drop (i64.rem_u (i64.const 1) (i64.const 0)))"),
    "load": ("out of bounds memory access", "(drop (i32.load (i32.const 65536)))"),
    "fill": ("out of bounds memory access", "(memory.fill (i32.const 65535) (i32.const 0) (i32.const 2))"),
    "get": ("out of bounds table access", "(drop (table.get $t (i32.const 99)))"),
    "copy": ("out of bounds table access", "(table.copy (i32.const 2) (i32.const 0) (i32.const 9))"),
    "mismatch": ("indirect call type mismatch", "(drop (call_indirect $t (type $i) (i32.const 1) (i32.const 0)))"),
    "beyond": ("undefined element", "(call_indirect $t (type $v) (i32.const 77))"),
    "empty": ("uninitialized element", "(call_indirect $t (type $v) (i32.const 2))"),
    "nan": ("invalid conversion to integer", "(drop (i32.trunc_f32_s (f32.const nan)))"),
    "large": ("integer overflow", "(drop (i32.trunc_f64_s (f64.const 1e100)))"),
    "deep": ("call stack exhausted", "(drop (call $deep (i32.const 1)))"),
}

MODULE = """(module
  (type $v (func)) (type $i (func (param i32) (result i32)))
  (memory (export "memory") 1)
  (table $t 4 8 funcref)
  (elem (i32.const 0) func $nothing)
  (func $nothing)
  (func $deep (param i32) (result i32)
    (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (call $deep (local.get 0))))
  FUNCTIONS)
"""

ATOMIC = {"unaligned": ("unaligned atomic", "(drop (i32.atomic.rmw.add (i32.const 1) (i32.const 1)))")}

FINAL = {
    "throw": ("uncaught exception", "(throw $e)"),
    "null-struct": ("null reference", "(drop (struct.get $s 0 (ref.null $s)))"),
    "null-array": ("null reference", "(drop (array.len (ref.null $a)))"),
    "null-function": ("null reference", "(call_ref $v (ref.null $v))"),
    "cast": ("cast failure", "(drop (ref.cast (ref $s) (ref.i31 (i32.const 1))))"),
    "array": ("out of bounds array access", "(drop (array.get $a (array.new_default $a (i32.const 1)) (i32.const 5)))"),
    "huge": ("allocation size too large", "(drop (array.new_default $a (i32.const 0x7fffffff)))"),
}

GC = """(module
  (type $s (struct (field i32))) (type $a (array (mut i32))) (type $v (func)) (tag $e)
  FUNCTIONS)
"""

HERE = ("wasmtime", "node", "wasmtime-cli")  # no registry that tests/provision uses has the last one
PROVISIONED = ("chromium", "workerd", "iwasm", "iwasm-classic", "wasmedge")


def runtimes(here: tuple[str, ...], provisioned: tuple[str, ...]) -> list[ParameterSet]:
    return [
        *(pytest.param(name) for name in here),
        *(pytest.param(name, marks=pytest.mark.toolchains) for name in provisioned),
    ]


ELSEWHERE = {("wasmedge", "deep"), ("wasmedge", "huge")}
"""WasmEdge's interpreter has no bound for its stack but its memory's, and ends when it gets no more."""


def functions(traps: dict[str, tuple[str, str]]) -> str:
    return "\n".join(f'(func (export "{name}") {body})' for name, (_, body) in traps.items())


def answers(runtime: str, wat: str, traps: dict[str, tuple[str, str]], folder: Path) -> dict[str, str]:
    """What each call came to in this runtime, in the words by which runtimes are compared."""
    if runtime in {"chromium", "wasmtime-cli"} and isinstance(
        installed_runtimes.find_runtime_toolchain(runtime), UnavailableRuntime
    ):
        pytest.skip(f"{runtime} is not here")
    context = installed_runtimes.require_runtimes(runtime)
    module = smoke_runs.assemble(folder, wat.replace("FUNCTIONS", functions(traps)))
    glue = folder / "sample.js"
    host: Host = "workerd" if runtime == "workerd" else "web"
    glue.write_text(es_module(read(module.read_bytes()), module.name, host))
    runs = [
        smoke_runs.smoke_run(runtime, module, smoke_runs.call_test(name, timeout=30.0, memory="64 MiB"), glue=glue)
        for name in traps
        if (runtime, name) not in ELSEWHERE
    ]
    files = {"module": str(module), "glue": str(glue)}
    runs = [_with_files(t, files) for t in runs]
    outcomes = smoke.run(runs, context, workers=2, emit=lambda _: None)
    assert {o.status for o in outcomes} == {"failed"}
    return {str(t.smoke.call): o.answer or o.reason for t, o in zip(runs, outcomes, strict=True)}


def _with_files(smoke_run: SmokeRun, files: dict[str, str]) -> SmokeRun:
    return msgspec.structs.replace(smoke_run, files=files)


def expected(traps: dict[str, tuple[str, str]], got: dict[str, str]) -> dict[str, str]:
    return {name: f"trap: {INDISTINGUISHABLE.get(kind, kind)}" for name, (kind, _) in traps.items() if name in got}


@pytest.mark.parametrize("runtime", runtimes(HERE, PROVISIONED))
def test_every_engine_gives_the_same_kind(runtime: str, tmp_path: Path) -> None:
    got = answers(runtime, MODULE, PLAIN, tmp_path)
    assert got == expected(PLAIN, got)


@pytest.mark.parametrize("runtime", runtimes(HERE, ("iwasm",)))
def test_atomics(runtime: str, tmp_path: Path) -> None:
    got = answers(runtime, MODULE, ATOMIC, tmp_path)
    assert got == expected(ATOMIC, got)


@pytest.mark.parametrize("runtime", runtimes(("wasmtime",), ("chromium", "wasmedge")))
def test_exceptions_and_gc(runtime: str, tmp_path: Path) -> None:
    got = answers(runtime, GC, FINAL, tmp_path)
    assert got == expected(FINAL, got)
