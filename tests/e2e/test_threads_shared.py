"""Shared memory in AssemblyScript, whose JavaScript instantiates on request, and wasi-threads in WAMR."""

import pytest

from tests.e2e.test_aot import ORIGINS, started
from tests.e2e.test_rust import needs
from tests.integration.test_glue import NODE, script
from tests.support.project import ProjectFixture

SUM = """
export function addUp(from: i32, to: i32): void { for (let i = from; i < to; i++) atomic.add<i32>(64, i); }
export function sum(): i32 { return atomic.load<i32>(64); }
"""

FORGE = """
format = 1
[components.sum]
path = "sum"
language = "assemblyscript"
targets = ["web"]
features = ["threads"]
exports = ["addUp", "sum"]
options = { runtime = "stub", max-pages = 256, raw-bindings = true }
"""

PAGE = """
import { readFile } from "node:fs/promises";
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { instantiate } from "./sum.js";
if (isMainThread) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 256, shared: true });
  const module = await WebAssembly.compile(await readFile(new URL("./sum.wasm", import.meta.url)));
  const { sum } = await instantiate(module, { env: { memory } });
  await Promise.all([[0, 20000], [20000, 30000]].map((part) => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { module, memory, part } });
    worker.once("exit", resolve).once("error", reject);
  })));
  console.log(sum());
} else {
  const { addUp } = await instantiate(workerData.module, { env: { memory: workerData.memory } });
  addUp(...workerData.part);
}
"""

TEAM = """
(module
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "memory" (memory 1 2 shared))
  (export "memory" (memory 0))
  ;; each thread adds its argument to the sum at 0 and counts itself at 4
  (func (export "wasi_thread_start") (param $id i32) (param $argument i32)
    (drop (i32.atomic.rmw.add (i32.const 0) (local.get $argument)))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))
  (func (export "_start") (local $done i32)
    (if (i32.lt_s (call $spawn (i32.const 20)) (i32.const 0)) (then (call $exit (i32.const 99))))
    (if (i32.lt_s (call $spawn (i32.const 22)) (i32.const 0)) (then (call $exit (i32.const 98))))
    (loop $wait
      (local.set $done (i32.atomic.load (i32.const 4)))
      (if (i32.lt_s (local.get $done) (i32.const 2)) (then
        (drop (memory.atomic.wait32 (i32.const 4) (local.get $done) (i64.const 1000000000)))
        (br $wait))))
    (call $exit (i32.atomic.load (i32.const 0)))))
"""

CREW = """
format = 1
[components.team]
path = "team"
language = "wat"
kind = "command"
targets = ["wamr"]
features = ["threads"]
"""


@pytest.mark.skipif(NODE is None, reason="node is not on PATH: there are no worker threads to run")
def test_two_threads_on_one_memory_in_assemblyscript(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "sum/index.ts": SUM})
    project.build()
    assert script(project.root / "dist/web/sum", PAGE) == "449985000\n"


def test_assemblyscript_needs_bindings_that_take_a_memory(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE.replace(", raw-bindings = true", ""), "sum/index.ts": SUM})
    ended = project.run("build", "-o", "json")
    assert ended.exit == 2, ended.output
    assert "recipe 'assemblyscript' has threads only together with its option raw-bindings" in ended.output


def test_wasi_threads_are_for_wamr_and_no_longer_for_wasmtime(project: ProjectFixture) -> None:
    project.write({"forge.toml": CREW, "team/team.wat": TEAM})
    (proved,) = [e for e in project.build().events() if e["event"] == "ContractHolds"]
    assert "threads" in proved["features"]
    project.write({"forge.toml": CREW.replace('"wamr"', '"wasi"')})
    ended = project.run("build")
    assert ended.exit == 2, ended.output
    assert "target 'wasi' has no threads: Wasmtime 47 took wasi-threads out" in " ".join(ended.output.split())


@ORIGINS
def test_iwasm_runs_threads(project: ProjectFixture, origin: str) -> None:
    project.write({"forge.toml": f"{CREW}options = {{ aot = true }}\n", "team/team.wat": TEAM})
    needs(project, "wamr", origin=origin)
    project.build()
    for name in ("team.wasm", "team.aot"):
        assert started(project, origin, "wasmforge/wamr", "iwasm", f"wamr/team/{name}")[0] == 42
