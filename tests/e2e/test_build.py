"""Builds from end to end: what comes out, what is done again, and what is left alone."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import WAT_FORGE, WRITE_MODULE, write_toys, write_wat_project
from wasmforge import process

SAMPLES = Path(__file__).parents[2] / "samples"

WEB = """
format = 1
[build]
targets = ["web", "wasi"]
[components.hello]
path = "hello"
language = "wat"
exports = ["gcd", "fib"]
[[components.hello.smoke]]
call = "gcd"
args = [1071, 462]
returns = 21
"""


def web(project: ProjectFixture) -> None:
    """The sample hello for two targets."""
    project.write({"forge.toml": WEB})
    shutil.copytree(SAMPLES / "hello", project.root / "hello")


def mtimes(project: ProjectFixture) -> dict[Path, int]:
    """When each file and folder of dist was written, in nanoseconds."""
    return {p: p.lstat().st_mtime_ns for p in (project.root / "dist").rglob("*")}


def test_what_a_build_delivers_and_that_a_second_does_nothing(project: ProjectFixture) -> None:
    web(project)
    first = project.build()
    events = [e["event"] for e in first.events()]
    assert events[:2] == ["SandboxChosen", "BuildStarted"]
    assert events[-1] == "Finished"
    assert events.count("Delivered") == events.count("ContractHolds") == 2
    assert events.count("SmokeFinished") == 3
    dist = project.dist()
    assert set(dist) == {
        "manifest.json",
        "wasi/hello/hello.wasm",
        *(f"web/hello/{name}" for name in ("hello.wasm", "hello.js", "hello.d.ts", "package.json")),
    }
    record = json.loads(dist["manifest.json"])["artifacts"]["web/hello"]
    assert record["contract"] == "holds"
    assert [f["size"] for f in record["files"]] == [len(dist[f"web/hello/{f['name']}"]) for f in record["files"]]
    assert [t["status"] for t in record["smoke"]] == ["passed", "passed"]
    assert record["exports"] == ["gcd", "fib"]
    before = mtimes(project)
    (project.root / "hello" / "src" / "hello.wat").touch()
    second = project.build()
    assert second.executed() == []
    assert second.events()[-1]["report"]["cached"] == first.events()[1]["actions"]
    assert mtimes(project) == before


def test_equal_actions_of_two_targets_run_once_or_give_the_same(project: ProjectFixture) -> None:
    web(project)
    assert project.run("build", "--target", "web").exit == 0
    ended = project.build("--target", "wasi")
    assert ended.executed() == []
    assert project.dist()["wasi/hello/hello.wasm"] == project.dist()["web/hello/hello.wasm"]


def test_what_somebody_did_to_dist_is_put_right(project: ProjectFixture) -> None:
    web(project)
    project.build()
    before, folder = project.dist(), project.root / "dist" / "web" / "hello"
    (folder / "hello.js").write_text("nonsense")
    (folder / "hello.wasm").unlink()
    (folder / "more").mkdir()
    shutil.rmtree(project.root / "dist" / "wasi")
    (project.root / "dist" / "manifest.json").unlink()
    assert project.build().executed() == []
    assert project.dist() == before
    shutil.rmtree(folder)
    folder.symlink_to(project.root / "hello")
    assert project.build().executed() == []
    assert project.dist() == before
    assert (project.root / "hello" / "src" / "hello.wat").exists()


def test_the_es_module_opens_in_node_with_plain_import(project: ProjectFixture) -> None:
    web(project)
    project.build("--target", "web")
    script = 'import { gcd, fib } from "./dist/web/hello/hello.js"; console.log(gcd(1071, 462), fib(10))'
    done = process.run(["/usr/bin/env", "node", "--input-type=module", "-e", script], cwd=project.root, timeout=60)
    if done.exit == 127:
        pytest.skip("no node on PATH")
    assert done.text == "21 55n\n"


def test_profiles(project: ProjectFixture) -> None:
    write_wat_project(project)
    project.build()
    release = project.dist()["wasi/hello/hello.wasm"]
    project.write({"hello/hello.wat": '(module (func $name (export "f") (result i32) i32.const 42))'})
    project.build("--profile", "dev")
    assert b"name" in project.dist()["dev/wasi/hello/hello.wasm"]
    assert json.loads(project.dist()["dev/manifest.json"])["artifacts"]["wasi/hello"]["profile"] == "dev"
    project.build("--profile", "size")
    assert project.dist()["size/wasi/hello/hello.wasm"] == project.dist()["wasi/hello/hello.wasm"] == release
    assert project.run("build", "--profile", "fast").exit == 2


def test_needs_are_built_first_and_laid_beside_the_sources(project: ProjectFixture) -> None:
    write_toys(project, {"user": "cp needs/base/base.wasm $1; printf '\\000\\004\\003two' >> $1", "base": WRITE_MODULE})
    forge = (project.root / "forge.toml").read_text()
    project.write({"forge.toml": forge.replace('path = "user"', 'path = "user"\nneeds = ["base"]')})
    every = [f"{name}@wasi/release:{step}" for name in ("base", "user") for step in ("build", "strip")]
    assert project.build("user").executed() == every
    assert project.dist()["wasi/user/user.wasm"].endswith(b"two")
    write_toys(project, {"user": (project.root / "user/build.sh").read_text(), "base": f"# the same\n{WRITE_MODULE}"})
    project.write({"forge.toml": forge.replace('path = "user"', 'path = "user"\nneeds = ["base"]')})
    assert project.build().executed() == ["base@wasi/release:build"]


IMPORTS = '(module (import "env" "log" (func)) (func (export "f") (result i32) i32.const 42))'


def test_a_broken_contract_and_a_waived_one(project: ProjectFixture) -> None:
    write_wat_project(project)
    project.write({"hello/hello.wat": IMPORTS})
    ended = project.run("build")
    assert ended.exit == 1
    assert "Broken hello@wasi" in ended.output
    assert [*json.loads(project.dist()["manifest.json"])["withheld"]] == ["wasi/hello"]
    waive = 'waive = [{ rule = "imports", item = "env.log", because = "the host logs" }]\n'
    project.write({"forge.toml": WAT_FORGE + waive})
    ended = project.run("build")
    assert ended.exit == 0, ended.output
    assert "because: the host logs" in ended.output
    assert json.loads(project.dist()["manifest.json"])["artifacts"]["wasi/hello"]["contract"] == "waived"


def test_a_smoke_test_that_fails(project: ProjectFixture) -> None:
    write_wat_project(project)
    project.write({"forge.toml": WAT_FORGE + '[[components.hello.smoke]]\ncall = "f"\nreturns = 41\n'})
    for args in (("build",), ("smoke",), ("build",)):
        ended = project.run(*args)
        assert ended.exit == 1, ended.output
        assert "41" in ended.output
        assert "42" in ended.output
    assert project.run("build", "--no-smoke").exit == 0
    assert project.run("check").exit == 0


def test_dry_run_writes_nothing(project: ProjectFixture) -> None:
    web(project)
    before = sorted(project.root.rglob("*"))
    ended = project.run("build", "--dry-run")
    assert ended.exit == 0, ended.output
    assert "wasm-tools parse src/hello.wat" in ended.output
    assert "nothing was run" in ended.output
    (plan,) = (json.loads(line) for line in project.run("build", "--dry-run", "-o", "json").output.splitlines())
    assert set(plan["tools"]) == {"wasm-tools", "wasmforge"}
    assert "never built" in project.run("explain", "hello@web").output
    assert sorted(project.root.rglob("*")) == before


def test_plain_output_fits_100_columns_and_knows_no_colors(project: ProjectFixture) -> None:
    web(project)
    ended = project.run("build")
    assert "\x1b" not in ended.output
    *lines, last = ended.output.splitlines()
    assert max(map(len, lines)) <= 100
    told = "1 component, 2 targets: built 4 actions, 2 from the store, 2 contracts hold, 2 load, 3 smoke tests passed"
    assert last.startswith(told)
    assert "\x1b[" in project.run("build", "--color", "always").output


def test_check_smoke_inspect_and_clean(project: ProjectFixture) -> None:
    web(project)
    ended = project.run("check")
    assert ended.exit == 2
    assert "hello@web: is not built yet" in ended.output
    assert "hint: run `wasmforge build hello --target web` first" in ended.output
    project.build()
    assert "2 contracts hold" in project.run("check").output
    assert "1 contract holds" in project.run("check", "hello", "--target", "web").output
    assert "3 smoke tests passed" in project.run("smoke").output
    ended = project.run("inspect", "dist/web/hello/hello.wasm", "-o", "json")
    assert [e["name"] for e in json.loads(ended.output)["module"]["exports"]] == ["gcd", "fib"]
    project.write({"dist/web/hello/hello.wasm": b"\0asm\1\0\0\0"})
    ended = project.run("check")
    assert ended.exit == 1
    assert "gcd" in ended.output
    ended = project.run("clean")
    assert ended.exit == 0
    assert sorted(p.name for p in project.root.iterdir()) == ["forge.toml", "hello"]
    assert project.run("clean").output == ""


def test_members_from_everywhere(project: ProjectFixture) -> None:
    write_wat_project(project)
    project.write(
        {
            "forge.toml": WAT_FORGE.replace("format = 1", 'format = 1\nmembers = ["parts/*"]'),
            "parts/one/forge.toml": 'format = 1\n[components.one]\npath = "src"\nlanguage = "wat"\nexports = ["f"]\n',
        }
    )
    shutil.copytree(project.root / "hello", project.root / "parts" / "one" / "src")
    for cwd, args in (("parts/one/src", ()), ("hello", ()), (".", ("-C", "parts/one"))):
        ended = project.run("build", "-o", "json", *args, cwd=cwd)
        assert ended.exit == 0, ended.output
        assert set(project.dist()) == {"manifest.json", "wasi/hello/hello.wasm", "wasi/one/one.wasm"}
    assert not (project.root / "parts" / "one" / "dist").exists()
