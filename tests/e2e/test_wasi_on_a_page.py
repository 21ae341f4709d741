"""WASI on a page, as the ES module for the web offers it: tried in Node.js, where that module runs too."""

import shutil

import pytest

from tests.support.project import ProjectFixture
from wasmforge import process

WAT = r"""
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (data (i32.const 100) "one\ntwo")
  (data (i32.const 0) "\64\00\00\00\07\00\00\00")
  (func (export "say") (param i32) (result i32)
    (call $write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 8)))
  (func (export "written") (result i32) (i32.load (i32.const 8)))
  (func (export "random") (result i32) (drop (call $random (i32.const 200) (i32.const 70000)))
    (i32.or (i32.load (i32.const 200)) (i32.load (i32.const 70196))))
  (func (export "now") (result i64)
    (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 200))) (i64.load (i32.const 200)))
  (func (export "variables") (result i32)
    (drop (call $environ (i32.const 200) (i32.const 204))) (i32.load (i32.const 200)))
  (func (export "folders") (result i32) (call $prestat (i32.const 3) (i32.const 200)))
  (func (export "leave") (call $exit (i32.const 3))))
"""

SCRIPT = """
import { say, written, random, now, variables, folders, leave } from "./dist/web/page/page.js";
const answers = [say(1), written(), say(2), say(7), random() !== 0, now() > 1600000000000000000n];
answers.push(variables(), folders());
try { leave(); } catch (error) { answers.push(error.message); }
setTimeout(() => console.log(JSON.stringify(answers)), 10);
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on PATH")
def test_console_clock_random_and_exit(project: ProjectFixture) -> None:
    project.write(
        {
            "page/page.wat": WAT,
            "forge.toml": """
format = 1
[components.page]
path = "page"
language = "wat"
exports = ["say"]
targets = ["web"]
""",
            "try.mjs": SCRIPT,
        }
    )
    project.build()
    done = process.run([shutil.which("node") or "", "try.mjs"], cwd=project.root, env={}, timeout=60)
    lines = done.text.splitlines()
    assert done.ok, done.text
    assert lines.count("one") == 2
    assert lines.count("two") == 2
    assert lines[-1] == '[0,7,0,8,true,true,0,8,"the module exited with code 3"]'


def test_a_function_that_is_not_of_preview_1_breaks_the_contract(project: ProjectFixture) -> None:
    project.write(
        {
            "page/page.wat": """(module
  (import "wasi_snapshot_preview1" "sock_open" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1) (func (export "f")))""",
            "forge.toml": """
format = 1
[components.page]
path = "page"
language = "wat"
exports = ["f"]
targets = ["web"]
""",
        }
    )
    ended = project.run("build")
    assert ended.exit == 1
    assert (
        "imports wasi_snapshot_preview1.sock_open, which neither the JavaScript beside it nor web provides"
        in ended.output
    )
