"""The command line itself: help, versions, words that name nothing, streams that end, and every page it can show."""

import json
import os
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.toy import refused, wat
from tests.space import Space
from wasmforge import process

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]

COMMANDS = [
    "build", "check", "smoke", "inspect", "explain", "doctor", "schema", "clean", "graph", "ci-matrix",
    "cache", "cache stats", "cache verify", "cache prune",
    "recipe", "recipe list", "recipe show", "recipe which", "recipe lint",
    "toolchain", "toolchain list", "toolchain show", "target", "target list", "target show",
]  # fmt: skip


def shell(space: Space, script: str, **env: str) -> process.Done:
    """A shell script in which $W is wasmforge."""
    known = {**os.environ, "W": f"{sys.executable} -m wasmforge", "WASMFORGE_CACHE": str(space.cache), **env}
    return process.run(["/bin/sh", "-c", script], cwd=space.root, env=known, timeout=120)


def test_help_of_every_command(space: Space) -> None:
    ended = space.run("--help")
    assert "..." not in ended.said.partition("Commands:")[2], "what a command does is told in a line"
    assert ended.exit == 0
    assert space.run().said == ended.said
    for command in COMMANDS:
        assert command.split()[0] in ended.said
    program = (
        "from wasmforge.cli.run import run; import sys; sys.exit(any(run([*c.split(), '-h']) for c in sys.argv[1:]))"
    )
    done = process.run([sys.executable, "-c", program, *COMMANDS], env=os.environ, timeout=120)
    assert done.ok, done.text
    assert done.text.count("Usage: wasmforge") == len(COMMANDS)
    assert "Traceback" not in done.text


def test_version(space: Space) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert space.run("--version").said == f"wasmforge {project['version']}\n"


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
def test_words_that_name_nothing(space: Space, args: list[str], words: list[str]) -> None:
    wat(space)
    refused(space.run(*args), 2, *words)
    assert not (space.root / "dist").exists()


def test_readers_that_go_away_and_streams_that_are_full(space: Space) -> None:
    wat(space)
    for command in ("build", "build -o json", "recipe which zig", "recipe show zig", "--help"):
        done = shell(space, f"$W {command} 2>aside | head -1")
        assert done.text.count("\n") == 1, done.text
        aside = (space.root / "aside").read_text()
        assert "Traceback" not in aside
        assert "Exception ignored" not in aside
        done = shell(space, f"$W {command} > /dev/full")
        assert done.exit == 3, done.text
        assert "no space left on device" in done.text.lower()
        assert "Exception ignored" not in done.text
    assert shell(space, "$W build >&- 2>&-").exit == 0


def test_color_only_where_it_is_wanted(space: Space) -> None:
    wat(space)
    assert "\x1b" not in space.run("recipe", "list").said
    assert "\x1b[" in space.run("recipe", "list", "--color", "always", NO_COLOR="1").said
    if shutil.which("script"):
        script = 'script -qec "$W target list" /dev/null'
        assert "\x1b[" in shell(space, script, TERM="xterm", NO_COLOR="").text
        assert "\x1b[" not in shell(space, script, TERM="xterm", NO_COLOR="1").text


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_with_few_letters(space: Space, encoding: str) -> None:
    wat(space)
    for args in (("build",), ("recipe", "list"), ("target", "list"), ("build", "-o", "json")):
        ended = space.run(*args, PYTHONIOENCODING=encoding)
        assert ended.exit == 0, ended.said


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


def test_our_own_files_fit_our_schemas(space: Space) -> None:
    files = {
        "forge": [ROOT / "forge.toml"],
        "recipe": [*(ROOT / "recipes").glob("*.toml"), *(ROOT / "recipes" / "passes").glob("*.toml")],
        "toolchain": [*(ROOT / "toolchains").rglob("*.toml")],
        "target": [*(ROOT / "wasmforge" / "targets").glob("*.toml")],
    }
    for kind, paths in files.items():
        schema = json.loads(space.run("schema", kind).said)
        defs = schema["$defs"]
        for path in paths:
            value = tomllib.loads(path.read_text())
            assert conforms(value, schema, defs), path
            assert not conforms({**value, "no-such-key": 1}, schema, defs), path
            assert not conforms({**value, "format": "one"}, schema, defs), path


def test_recipes(space: Space) -> None:
    listed = space.run("recipe", "list").said
    assert all(name in listed for name in ("zig", "assemblyscript", "wat"))
    assert "compile-cxx" in space.run("recipe", "show", "zig").said
    assert space.run("recipe", "which", "es-module").said.strip().endswith("recipes/passes/es-module.toml")
    ended = space.run("recipe", "lint")
    assert ended.exit == 0, ended.said
    assert ended.said.endswith("no mistakes\n")


def test_toolchains_and_targets(space: Space) -> None:
    names = {t["toolchain"] for t in json.loads(space.run("toolchain", "list", "-o", "json").said)}
    assert names >= {"zig", "wasm-tools", "node", "assemblyscript", "wasmforge"}
    assert "ziglang" in space.run("toolchain", "show", "zig").said
    listed = space.run("target", "list").said
    assert all(name in listed for name in ("web", "node", "wasi"))
    assert "relaxed-simd" in space.run("target", "show", "wasi").said


def test_doctor(space: Space) -> None:
    ended = space.run("doctor", "-o", "json")
    checks = {c["what"]: c for c in json.loads(ended.said)}
    assert checks["forge.toml"]["status"] == "absent"
    assert checks["cache"]["status"] == "ok"
    assert ended.exit == 0
    wat(space)
    assert space.run("doctor").exit == 0
    space.write({"forge.toml": "format = 1\n[components.x]\npath = 'nowhere'\nlanguage = 'wat'\n"})
    refused(space.run("doctor"), 3, "components.x.path", "no such folder")


def test_a_toolchain_that_is_not_there(space: Space) -> None:
    wat(space)
    origin = '[[origins]]\nkind = "path"\nprogram = "no-such-program"\nfix = "make one"\n'
    origin += 'tools = { wasm-tools = ["{program}"] }\n'
    space.write({"toolchains/wasm-tools.toml": f'format = 1\nname = "wasm-tools"\n{origin}'})
    words = ["toolchain wasm-tools: is not on this machine", "no no-such-program on PATH", "hint: make one"]
    refused(space.run("build"), 3, *words)
    refused(space.run("doctor"), 3, "no no-such-program on PATH", "make one")
    assert space.run("toolchain", "list").exit == 0
