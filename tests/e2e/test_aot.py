"""Native code made ahead of time by the real compilers, delivered beside the module, and run by the real runtimes."""

import json
import os
import shutil
from typing import Any

import pytest

from tests.e2e.test_rust import needs
from tests.support import aot_headers
from tests.support.project import ProjectFixture
from wasmforge import process

FORGE = """
format = 1
[components.app]
path = "app"
language = "wat"
kind = "command"
features = ["simd"]
targets = ["wasi", "wamr", "wasmedge"]
options = { aot = true }
[[components.app.smoke]]
stdout = "hello\\n"
exit = 4
"""

# Prints, and ends with what SIMD comes to: 1 + 3.
APP = r"""
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\10\00\00\00\06\00\00\00")
  (data (i32.const 16) "hello\n")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (call $exit (i32x4.extract_lane 2 (i32x4.add (i32x4.splat (i32.const 1)) (v128.const i32x4 0 0 3 0))))))
"""

ORIGINS = pytest.mark.parametrize("origin", ["path", pytest.param("container", marks=pytest.mark.toolchains)])
"""Images are provided by tests/provision; no distribution of today packages both compilers."""


@pytest.fixture
def app(project: ProjectFixture) -> ProjectFixture:
    project.write({"forge.toml": FORGE, "app/app.wat": APP})
    return project


def record(project: ProjectFixture, target: str) -> dict[str, Any]:
    """What dist says of the artifact."""
    said: dict[str, Any] = json.loads((project.root / "dist/manifest.json").read_bytes())["artifacts"][f"{target}/app"]
    return said


def started(project: ProjectFixture, origin: str, image: str, program: str, file: str, *words: str) -> tuple[int, str]:
    """Exit code and output of a runtime that runs a delivered file, here or in its image."""
    dist = project.root / "dist"
    found = shutil.which(program if origin == "path" else "docker")
    if found is None:
        pytest.skip(f"no {program} on PATH, and no docker to start it in {image}")
    inside = ["run", "--rm", "--network", "none", "-v", f"{dist}:/dist:ro", image, program, *words, f"/dist/{file}"]
    done = process.run(
        [found, *([*words, dist / file] if origin == "path" else inside)], timeout=60, env=dict(os.environ)
    )
    return done.exit, done.text


