"""What is broken does not take the place of what was good, and no profile that of another."""

import json
from typing import Any

import pytest

from tests.support.project import ProjectFixture

FORGE = """
format = 1
[components.app]
path = "app"
language = "wat"
exports = ["f"]
targets = ["wasi"]
[[components.app.smoke]]
call = "f"
returns = 1
"""

GOOD = '(module (memory (export "memory") 1) (func $f (export "f") (result i32) i32.const 1))'

BROKEN = GOOD.replace('(export "f")', '(export "g")')

WRONG = GOOD.replace("const 1", "const 2")

CANDIDATE = ".wasmforge/candidate/wasi/app"


def write_project(project: ProjectFixture, wat: str = GOOD, forge: str = FORGE) -> None:
    project.write({"forge.toml": forge, "app/app.wat": wat})


def manifest(project: ProjectFixture, folder: str = "dist") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project.root / folder / "manifest.json").read_text())
    return found


def module(project: ProjectFixture, folder: str = "dist/wasi/app") -> bytes:
    return (project.root / folder / "app.wasm").read_bytes()


def test_a_broken_build_leaves_what_was_delivered_and_lies_beside_it(project: ProjectFixture) -> None:
    write_project(project)
    project.build()
    good = module(project)
    project.write({"app/app.wat": BROKEN})
    ended = project.run("build")
    assert ended.exit == 1
    assert f"Withheld app@wasi  {CANDIDATE}; dist keeps the previous build" in ended.output
    assert f"hint: examine it with `wasmforge inspect {CANDIDATE}/app.wasm`" in ended.output
    assert module(project) == good
    assert module(project, CANDIDATE) != good
    told = manifest(project)
    assert told["artifacts"]["wasi/app"]["contract"] == "holds"
    assert [t["status"] for t in told["artifacts"]["wasi/app"]["smoke"]] == ["passed"]
    assert told["withheld"]["wasi/app"]["folder"] == CANDIDATE
    assert [f["rule"] for f in told["withheld"]["wasi/app"]["findings"]] == ["exports"]
    assert project.run("inspect", f"{CANDIDATE}/app.wasm").exit == 0
    for command in ("check", "smoke"):
        assert project.run(command, "app@wasi").exit == 0
    assert project.run("check", "dist/wasi/app/app.wasm", "--target", "wasi").exit == 0


def test_the_next_good_build_is_delivered_and_the_broken_one_is_gone(project: ProjectFixture) -> None:
    write_project(project)
    project.build()
    project.write({"app/app.wat": BROKEN})
    assert project.run("build").exit == 1
    assert project.run("build").exit == 1, "what is broken is told each time"
    project.write({"app/app.wat": GOOD})
    project.build()
    assert not (project.root / ".wasmforge/candidate").exists()
    assert manifest(project)["withheld"] == {}


def test_nothing_is_in_dist_for_what_was_never_good(project: ProjectFixture) -> None:
    write_project(project, BROKEN)
    ended = project.run("build")
    assert ended.exit == 1
    assert f"{CANDIDATE}; dist has no build of it" in ended.output
    assert [*project.dist()] == ["manifest.json"]
    assert manifest(project)["artifacts"] == {}
    assert [*manifest(project)["withheld"]] == ["wasi/app"]
    ended = project.run("check", "app@wasi")
    assert (ended.exit, "is not built yet" in ended.output) == (2, True)
    assert project.run("clean").exit == 0
    assert not (project.root / CANDIDATE).exists()


def test_what_does_not_load_is_not_delivered_either(project: ProjectFixture) -> None:
    pytest.importorskip("wasmtime")
    write_project(project)
    project.build()
    good = module(project)
    project.write({"forge.toml": FORGE.partition("[[")[0]})
    project.write({"app/app.wat": GOOD[:-1] + ' (func (export "_initialize") unreachable))'})
    ended = project.run("build")
    assert ended.exit == 1, ended.output
    assert f"Withheld app@wasi  {CANDIDATE}; dist keeps the previous build" in ended.output
    assert module(project) == good
    assert [t["status"] for t in manifest(project)["withheld"]["wasi/app"]["loads"]] == ["failed"]


def test_what_fails_its_smoke_test_is_delivered_and_told(project: ProjectFixture) -> None:
    write_project(project)
    project.build()
    project.write({"app/app.wat": WRONG})
    assert project.run("build").exit == 1
    record = manifest(project)["artifacts"]["wasi/app"]
    assert (record["contract"], [t["status"] for t in record["smoke"]]) == ("holds", ["failed"])
    assert manifest(project)["withheld"] == {}


def test_each_profile_has_a_place_of_its_own(project: ProjectFixture) -> None:
    write_project(project)
    project.build()
    release = project.dist()
    project.build("-p", "dev")
    now = project.dist()
    assert {n: b for n, b in now.items() if not n.startswith("dev/")} == release
    assert now["dev/wasi/app/app.wasm"] != release["wasi/app/app.wasm"], "dev keeps names"
    assert manifest(project)["artifacts"]["wasi/app"]["profile"] == "release"
    assert manifest(project, "dist/dev")["artifacts"]["wasi/app"]["profile"] == "dev"
    for profile, due in (("dev", 0), ("release", 0), ("size", 2)):
        for command in ("check", "smoke"):
            ended = project.run(command, "-p", profile)
            assert ended.exit == due, ended.output
    assert "hint: run `wasmforge build app --target wasi --profile size` first" in ended.output
    project.write({"app/app.wat": BROKEN})
    assert project.run("build", "-p", "dev").exit == 1
    assert module(project, ".wasmforge/candidate/dev/wasi/app")


def test_the_projects_own_profile_is_the_one_right_in_dist(project: ProjectFixture) -> None:
    write_project(project, forge=FORGE.replace("format = 1", 'format = 1\n[build]\nprofile = "dev"'))
    project.build()
    project.build("-p", "release")
    assert [*project.dist()] == [
        "manifest.json",
        "release/manifest.json",
        "release/wasi/app/app.wasm",
        "wasi/app/app.wasm",
    ]
    project.write({"forge.toml": FORGE})
    ended = project.run("check")
    assert ended.exit == 2
    assert "app@wasi: is built with profile 'dev', not 'release'" in ended.output


def test_a_target_is_not_called_like_a_profile(project: ProjectFixture) -> None:
    write_project(project)
    target = 'format = 1\nname = "dev"\nfeatures = { permitted = [] }\nruntimes = []\nrecipes = { wat = "wat" }\n'
    project.write({"targets/dev.toml": f'{target}delivers = ["module"]\n'})
    ended = project.run("build")
    assert ended.exit == 2
    assert "'dev' is the name of a profile" in ended.output


def test_a_module_that_was_changed_since_is_judged_as_it_is_and_told(project: ProjectFixture) -> None:
    write_project(project)
    project.build()
    path = project.root / "dist/wasi/app/app.wasm"
    path.write_bytes(path.read_bytes() + b"\0\4\3abc")
    for command in ("check", "smoke"):
        ended = project.run(command)
        assert ended.exit == 0
        assert "Differs app@wasi  app.wasm changed since the build" in ended.output
    project.build()
    assert "Differs" not in project.run("check").output
