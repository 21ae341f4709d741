"""The glue as a user gets it: written by the step's command, imported and run by Node.js."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from wasmforge import process

NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not on PATH: the glue cannot be imported"),
]

WASM_TOOLS = Path(sys.executable).parent / "wasm-tools"

LIBRARY = r"""
(module
  (memory (export "memory") 1)
  (table (export "table") 1 funcref)
  (global $answer (export "answer") (mut i64) (i64.const 42))
  (global (export "vector") v128 (v128.const i64x2 0 0))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "pair") (param i64) (result i64 f64) local.get 0 f64.const 1.5)
  (func (export "simd") (param v128))
  (func (export "weird-name") (result i32) i32.const 7)
  (func (export "delete") (result i32) i32.const 8)
  (func (export "fetch") (param externref) (result externref) local.get 0)
  (func (export "default") (param funcref))
  (func (export "$url")) (func (export "then")) (func (export "instantiate")) (func (export "\c3\a9\"*/\0a"))
  (func (export "bump") (global.set $answer (i64.add (global.get $answer) (i64.const 1))))
  (func (export "_initialize") (global.set $answer (i64.const 43))))
"""

NEEDY = """
(module
  (import "env" "log" (func $log (param i32 f64)))
  (import "my-host" "limit" (global $limit i64))
  (func (export "go") (result i64) (call $log (i32.const 1) (f64.const 2.5)) global.get $limit))
"""

CAT = """
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $preopened (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 1000))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $args (i32.const 12) (i32.const 16)))
    (if (i32.eqz (call $preopened (i32.const 3) (i32.const 32))) (then (call $exit (i32.const 99))))
    (call $exit (i32.load (i32.const 12)))))
"""

REACTOR = """
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1) (data (i32.const 100) "hi\\n")
  (global $ready (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $ready (i32.add (global.get $ready) (i32.const 1))))
  (func (export "die") (call $exit (i32.const 3)))
  (func (export "greet") (result i32)
    (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 3))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    global.get $ready))
"""


def made(text: str, host: str, folder: Path, name: str = "m") -> Path:
    """A folder as in dist: module, ES module, declarations, package.json; returns the ES module."""
    (folder / "source.wat").write_text(text)
    done(WASM_TOOLS, "parse", folder / "source.wat", "-o", folder / f"{name}.wasm")
    glue = (sys.executable, "-m", "wasmforge.glue")
    js, types = folder / f"{name}.js", folder / f"{name}.d.ts"
    done(*glue, "es-module", folder / f"{name}.wasm", "--host", host, "--js", js, "--types", types)
    names = ("--js", js.name, "--types", types.name, "--wasm", f"{name}.wasm")
    done(*glue, "package", "--name", "m", *names, "--out", folder / "package.json")
    return js


def done(*argv: str | Path, stdin: bytes = b"", exit_code: int = 0, errors: bool = True) -> str:
    """The output of a command that must end with this exit code."""
    ended = process.run(argv, env={"PATH": os.environ["PATH"]}, stdin=stdin, timeout=60, merge_stderr=errors)
    assert ended.exit == exit_code, ended.text
    return ended.text


def script(folder: Path, text: str, *, errors: bool = True) -> str:
    """What a user's script beside the glue prints."""
    (folder / "user.mjs").write_text(text)
    return done(NODE or "node", folder / "user.mjs", errors=errors)


@pytest.mark.parametrize("host", ["web", "node"])
def test_a_plain_import_gives_every_export(host: str, tmp_path: Path) -> None:
    js = made(LIBRARY, host, tmp_path)
    out = script(
        tmp_path,
        """
        import * as m from "./m.js";
        import byDefault, { add, memory, "weird-name" as weird, delete as remove } from "./m.js";
        m.bump();
        console.log(JSON.stringify({
          names: Object.keys(m), sum: add(2, 3), pair: m.pair(5n).map(String), answer: String(m.answer.value),
          weird: weird(), removed: remove(), same: m.fetch("x"), bytes: memory.buffer.byteLength,
          byDefault: typeof byDefault,
        }));
        """,
    )
    reported = json.loads(out)
    names = sorted(reported.pop("names"))
    assert reported == {
        "sum": 5, "pair": ["5", "1.5"], "answer": "44", "weird": 7, "removed": 8, "same": "x", "bytes": 65536,
        "byDefault": "function",
    }  # fmt: skip
    assert names == sorted(EXPORTED)
    assert names == sorted(declared(js.with_suffix("").with_suffix(".d.ts").read_text()))


EXPORTED = (
    *("memory", "table", "answer", "add", "pair", "bump", "weird-name", "delete", "fetch", "default", "$url", 'é"*/\n'),
    "instantiate",
)
"""All of LIBRARY's exports but the vectors, `then`, `_initialize`, and the one whose name the glue needs itself."""


