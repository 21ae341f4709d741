"""Adding a language takes one recipe file and no Python."""

import pytest

from tests.space import Space

pytestmark = pytest.mark.e2e

RECIPE = """
format = 1
name = "toy"
summary = "A language that looks like WebAssembly text"
toolchain = "wasm-tools"
[languages.toy]
[sources]
program = ["*.toy"]
[profiles.release]
strip = "all"
[[steps]]
name = "compile"
run = ["wasm-tools", "parse", "{sources.program}", "--output", "raw.wasm"]
outputs = { module = "raw.wasm" }
[[steps]]
name = "finish"
run = ["wasm-tools", "strip", "--{profile.strip}", "{steps.compile.module}", "--output", "{name}.wasm"]
outputs = { module = "{name}.wasm" }
"""

FORGE = """
format = 1
[components.calculator]
path = "calculator"
language = "toy"
recipe = "toy"
targets = ["web", "wasi"]
exports = ["twice"]
[[components.calculator.smoke]]
call = "twice"
args = [21]
returns = 42
"""

PROGRAM = '(module (func (export "twice") (param i32) (result i32) local.get 0 local.get 0 i32.add))'


def test_a_toy_language_is_one_file(space: Space) -> None:
    space.write({"forge.toml": FORGE, "recipes/toy.toml": RECIPE, "calculator/main.toy": PROGRAM})
    ended = space.run("recipe", "lint", "toy")
    assert ended.exit == 0, ended.said
    assert "toy" in space.run("recipe", "list").said
    ended = space.build()
    assert ended.ran()[-1].startswith("calculator@")
    outcomes = ended.events()[-1]["report"]["outcomes"]
    assert {(o["target"], o["runtime"], o["status"]) for o in outcomes} >= {("wasi", "wasmtime", "passed")}
    assert {o["status"] for o in outcomes} <= {"passed", "skipped"}
    assert "dist/web/calculator/calculator.d.ts".removeprefix("dist/") in space.dist()


def test_a_recipe_of_the_project_comes_before_ours(space: Space) -> None:
    recipe = RECIPE.replace('"toy"', '"wat"', 1).replace("[languages.toy]", "[languages.wat]")
    recipe = recipe.replace("*.toy", "*.wat")
    forge = FORGE.replace('language = "toy"\nrecipe = "toy"', 'language = "wat"')
    space.write({"forge.toml": forge, "recipes/wat.toml": recipe, "calculator/main.wat": PROGRAM})
    which = space.run("recipe", "which", "wat").said.splitlines()
    assert which[0] == str(space.root / "recipes" / "wat.toml")
    assert len(which) == 2
    # the step is the same for both targets, and is done once for whichever comes first
    assert any(label.endswith("/release:finish") for label in space.build("--no-smoke").ran())
