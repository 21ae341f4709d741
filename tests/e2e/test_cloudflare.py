"""What is built for Cloudflare Workers, imported by a worker in workerd itself."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.test_rust import SAMPLES, needs, needs_crates
from tests.support.npm_hosts import run, workerd
from tests.support.project import ProjectFixture
from wasmforge.process import ProcessResult

CONFIG = """
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .w)]);
const w :Workerd.Worker = (compatibilityDate = "2026-01-01", modules = [
  (name = "worker", esModule = embed "worker.mjs"),
  MODULES
]);
"""

WORKER = """
import { NAMES } from "./app.js";
export default {
  async test() {
    const got = await ASK;
    if (got !== EXPECTED) throw new Error(`got ${got}`);
  },
};
"""

FORGE = """
format = 1
[components.app]
path = "app"
language = "LANGUAGE"
exports = ["EXPORT"]
targets = ["cloudflare"]
"""


def forge(language: str, export: str, more: str = "") -> str:
    """A project of one component."""
    return FORGE.replace("LANGUAGE", language).replace("EXPORT", export) + more


def asked(project: ProjectFixture, names: str, ask: str, expected: str) -> ProcessResult:
    """How a worker ended that imports what was delivered."""
    folder = project.root / "dist" / "cloudflare" / "app"
    kinds = {".js": "esModule", ".wasm": "wasm"}
    files = [p.name for p in sorted(folder.iterdir()) if p.suffix in kinds]
    modules = ", ".join(f'(name = "{n}", {kinds[Path(n).suffix]} = embed "{n}")' for n in files)
    (folder / "config.capnp").write_text(CONFIG.replace("MODULES", modules))
    worker = WORKER.replace("NAMES", names).replace("ASK", ask).replace("EXPECTED", expected)
    (folder / "worker.mjs").write_text(worker)
    return run(workerd(), "test", "config.capnp", cwd=folder)


def answers(project: ProjectFixture, names: str, ask: str, expected: str) -> None:
    """The answer must be the one expected, and another one must be told."""
    ended = asked(project, names, ask, expected)
    assert ended.ok, ended.text
    assert not asked(project, names, ask, "undefined").ok


WAT = r"""
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1) (data (i32.const 100) "said\n")
  (global $ready (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $ready (i32.const 5)))
  (func (export "add") (param i32) (result i32)
    (i32.store (i32.const 0) (i32.const 100)) (i32.store (i32.const 4) (i32.const 5))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.add (global.get $ready) (local.get 0))))
"""


def test_a_module_without_glue_of_its_own(project: ProjectFixture) -> None:
    project.write({"forge.toml": forge("wat", "add"), "app/app.wat": WAT})
    project.build()
    answers(project, "add, instantiate", "add(2) + (await instantiate()).add(3)", "15")
    assert "said" in asked(project, "add", "add(2)", "7").text


def test_assemblyscript_with_strings(project: ProjectFixture) -> None:
    code = 'export function greet(s: string): string { return "hello " + s; }\n'
    project.write({"forge.toml": forge("assemblyscript", "greet"), "app/assembly/index.ts": code})
    project.build()
    answers(project, "greet", 'greet("you")', '"hello you"')


def test_a_worker_that_is_called_as_it_is_delivered(project: ProjectFixture) -> None:
    own = 'export { add } from "./app.js";\n'
    more = 'options = { worker = "worker.mjs" }\n'
    project.write({"forge.toml": forge("wat", "add", more), "app/app.wat": WAT, "app/worker.mjs": own})
    project.build()
    assert project.dist()["cloudflare/app/worker.mjs"] == own.encode()


@pytest.mark.toolchains
@pytest.mark.parametrize("origin", ["path", "container"])
def test_emscripten(project: ProjectFixture, origin: str) -> None:
    code = '#include <stdio.h>\nint twice(int x) { printf("said\\n"); return 2 * x; }\n'
    project.write({"forge.toml": forge("c", "twice", 'recipe = "emscripten"\n'), "app/a.c": code})
    needs(project, "emscripten", origin=origin)
    project.build()
    answers(project, "twice, ccall", 'twice(4) + ccall("twice", "number", ["number"], [5])', "18")


MAKEFILE = """
libtwice.a: twice.o
\t$(AR) rcs $@ $^
install: libtwice.a
\tmkdir -p $(PREFIX)/lib
\tcp libtwice.a $(PREFIX)/lib
"""


@pytest.mark.toolchains
def test_a_project_with_a_makefile(project: ProjectFixture) -> None:
    more = 'recipe = "make-emscripten"\noptions = { libraries = ["lib/libtwice.a"] }\n'
    project.write({"forge.toml": forge("c", "twice", more), "app/Makefile": MAKEFILE})
    project.write({"app/twice.c": "int twice(int x) { return 2 * x; }\n"})
    needs(project, "emscripten", "emscripten-projects", origin="path")
    project.build()
    answers(project, "twice", "twice(4)", "8")


def test_code_from_text_is_refused_before_anything_is_built(project: ProjectFixture) -> None:
    project.write({"forge.toml": forge("c", "twice", 'recipe = "emscripten"\noptions = { eval = true }\n')})
    project.write({"app/a.c": "int twice(int x) { return 2 * x; }\n"})
    ended = project.run("build", "-o", "json")
    assert ended.exit == 2, ended.output
    assert "options.eval: target 'cloudflare' forbids it: a worker may make no code from text" in ended.output
    assert ended.events() == []


@pytest.mark.toolchains
def test_code_from_text_that_link_flags_let_in_is_found(project: ProjectFixture) -> None:
    more = 'recipe = "emscripten"\noptions = { link-flags = ["-sDYNAMIC_EXECUTION=1"] }\n'
    code = '#include <emscripten.h>\nint twice(int x) { emscripten_run_script("1"); return 2 * x; }\n'
    project.write({"forge.toml": forge("c", "twice", more), "app/a.c": code})
    needs(project, "emscripten", origin="path")
    ended = project.run("build")
    assert ended.exit == 1
    assert "generates code from text (eval(…), which workers forbid" in " ".join(ended.output.split())


@pytest.mark.toolchains
@pytest.mark.parametrize("recipe", ["wasm-bindgen", "wasm-pack"])
def test_rust_with_strings(project: ProjectFixture, recipe: str) -> None:
    shutil.copytree(SAMPLES / "textstats", project.root / "app")
    project.write({"forge.toml": forge("rust", "mirror", f'recipe = "{recipe}"\n')})
    needs(project, "cargo", "rust-bindings", recipe)
    needs_crates(project)
    answers(project, "mirror", 'mirror("abc")', '"cba"')
