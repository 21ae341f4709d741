"""Recipes with mistakes are refused before anything is built, by `build` and by `recipe lint` alike."""

import pytest

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import WAT, WAT_FORGE, assert_refused

RECIPE = """
format = 1
name = "toy"
toolchain = "wasm-tools"
[languages.toy]
[sources]
module = ["*.wat"]
[[steps]]
name = "parse"
run = ["wasm-tools", "parse", "{sources.module}", "-o", "{name}.wasm"]
outputs = { module = "{name}.wasm" }
"""

RECIPES: dict[str, tuple[str, list[str]]] = {
    "a word that names nothing": (
        RECIPE.replace("{sources.module}", "{sources.modul}"),
        ["recipe toy: steps.parse", "{sources.modul} names nothing"],
    ),
    "a lone brace": (RECIPE.replace('"-o"', '"-o", "{"'), ["recipe toy: steps.parse", "a lone '{'"]),
    "a lone brace in each": (
        RECIPE.replace("run = [", 'each = "{"\nrun = ['),
        ["recipe toy: steps.parse", "a lone '{'"],
    ),
    "an output outside": (
        RECIPE.replace('module = "{name}.wasm" }', 'module = "../{name}.wasm" }'),
        ["recipe toy: steps.parse", "outside"],
    ),
    "an unknown key": (RECIPE + "timeot = 3\n", ["recipes/toy.toml:12: steps.0.timeot: unknown key", "'timeout'?"]),
    "another name": (
        RECIPE.replace('name = "toy"', 'name = "tod"'),
        ["recipes/toy.toml: name: 'tod' in a file named 'toy'", 'hint: write name = "toy"'],
    ),
    "an unknown tool": (RECIPE.replace('["wasm-tools", "parse"', '["wasm-tool", "parse"'), ["'wasm-tool'"]),
    "an unknown toolchain": (
        RECIPE.replace('toolchain = "wasm-tools"', 'toolchain = "wasm-tool"'),
        ["wasm-tool", "hint: did you mean 'wasm-tools'?"],
    ),
    "a timeout that never comes": (RECIPE + "timeout = nan\n", ["timeout"]),
    "no steps": (RECIPE.partition("[[steps]]")[0], ["recipes/toy.toml: 'steps' is missing"]),
}


@pytest.mark.parametrize("case", RECIPES)
def test_a_wrong_recipe_is_refused(project: ProjectFixture, case: str) -> None:
    text, words = RECIPES[case]
    forge = WAT_FORGE.replace('language = "wat"', 'language = "toy"\nrecipe = "toy"')
    project.write({"forge.toml": forge, "hello/hello.wat": WAT, "recipes/toy.toml": text})
    assert_refused(project.run("build"), 2, *words)
    assert_refused(project.run("recipe", "lint", "toy"), 2, *words)
    assert not (project.root / "dist").exists()
    project.write({"recipes/toy.toml": RECIPE})
    project.build()