def declared(types: str) -> list[str]:
    """The values that a .d.ts says are exported."""
    names = re.findall(r"^export (?:const|function) (\w+)", types, re.MULTILINE)
    for group in re.findall(r"^export \{ (.*) \};$", types, re.MULTILINE):
        for name in re.findall(r'\$\d+ as ("(?:[^"\\]|\\.)*"|[\w$]+)', group):
            names.append(json.loads(name) if name.startswith('"') else name)
    return names


def test_every_kind_of_source(tmp_path: Path) -> None:
    made(LIBRARY, "web", tmp_path)
    out = script(
        tmp_path,
        """
        import { createServer } from "node:http";
        import { readFileSync } from "node:fs";
        import { instantiate, bump, answer } from "./m.js";
        const bytes = readFileSync(new URL("./m.wasm", import.meta.url));
        const server = createServer((request, response) => {
          if (request.url === "/lost") response.writeHead(404).end("not here");
          else response.writeHead(200, { "Content-Type": request.url.slice(1) }).end(bytes);
        });
        await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
        const at = (path) => new URL(path, `http://127.0.0.1:${server.address().port}`);
        bump();
        const sources = [
          undefined, bytes, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
          new WebAssembly.Module(bytes), at("/application/wasm"), at("/text/plain"), fetch(at("/application/wasm")),
          await fetch(at("/text/plain")), new URL("./m.wasm", import.meta.url),
        ];
        for (const source of sources) {
          const fresh = await instantiate({}, source);
          console.log(fresh.add(20, 22), String(fresh.answer.value), String(answer.value));
        }
        const lost = await instantiate({}, at("/lost")).catch((error) => error.message);
        console.log(lost.replace(/\\d+\\//, "PORT/"));
        server.closeAllConnections();
        server.close();
        """,
    )
    assert out == "42 43 44\n" * 9 + "cannot load http://127.0.0.1:PORT/lost: 404 Not Found\n"


@pytest.mark.parametrize("host", ["web", "node"])
def test_imports_are_given_to_instantiate(host: str, tmp_path: Path) -> None:
    made(NEEDY, host, tmp_path)
    out = script(
        tmp_path,
        """
        import * as m from "./m.js";
        const seen = [];
        const { go } = await m.instantiate({ env: { log: (...all) => seen.push(...all) }, "my-host": { limit: 9n } });
        console.log(String(go()), ...seen, ...Object.keys(m));
        """,
    )
    assert out == "9 1 2.5 instantiate\n"


def test_a_command_is_the_program(tmp_path: Path) -> None:
    js = made(CAT, "node", tmp_path, name="cat")
    assert done(NODE or "", js, "a", "b c", stdin=b"some input\n", exit_code=3) == "some input\n"
    link = tmp_path / "elsewhere.js"
    link.symlink_to(js)
    assert done(NODE or "", link, stdin=b"by link\n", exit_code=1) == "by link\n"


def test_a_command_can_be_run_again_and_again(tmp_path: Path) -> None:
    made(CAT, "node", tmp_path, name="cat")
    out = script(
        tmp_path,
        """
        import { openSync, readFileSync, writeFileSync } from "node:fs";
        import { run } from "./cat.js";
        const folder = new URL(".", import.meta.url).pathname;
        writeFileSync(folder + "in", "from a file");
        const stdin = openSync(folder + "in", "r"), stdout = openSync(folder + "out", "w");
        const codes = [
          await run(), await run({ args: ["x", "y"], stdin, stdout }), await run({ preopens: { "/": folder } }),
        ];
        console.log(...codes, readFileSync(folder + "out", "utf8"));
        """,
        errors=False,
    )
    assert out == "1 3 99 from a file\n"


def test_a_reactor_is_initialized_once_and_does_not_end_its_host(tmp_path: Path) -> None:
    made(REACTOR, "node", tmp_path)
    out = script(
        tmp_path,
        """
        import { greet, die, instantiate } from "./m.js";
        console.log(greet(), (await instantiate()).greet());
        try { die(); } catch (error) { console.log(error.message); }
        """,
        errors=False,
    )
    assert out == "hi\nhi\n1 1\nm.wasm exited with code 3\n"


@pytest.mark.parametrize("name", ["with space", "100%", "a#b?c", "naïve"])
def test_file_names_that_are_not_urls(name: str, tmp_path: Path) -> None:
    made(LIBRARY, "web", tmp_path, name=name)
    out = script(tmp_path, f"const m = await import(new URL({json.dumps('./' + name + '.js')}.replace(/[%#?]/g,"
                           " encodeURIComponent), import.meta.url)); console.log(m.add(1, 1));")  # fmt: skip
    assert out == "2\n"


def test_the_folder_is_a_package(tmp_path: Path) -> None:
    package = tmp_path / "node_modules" / "m"
    package.mkdir(parents=True)
    made(LIBRARY, "web", package)
    assert script(tmp_path, 'import { add } from "m"; console.log(add(1, 2));') == "3\n"
