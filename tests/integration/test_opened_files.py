"""What is said to be used is what is really opened: Python's own audit events are the witness."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

import wasmforge
from wasmforge import process
from wasmforge.config import bundled
from wasmforge.toolchains.origins import ORIGINS
from wasmforge.toolchains.python_imports import closure

PACKAGE = Path(wasmforge.__file__).parent

WATCH = """
import atexit, json, os, sys
seen = set()
EVENTS = ("open", "os.listdir", "os.scandir")
def hook(event, words):
    if event in EVENTS and words and isinstance(words[0], (str, bytes)):
        seen.add(os.path.abspath(os.fsdecode(words[0])))
sys.addaudithook(hook)
out = sys.argv.pop(1)
def write():
    with open(out, "w") as file:
        json.dump({"opened": sorted(seen)} | extra, file)
atexit.register(write)
extra = {}
"""

COMMAND = (
    WATCH
    + """
import runpy
words = sys.argv[1:]
if words[0] == "-m":
    sys.argv = words[1:]
    runpy.run_module(words[1], run_name="__main__", alter_sys=True)
else:
    sys.argv = words
    runpy.run_path(words[0], run_name="__main__")
"""
)

FIND = (
    WATCH
    + """
from pathlib import Path
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store
from wasmforge.toolchains.resolve import ToolchainResolver
from wasmforge.config import load_catalog
from wasmforge.errors import ForgeError
from wasmforge.model.fingerprint import NotFingerprintableError
from wasmforge.model.manifest import ToolchainChoice
catalog = load_catalog(None)
toolchain, _, kind = sys.argv[2].partition(" from ")
if kind in ("ToyFinder", "Forgetful"):
    from tests.support import toy_origin
    toy_origin.register(catalog, kind)
    kind = "toy"
choices = {toolchain: ToolchainChoice(origin=kind)} if kind else {}
tools = ToolchainResolver(catalog, choices, CacheDirs(), Store(Path(sys.argv[1])), emit=lambda _: None, fetch=False)
asked = set()
for name in ("stat", "lstat"):
    def asking(path, *words, _real=getattr(os, name), **more):
        if isinstance(path, (str, bytes, os.PathLike)):
            asked.add(os.path.abspath(os.fsdecode(path)))
        return _real(path, *words, **more)
    setattr(os, name, asking)
seen.clear()
try:
    tools.toolchain(toolchain)
except ForgeError:
    pass  # it is not here, and finding that out looked at something, too
contents = [path for found in tools._found.values() for path in found.contents]
opened = sorted(seen)
try:
    looked = [path for path, _ in tools.looked_at()]
except NotFingerprintableError:
    looked = None
