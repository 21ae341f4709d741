"""The same with compilers and runtimes that have to be provisioned: what they make and nobody could use is not ok."""

from pathlib import Path

import pytest

from tests.e2e.test_load_checks import LIBRARY, found, loads, write_project
from tests.support import installed_runtimes, smoke_runs
from tests.support.project import ProjectFixture
from wasmforge import smoke
from wasmforge.model.runtime import UnavailableRuntime
from wasmforge.model.smoke import Smoke

pytestmark = pytest.mark.toolchains


def needs(*toolchains: str) -> None:
    for name in toolchains:
        if isinstance(there := installed_runtimes.find_runtime_toolchain(name), UnavailableRuntime):
            pytest.skip(f"{name} {there.why}: {there.fix}")


@pytest.mark.parametrize("recipe", ["zig", "wasi-sdk", "emscripten"])
def test_a_program_without_a_main(project: ProjectFixture, recipe: str) -> None:
    needs(recipe)
    forge = f'format = 1\n[components.app]\npath = "app"\nlanguage = "c"\ntargets = ["wasi"]\nrecipe = "{recipe}"\n'
    project.write({"forge.toml": forge, "app/app.c": "int twice(int n) { return 2 * n; }\n"})
    ended = project.run("build")
    assert ended.exit == 1
    assert "if it is a library, name what it exports: exports = [" in ended.output
    if recipe == "zig":  # its linker lets it pass
        assert "entry: has no main" in ended.output
        assert 'exports = ["twice"]' in ended.output


@pytest.mark.parametrize("main", ["int main(void)", "int main(int c, char **v)"])
def test_a_program_with_a_main_holds(project: ProjectFixture, main: str) -> None:
    forge = 'format = 1\n[components.app]\npath = "app"\nlanguage = "c"\ntargets = ["wasi", "node"]\n'
    project.write({"forge.toml": forge, "app/app.c": f"{main} {{ return 7; }}\n"})
    assert {status for _, status in loads(project.build()).values()} == {"passed"}


def test_emscriptens_javascript_is_not_there_for_a_program(project: ProjectFixture) -> None:
    needs("emscripten")
    source = '#include <emscripten.h>\nint main(void) { EM_ASM({ console.log("ready") }); return 0; }\n'
    forge = 'format = 1\n[components.app]\npath = "app"\nlanguage = "c"\nrecipe = "emscripten"\ntargets = ["node"]\n'
    project.write({"forge.toml": forge, "app/main.c": source})
    ended = project.run("build")
    assert ended.exit == 1
    assert "imports env.emscripten_asm_const_int" in ended.output
    assert "Emscripten's JavaScript would provide it" in ended.output


def test_an_imported_memory_that_nobody_makes(project: ProjectFixture) -> None:
    needs("assemblyscript")
    forge = (
        'format = 1\n[components.m]\npath = "m"\nlanguage = "assemblyscript"\ntargets = ["web", "cloudflare"]\n'
        'exports = ["first"]\noptions = { flags = ["--importMemory"] }\n'
    )
    source = "export function first(): i32 { return load<i32>(0); }\n"
    project.write({"forge.toml": forge, "m/assembly/index.ts": source})
    ended = project.run("build", "-k", "-o", "json")
    assert ended.exit == 1
    assert found(ended) == [("imports", "env")] * 2


def test_a_worker_is_loaded_in_workerd(project: ProjectFixture) -> None:
    needs("workerd")
    write_project(project, LIBRARY, "cloudflare")
    project.write({"sum/worker.mjs": 'throw new Error("not today")\n'})
    assert loads(project.build()) == {"cloudflare": ("workerd", "passed")}
    write_project(project, LIBRARY, "cloudflare", more='options = { worker = "worker.mjs" }\n')
    ended = project.run("build")
    assert ended.exit == 1
    assert "not today" in ended.output


def test_an_absolute_link_that_a_program_leaves_is_its_own_matter(tmp_path: Path) -> None:
    context = installed_runtimes.require_runtimes("iwasm")
    module = smoke_runs.assemble(tmp_path, LINKS)
    test = Smoke(writes={"note": ""}, timeout=20.0)
    (outcome,) = smoke.run([smoke_runs.smoke_run("iwasm", module, test)], context, workers=1, emit=lambda _: None)
    assert (outcome.status, outcome.reason) == ("passed", "")
    asks = Smoke(writes={"link": "root"}, timeout=20.0)
    (outcome,) = smoke.run([smoke_runs.smoke_run("iwasm", module, asks)], context, workers=1, emit=lambda _: None)
    assert (outcome.status, outcome.reason) == ("failed", "it wrote no file link")


LINKS = """(module
  (import "wasi_snapshot_preview1" "path_symlink" (func $link (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "/etc/hostname")
  (data (i32.const 96) "link")
  (data (i32.const 112) "note")
  (func (export "_start")
    (drop (call $link (i32.const 64) (i32.const 13) (i32.const 3) (i32.const 96) (i32.const 4)))
    (drop (call $open (i32.const 3) (i32.const 0) (i32.const 112) (i32.const 4) (i32.const 9)
      (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 32)))))
"""
"""Leaves a link to a file of the host's, and an empty file."""
