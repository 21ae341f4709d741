"""`build --skip-missing`: what the machine has no toolchain for is left out, said, and not an error."""

import pytest

from tests.space import Space

WAT = '(module (func (export "one") (result i32) i32.const 1))'

FILES: dict[str, str | bytes] = {
    "toolchains/nope.toml": """
format = 1
name = "nope"
[[origins]]
kind = "path"
program = "nopecc-that-nobody-has"
tools = { nopecc = ["{program}"] }
fix = "install nopecc"
""",
    "recipes/nope.toml": """
format = 1
name = "nope"
toolchain = "nope"
languages.nope = {}
sources.units = ["*.wat"]
[[steps]]
name = "compile"
run = ["nopecc", "{sources.units}"]
outputs = { module = "{name}.wasm" }
""",
    "src/a.wat": WAT,
    "forge.toml": """
format = 1
[build]
targets = ["wasi"]
[components.here]
path = "src"
language = "wat"
exports = ["one"]
[components.absent]
path = "src"
language = "nope"
recipe = "nope"
exports = ["one"]
[components.needy]
path = "src"
language = "wat"
exports = ["one"]
needs = ["absent"]
""",
}


@pytest.mark.e2e
def test_without_it_nothing_is_built(space: Space) -> None:
    space.write(FILES)
    ended = space.run("build")
    assert ended.exit == 3
    assert "toolchain nope: is not on this machine (path: no nopecc-that-nobody-has on PATH)" in ended.said
    assert "hint: install nopecc" in ended.said
    assert not (space.root / "dist").exists()


@pytest.mark.e2e
def test_what_can_be_built_is_and_the_rest_is_told(space: Space) -> None:
    space.write(FILES)
    ended = space.run("build", "--skip-missing")
    assert ended.exit == 0
    assert "Left out absent@wasi" in ended.said
    assert "Left out needy@wasi  needs absent, which is left out" in ended.said
    assert "to build it: install nopecc" in ended.said
    assert "2 left out" in ended.said
    assert [*space.dist()] == ["manifest.json", "wasi/here/here.wasm"]


@pytest.mark.e2e
def test_with_nothing_left_to_build_it_fails(space: Space) -> None:
    space.write(FILES)
    ended = space.run("build", "--skip-missing", "needy")
    assert ended.exit == 3
    assert "toolchain nope" in ended.said
