"""The command line itself: help, versions, words that name nothing, streams that end, and every page it can show."""

import json
import os
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import assert_refused, write_wat_project
from wasmforge import process
from wasmforge.model.catalog_kinds import KINDS

ROOT = Path(__file__).parents[2]

COMMANDS = [
    "build", "check", "smoke", "inspect", "explain", "doctor", "schema", "clean", "graph", "ci-matrix", "fetch",
    "cache", "cache stats", "cache verify", "cache prune",
    "recipe", "recipe list", "recipe show", "recipe which", "recipe lint",
    "toolchain", "toolchain list", "toolchain show", "target", "target list", "target show",
]  # fmt: skip


def shell(project: ProjectFixture, script: str, **env: str) -> process.ProcessResult:
    """A shell script in which $W is wasmforge."""
    known = {**os.environ, "W": f"{sys.executable} -m wasmforge", "WASMFORGE_CACHE": str(project.cache), **env}
    return process.run(["/bin/sh", "-c", script], cwd=project.root, env=known, timeout=120)


def test_help_of_every_command(project: ProjectFixture) -> None:
    ended = project.run("--help")
    assert "..." not in ended.output.partition("Commands:")[2], "what a command does is told in a line"
    assert ended.exit == 0
    assert project.run().output == ended.output
    for command in COMMANDS:
        assert command.split()[0] in ended.output
    program = (
        "from wasmforge.cli.main import run; import sys; sys.exit(any(run([*c.split(), '-h']) for c in sys.argv[1:]))"
    )
    done = process.run([sys.executable, "-c", program, *COMMANDS], env=os.environ, timeout=120)
    assert done.ok, done.text
    assert done.text.count("Usage: wasmforge") == len(COMMANDS)
    assert "Traceback" not in done.text


def test_version(project: ProjectFixture) -> None:
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project.run("--version").output == f"wasmforge {metadata['version']}\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["biuld"], ["'biuld'", "build", "hint: see `wasmforge --help`"]),
        (["build", "--profil", "dev"], ["--profil", "--profile", "hint: see `wasmforge build --help`"]),
        (["build", "-j", "many"], ["--jobs", "integer"]),
        (["build", "-j", "-1"], ["--jobs", "0"]),
        (["build", "-o", "yaml"], ["yaml", "json"]),
        (["build", "helo"], ["unknown component 'helo'", "hint: did you mean 'hello'?"]),
        (["build", "--target", "wsai"], ["unknown target 'wsai'", "hint: did you mean 'wasi'?"]),
        (
            ["build", "hello", "--target", "web"],
            ["components.hello: is not built for web", "hint: it is built for: wasi"],
        ),
        (["build", "--profile", "relase"], ["unknown profile 'relase'", "hint: did you mean 'release'?"]),
        (["build", "-C", "nowhere"], ["-C nowhere: no such folder"]),
        (["explain", "helo@wasi"], ["no action has the label 'helo@wasi'", "hint: "]),
        (["explain", "nothing-like-it"], ["no action has the label", "hint: known: hello@wasi/release\n"]),
        (["explain"], ["label", "hint: see `wasmforge explain --help`"]),
        (["recipe", "show", "zgi"], ["unknown recipe 'zgi'", "hint: did you mean 'zig'?"]),
        (["recipe", "which", "zgi"], ["unknown recipe 'zgi'"]),
        (["recipe", "lint", "zgi"], ["unknown recipe 'zgi'"]),
        (["toolchain", "show", "zgi"], ["unknown toolchain 'zgi'", "hint: did you mean 'zig'?"]),
        (["target", "show", "wbe"], ["unknown target 'wbe'", "hint: did you mean 'web'?"]),
        (["schema", "forg"], ["forg"]),
    ],
)
def test_words_that_name_nothing(project: ProjectFixture, args: list[str], words: list[str]) -> None:
    write_wat_project(project)
    assert_refused(project.run(*args), 2, *words)
    assert not (project.root / "dist").exists()


def test_readers_that_go_away_and_streams_that_are_full(project: ProjectFixture) -> None:
    write_wat_project(project)
    for command in ("build", "build -o json", "recipe which zig", "recipe show zig", "--help"):
        done = shell(project, f"$W {command} 2>aside | head -1")
        assert done.text.count("\n") == 1, done.text
        aside = (project.root / "aside").read_text()
        assert "Traceback" not in aside
        assert "Exception ignored" not in aside
        done = shell(project, f"$W {command} > /dev/full")
        assert done.exit == 3, done.text
        assert "no space left on device" in done.text.lower()
        assert "Exception ignored" not in done.text
    assert shell(project, "$W build >&- 2>&-").exit == 0