files = sorted(path for path in asked if not os.path.isdir(path))  # folders are asked for on the way to what is in them
extra.update(opened=opened, asked=files, looked=looked, contents=contents)
"""
)


def watched(folder: Path, code: str, *words: str) -> dict[str, Any]:
    """What a Python of ours opened, and what it says besides."""
    out = folder / "seen.json"
    env = {
        **os.environ,
        "PYTHONPATH": str(PACKAGE.parent),
        "WASMFORGE_CACHE": str(folder / "cache"),
        "TOY_HOME": str(folder / "toy"),
    }
    done = process.run([sys.executable, "-P", "-c", code, str(out), *words], cwd=folder, env=env, timeout=120)
    assert done.ok, done.text
    said: dict[str, Any] = json.loads(out.read_bytes())
    return said


def module(folder: Path) -> str:
    """A small module, with an export."""
    (folder / "m.wat").write_text('(module (memory (export "memory") 1) (func (export "f") (result i32) i32.const 7))')
    words = [str(Path(sys.executable).parent / "wasm-tools"), "parse", "m.wat", "-o", "m.wasm"]
    assert process.run(words, cwd=folder, env={}, timeout=60).ok
    return "m.wasm"


COMMANDS = {
    "es-module": ["-m", "wasmforge.glue", "es-module", "m.wasm", "--host", "web", "--js", "m.js", "--types", "m.d.ts"],
    "package": [
        "-m",
        "wasmforge.glue",
        "package",
        "--name",
        "m",
        "--js",
        "m.js",
        "--types",
        "m.d.ts",
        "--wasm",
        "m.wasm",
        "--out",
        "p.json",
    ],
    "pack": ["-m", "wasmforge.glue", "pack", "--file", "m.wasm", "m.wasm", "--out", "m.tar.gz"],
    "precompile": [str(PACKAGE / "stepcommands/wasmtime_compile.py"), "compile", "-o", "m.cwasm", "m.wasm"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_our_own_commands_open_nothing_of_ours_that_their_identity_leaves_out(tmp_path: Path, command: str) -> None:
    module(tmp_path)
    reached = closure(PACKAGE, ["wasmforge.glue", "wasmforge/stepcommands/wasmtime_compile.py"])
    opened = {source(Path(path)) for path in watched(tmp_path, COMMAND, *COMMANDS[command])["opened"]}
    mine = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in opened
        if path.is_relative_to(PACKAGE) and path.is_file()
    }
    assert "wasmforge/wasm/reader.py" in mine or command in ("package", "pack", "precompile")
    assert mine
    assert mine <= set(reached.files)


def test_what_a_toolchains_file_starts_is_what_the_closure_begins_with() -> None:
    """The commands above are those of toolchains/wasmforge.toml."""
    from wasmforge.config import load_catalog
    from wasmforge.model.toolchain import PythonOrigin
    from wasmforge.toolchains.origins.python import _started

    (origin,) = load_catalog(None).toolchains["wasmforge"].origins
    assert isinstance(origin, PythonOrigin)
    assert list(_started(origin)) == ["wasmforge.glue", "wasmforge/stepcommands/wasmtime_compile.py"]


KINDS = {
    "node from path": "path",
    "wasi-sdk from path": "path",
    "cargo from path": "path",
    "wasm-tools from python": "python",
    "wasmforge from python": "python",
    "wasmtime from python": "python",
    "assemblyscript from npm": "npm",
    "rust from rustup": "rustup",
    "wasi-sdk from container": "container",
    "toy from ToyFinder": "toy",
}


def test_every_kind_of_origin_is_watched() -> None:
    assert set(KINDS.values()) == {*ORIGINS, "toy"}


@pytest.mark.parametrize("name", KINDS)
def test_all_that_finding_a_toolchain_looks_at_is_written_down(tmp_path: Path, name: str) -> None:
    """What is opened, listed or asked for is either noted, or is part of a noted whole; or nothing is remembered."""
    unnoted = unrecorded(tmp_path, name)
    assert not unnoted, unnoted


def test_an_origin_that_forgets_to_say_what_it_read_is_found_out(tmp_path: Path) -> None:
    assert str(tmp_path / "settings") in unrecorded(tmp_path, "toy from Forgetful")


def unrecorded(folder: Path, name: str) -> list[str]:
    """What was looked at and not recorded while a toolchain was looked for."""
    home = folder / "toy"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "toy").write_text("#!/bin/sh\n")
    (home / "VERSION").write_text("3\n")
    (folder / "settings").write_text("")
    said = watched(folder, FIND, str(folder / "store"), name)
    if said["looked"] is None:  # it says that this cannot be told
        return []
    file = str(bundled() / "toolchains" / "wasi-sdk" / "wasi-sdk.toml")  # recorded when the catalog is read
    noted = {file, *said["looked"], *map(os.path.realpath, said["looked"])}
    wholes = [*said["contents"], *(target for whole in said["contents"] for target in leads_to(whole))]
    python = (str(PACKAGE), str(PACKAGE.parent / "tests"), sys.prefix, sys.base_prefix)
    credentials = tuple(str(Path.home() / file) for file in (".dockercfg", ".netrc", "_netrc"))
    """What the engine's SDK asks for; none of it decides which image a name stands for."""
    own = (
        str(folder / "store"),
        str(folder / "cache"),
        f"{tempfile.gettempdir()}/wasmforge-probe-",
        "/dev/null",
        *credentials,
    )
    assert said["looked"]
    return [
        path
        for path in said["opened"] + said["asked"]
        if path not in noted
        and os.path.realpath(path) not in noted
        and not any(below(path, whole) or below(os.path.realpath(path), whole) for whole in wholes)
        and not any(below(path, there) for there in python)
        and not path.startswith(own)
    ]


def leads_to(whole: str) -> list[str]:
    """Where the links in a folder lead to."""
    found = (Path(here) / name for here, folders, names in os.walk(whole) for name in (*folders, *names))
    return [os.path.realpath(each) for each in found if each.is_symlink()]


def below(path: str, folder: str) -> bool:
    return Path(path).is_relative_to(folder)


def source(path: Path) -> Path:
    """The source of what Python compiled."""
    return path.parent.parent / f"{path.name.partition('.')[0]}.py" if path.parent.name == "__pycache__" else path