def test_wasmtime_runs_the_module_and_its_native_code(app: ProjectFixture) -> None:
    ended = app.build("--target", "wasi")
    tested = [e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished"]
    assert sorted((t["runtime"], t["status"]) for t in tested) == [("wasmtime", "passed"), ("wasmtime-aot", "passed")]
    said = record(app, "wasi")
    assert [f["role"] for f in said["files"]] == ["module", "aot"]
    assert said["files"][1]["native"].startswith("wasmtime ")
    assert said["toolchains"]["wasmtime"].startswith("wasmtime ")
    seen = app.run("inspect", "dist/wasi/app/app.cwasm")
    assert (seen.exit, "Wasmtime" in seen.output) == (0, True)


def test_native_code_of_another_engine_is_named_and_not_run(app: ProjectFixture) -> None:
    app.build("--target", "wasi", "--no-smoke")
    file = app.root / "dist/wasi/app/app.cwasm"
    file.write_bytes(aot_headers.wasmtime("7"))
    ended = app.run("smoke", "--target", "wasi")
    assert ended.exit == 1
    words = " ".join(ended.output.split())
    assert "app.cwasm is not native code that a build here made, so it is not run" in words
    assert "build again" in words


def test_native_code_that_was_tampered_with_fails_and_nothing_breaks(app: ProjectFixture) -> None:
    app.build("--target", "wasi", "--no-smoke")
    file = app.root / "dist/wasi/app/app.cwasm"
    file.write_bytes(file.read_bytes()[:-64])
    ended = app.run("smoke", "--target", "wasi")
    assert (ended.exit, "Traceback" in ended.output) == (1, False)


def test_targets_that_have_no_such_compiler_do_without(app: ProjectFixture) -> None:
    lib = '\n[components.lib]\npath = "lib"\nlanguage = "wat"\nexports = ["one"]\ntargets = ["wasi", "node"]\n'
    app.write({"forge.toml": FORGE + lib + "options = { aot = true }\n"})
    app.write({"lib/lib.wat": '(module (func (export "one") (result i32) i32.const 1))'})
    ended = app.build("lib")
    assert [label for label in ended.executed() if "aot" in label] == ["lib@wasi/release:wasmtime-aot"]


def test_without_the_option_there_is_none(app: ProjectFixture) -> None:
    app.write({"forge.toml": FORGE.replace("aot = true", "")})
    ended = app.build("--target", "wasi")
    assert not [label for label in ended.executed() if "aot" in label]
    assert [f["role"] for f in record(app, "wasi")["files"]] == ["module"]


def test_a_compiler_that_is_missing_is_named_with_what_fixes_it(app: ProjectFixture) -> None:
    """Every origin of `wamr` is taken away; nothing is left out unless that is asked for."""
    toolchain = 'format = 1\nname = "wamr"\n[[origins]]\nkind = "path"\nprogram = "wamrc-of-nobody"\n'
    toolchain += 'tools = { wamrc = ["{program}"] }\nfix = "wasmforge toolchain build wamr"\n'
    app.write({"toolchains/wamr.toml": toolchain})
    ended = app.run("build", "--target", "wamr", "--target", "wasi")
    assert (ended.exit, "wasmforge toolchain build wamr" in ended.output) == (3, True)
    ended = app.run("build", "--target", "wamr", "--target", "wasi", "--skip-missing")
    assert (ended.exit, "Left out app@wamr" in ended.output) == (0, True), ended.output
    assert (app.root / "dist/wasi/app/app.cwasm").is_file()


@ORIGINS
def test_wasmedge_runs_what_it_compiled(app: ProjectFixture, origin: str) -> None:
    needs(app, "wasmedge", origin=origin)
    app.build("--target", "wasmedge")
    assert record(app, "wasmedge")["files"][1]["native"].startswith("wasmedge ")
    for mode in (("--run-mode", "aot"), ()):
        assert started(app, origin, "wasmforge/wasmedge", "wasmedge", "wasmedge/app/app.so", *mode) == (4, "hello\n")


@ORIGINS
def test_iwasm_runs_what_wamrc_compiled(app: ProjectFixture, origin: str) -> None:
    needs(app, "wamr", origin=origin)
    app.build("--target", "wamr")
    assert record(app, "wamr")["files"][1]["native"].startswith("wamr 6 for ")
    seen = json.loads(app.run("inspect", "dist/wamr/app/app.aot", "-o", "json").output)
    assert seen["native"]["needs"] == ["simd"]
    for name in ("app.aot", "app.wasm"):
        assert started(app, origin, "wasmforge/wamr", "iwasm", f"wamr/app/{name}") == (4, "hello\n")


@pytest.mark.toolchains
def test_wamrc_makes_code_for_another_machine(app: ProjectFixture) -> None:
    app.write(
        {
            "forge.toml": FORGE.replace(
                "aot = true", 'aot = true, aot-target = "thumbv7em", aot-cpu = "cortex-m4"'
            ).replace('features = ["simd"]', ""),
            "app/app.wat": '(module (memory (export "memory") 1) (func (export "_start")))',
        }
    )
    needs(app, "wamr", origin="container")
    app.build("--target", "wamr", "--no-smoke")
    assert record(app, "wamr")["files"][1]["native"].startswith("wamr 6 for thumbv7em")


def test_a_check_of_native_code_says_what_it_is(project: ProjectFixture) -> None:
    project.write({"a.aot": aot_headers.wamr()})
    ended = project.run("check", "--target", "wamr", "a.aot")
    assert ended.exit != 0
    assert "native code (wamr 6 for x86_64)" in " ".join(ended.output.split())
