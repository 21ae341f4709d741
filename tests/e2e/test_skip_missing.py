"""`build --skip-missing`: what the machine has no toolchain for is left out, said, and not an error."""

from tests.support.project import ProjectFixture

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


def test_without_it_nothing_is_built(project: ProjectFixture) -> None:
    project.write(FILES)
    ended = project.run("build")
    assert ended.exit == 3
    assert "toolchain nope: is not on this machine (path: no nopecc-that-nobody-has on PATH)" in ended.output
    assert "hint: install nopecc" in ended.output
    assert not (project.root / "dist").exists()


def test_what_can_be_built_is_and_the_rest_is_told(project: ProjectFixture) -> None:
    project.write(FILES)
    ended = project.run("build", "--skip-missing")
    assert ended.exit == 0
    assert "Left out absent@wasi" in ended.output
    assert "Left out needy@wasi  needs absent, which is left out" in ended.output
    assert "to build it: install nopecc" in ended.output
    assert "2 left out" in ended.output
    assert [*project.dist()] == ["manifest.json", "wasi/here/here.wasm"]


def test_with_nothing_left_to_build_it_fails(project: ProjectFixture) -> None:
    project.write(FILES)
    ended = project.run("build", "--skip-missing", "needy")
    assert ended.exit == 3
    assert "toolchain nope" in ended.output


def test_who_only_looks_is_told_what_is_missing_and_shown_the_rest(project: ProjectFixture) -> None:
    project.write(FILES)
    plan = project.run("build", "--dry-run")
    assert plan.exit == 0, plan.output
    assert "nope (not here)" in plan.output
    assert "warning: toolchain nope is not on this machine (path: no nopecc-that-nobody-has on PATH)" in plan.output
    assert "hint: install nopecc" in plan.output
    assert "absent@wasi/release:compile" in plan.output
    assert "nope" not in project.run("build", "--dry-run", "here").output
    here, absent = (project.run("explain", f"{name}@wasi/release") for name in ("here", "absent"))
    assert (here.exit, absent.exit) == (0, 0), here.output + absent.output
    assert "never built" in here.output
    assert "absent@wasi/release:compile  unknown\n  the toolchain nope is not on this machine" in absent.output
    graph = project.run("graph", "--actions")
    assert (graph.exit, "nope, not here" in graph.output) == (0, True)


def test_a_dry_run_leaves_out_what_a_build_would(project: ProjectFixture) -> None:
    project.write(FILES)
    plan = project.run("build", "--dry-run", "--skip-missing")
    assert plan.exit == 0, plan.output
    assert "left out: absent@wasi/release  toolchain nope: is not on this machine" in plan.output
    assert "left out: needy@wasi/release  needs absent, which is left out" in plan.output
    assert "absent@wasi/release:compile" not in plan.output
    assert "here@wasi/release" in plan.output


def test_a_lock_names_what_is_here_and_keeps_what_another_machine_said(project: ProjectFixture) -> None:
    project.write(FILES)
    old = '[toolchains.nope.other-machine]\norigin = "path"\nidentity = "nope 1"\n'
    project.write({"forge.lock": f"format = 1\n{old}"})
    ended = project.run("lock")
    assert ended.exit == 0, ended.output
    assert "forge.lock now names" in ended.output
    assert "warning: toolchain nope is not on this machine" in ended.output
    text = (project.root / "forge.lock").read_text()
    assert "wasm-tools" in text
    assert old in text
    assert project.run("build", "--locked", "here").exit == 0
    assert project.run("build", "--locked", "absent").exit == 3
