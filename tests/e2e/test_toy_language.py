"""Adding a language takes one recipe file and no Python."""

from tests.support.project import ProjectFixture

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


def test_a_toy_language_is_one_file(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "recipes/toy.toml": RECIPE, "calculator/main.toy": PROGRAM})
    ended = project.run("recipe", "lint", "toy")
    assert ended.exit == 0, ended.output
    assert "toy" in project.run("recipe", "list").output
    ended = project.build()
    assert ended.executed()[-1].startswith("calculator@")
    outcomes = ended.events()[-1]["report"]["outcomes"]
    assert {(o["target"], o["runtime"], o["status"]) for o in outcomes} >= {("wasi", "wasmtime", "passed")}
    assert {o["status"] for o in outcomes} <= {"passed", "skipped"}
    assert "dist/web/calculator/calculator.d.ts".removeprefix("dist/") in project.dist()


def test_a_recipe_of_the_project_comes_before_ours(project: ProjectFixture) -> None:
    recipe = RECIPE.replace('"toy"', '"wat"', 1).replace("[languages.toy]", "[languages.wat]")
    recipe = recipe.replace("*.toy", "*.wat")
    forge = FORGE.replace('language = "toy"\nrecipe = "toy"', 'language = "wat"')
    project.write({"forge.toml": forge, "recipes/wat.toml": recipe, "calculator/main.wat": PROGRAM})
    which = project.run("recipe", "which", "wat").output.splitlines()
    assert which[0] == str(project.root / "recipes" / "wat.toml")
    assert len(which) == 2
    # the step is the same for both targets, and is done once for whichever comes first
    assert any(label.endswith("/release:finish") for label in project.build("--no-smoke").executed())