def test_color_only_where_it_is_wanted(project: ProjectFixture) -> None:
    write_wat_project(project)
    assert "\x1b" not in project.run("recipe", "list").output
    assert "\x1b[" in project.run("recipe", "list", "--color", "always", NO_COLOR="1").output
    if shutil.which("script"):
        script = 'script -qec "$W target list" /dev/null'
        assert "\x1b[" in shell(project, script, TERM="xterm", NO_COLOR="").text
        assert "\x1b[" not in shell(project, script, TERM="xterm", NO_COLOR="1").text


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_with_few_letters(project: ProjectFixture, encoding: str) -> None:
    write_wat_project(project)
    for args in (("build",), ("recipe", "list"), ("target", "list"), ("build", "-o", "json")):
        ended = project.run(*args, PYTHONIOENCODING=encoding)
        assert ended.exit == 0, ended.output


def conforms(value: Any, schema: dict[str, Any], defs: dict[str, Any]) -> bool:
    """Whether a value fits a JSON Schema, as far as our schemas go."""
    if "$ref" in schema:
        return conforms(value, defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema:
        return any(conforms(value, s, defs) for s in schema["anyOf"])
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds: dict[str, Any] = {
        "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
        "null": type(None),
    }  # fmt: skip
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (kind != "boolean" and isinstance(value, bool))):
        return False
    if isinstance(value, list):
        return all(conforms(v, schema.get("items", {}), defs) for v in value)
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        rest = [v for k, v in value.items() if k not in known]
        if not all(k in value for k in schema.get("required", [])) or (more is False and rest):
            return False
        return all(conforms(v, known[k], defs) for k, v in value.items() if k in known) and all(
            conforms(v, more, defs) for v in rest
        )
    return True


def test_our_own_files_fit_our_schemas(project: ProjectFixture) -> None:
    files = {"forge": [ROOT / "forge.toml"]}
    for each in KINDS:
        own = ROOT / each.folder
        files[each.name] = [
            *own.glob("*.toml"),
            *(path for path in own.glob("*/*.toml") if path.stem == path.parent.name),
        ]
    for kind, paths in files.items():
        assert paths, kind
        schema = json.loads(project.run("schema", kind).output)
        defs = schema["$defs"]
        for path in paths:
            value = tomllib.loads(path.read_text())
            assert conforms(value, schema, defs), path
            assert not conforms({**value, "no-such-key": 1}, schema, defs), path
            assert not conforms({**value, "format": "one"}, schema, defs), path


def test_recipes(project: ProjectFixture) -> None:
    listed = project.run("recipe", "list").output
    assert all(name in listed for name in ("zig", "assemblyscript", "wat"))
    assert "compile-cxx" in project.run("recipe", "show", "zig").output
    assert project.run("recipe", "which", "es-module").output.strip().endswith("recipes/passes/es-module.toml")
    ended = project.run("recipe", "lint")
    assert ended.exit == 0, ended.output
    assert ended.output.endswith("no mistakes\n")


def test_toolchains_and_targets(project: ProjectFixture) -> None:
    names = {t["toolchain"] for t in json.loads(project.run("toolchain", "list", "-o", "json").output)}
    assert names >= {"zig", "wasm-tools", "node", "assemblyscript", "wasmforge"}
    assert "ziglang" in project.run("toolchain", "show", "zig").output
    listed = project.run("target", "list").output
    assert all(name in listed for name in ("web", "node", "wasi"))
    assert "relaxed-simd" in project.run("target", "show", "wasi").output


def test_doctor(project: ProjectFixture) -> None:
    ended = project.run("doctor", "-o", "json")
    checks = {c["what"]: c for c in json.loads(ended.output)}
    assert checks["forge.toml"]["status"] == "absent"
    assert checks["cache"]["status"] == "ok"
    assert ended.exit == 0
    write_wat_project(project)
    assert project.run("doctor").exit == 0
    project.write({"forge.toml": "format = 1\n[components.x]\npath = 'nowhere'\nlanguage = 'wat'\n"})
    assert_refused(project.run("doctor"), 3, "components.x.path", "no such folder")


def test_a_toolchain_that_is_not_there(project: ProjectFixture) -> None:
    write_wat_project(project)
    origin = '[[origins]]\nkind = "path"\nprogram = "no-such-program"\nfix = "make one"\n'
    origin += 'tools = { wasm-tools = ["{program}"] }\n'
    project.write({"toolchains/wasm-tools.toml": f'format = 1\nname = "wasm-tools"\n{origin}'})
    words = ["toolchain wasm-tools: is not on this machine", "no no-such-program on PATH", "hint: make one"]
    assert_refused(project.run("build"), 3, *words)
    assert_refused(project.run("doctor"), 3, "no no-such-program on PATH", "make one")
    assert project.run("toolchain", "list").exit == 0
