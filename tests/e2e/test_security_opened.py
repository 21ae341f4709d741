"""What the tools really open, as the system tells (strace): their action's directory, their toolchain, and what every
program on the machine opens.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.e2e.test_rust import CDYLIB, CRATE, LOCK, needs
from tests.e2e.test_security_inputs import CMAKE
from tests.support.project import ProjectFixture
from wasmforge import process

TOOLS = pytest.mark.toolchains

DRIVER = """
import json, shutil, sys
from pathlib import Path
from wasmforge.runner import launch

logs, strace, start = Path(sys.argv.pop(1)), shutil.which("strace"), launch.real_argv

def traced(action, kit):
    if action.network:
        return start(action, kit)
    log = logs / str(len(list(logs.glob("*.json"))))
    about = {"label": action.label, "allowed": [*kit.contents, *kit.links.values(), kit.cache or ""]}
    log.with_suffix(".json").write_text(json.dumps(about))
    words = ("-f", "-qq", "-y", "-e", "trace=open,openat,openat2,execve,execveat", "-o", f"{log}.log", "--")
    return (strace, *words, *start(action, kit))

launch.real_argv = traced
from wasmforge.__main__ import main
sys.argv[0] = "wasmforge"
main()
"""
"""Runs wasmforge with every action's command under strace, but for those that fetch."""

OPENED = re.compile(r"^\d+ +open\w*\((?P<words>.*)\) += \d+<(?P<path>/[^>]*)>")

STARTED = re.compile(r'^\d+ +execve(?:at)?\([^"]*"(?P<path>/[^"]*)".* = 0$')

SYSTEM = {
    r"/(dev|proc|sys)/.*": "the kernel's",
    r"/etc/ld\.so\.(cache|preload)": "where libraries are",
    r".*\.so(\.\d+)*": "libraries, whose bytes are in the identity of the program that is linked with them",
    r"/usr/(lib|share)/locale/.*|/etc/locale\.alias": "locale",
    r".*/gconv-modules\.cache|/etc/localtime|/usr/share/zoneinfo/.*": "character sets and time zone",
    r"/etc/gitconfig|/etc/ssl/certs/.*": "cargo reads at its start how it would fetch; commands that compile cannot",
    r".*/ssl/openssl\.cnf": "Node.js reads it at its start; what is compiled needs no TLS",
    r".*/lib/python3[^/]*/.*|.*/pyvenv\.cfg|.*/bin/python3?[.\d]*": "Python and its library",
    r"/(usr/)?bin/(da|ba)?sh": "the shell, which scripts name in their first line",
    r"/usr/lib/([^/]*linux[^/]*/)?(lib[\w+]+\.(so|a)|\w*crt\w*\.o)": "what cc links build scripts with: C library",
    r"/usr/lib/gcc/.*": "what cc links build scripts with: its own library",
}
"""What programs open that is none of theirs, and why that may be."""


def opened(project: ProjectFixture) -> dict[str, list[str]]:
    """Build under strace; for each action the files that it opened outside its directory and its toolchain."""
    logs = project.root.parent / "logs"
    logs.mkdir()
    (project.root.parent / "driver.py").write_text(DRIVER)
    argv = [sys.executable, str(project.root.parent / "driver.py"), str(logs), "build", "-j1"]
    env = {**os.environ, "WASMFORGE_CACHE": str(project.cache), "WASMFORGE_SANDBOX": "off"}
    done = process.run(argv, cwd=project.root, env=env, timeout=900)
    assert done.ok, done.text
    found: dict[str, list[str]] = {}
    for about in sorted(logs.glob("*.json")):
        said = json.loads(about.read_text())
        allowed = {os.path.realpath(path) for path in (project.cache, *filter(None, said["allowed"]))}
        lines = about.with_suffix(".log").read_text("utf-8", "replace").splitlines()
        paths = [match["path"] for line in lines if (match := OPENED.match(line) or STARTED.match(line))]
        assert paths, f"{said['label']}: nothing was traced"
        real = {os.path.realpath(path) for path in dict.fromkeys(paths) if Path(path).is_file()}
        found[said["label"]] = sorted(
            path
            for path in real
            if not any(path == each or path.startswith(f"{each}/") for each in allowed)
            and not any(re.fullmatch(pattern, path) for pattern in SYSTEM)
        )
    return found


def check(project: ProjectFixture) -> None:
    """No action of the project opened anything else."""
    if shutil.which("strace") is None:
        pytest.skip("there is no strace on PATH")
    found = opened(project)
    assert found
    assert not {label: paths for label, paths in found.items() if paths}


FORGE = """
format = 1
[build]
sandbox = "off"
targets = ["wasi"]
[components.a]
path = "a"
language = "{language}"
recipe = "{recipe}"
exports = ["f"]
{more}
"""

C = {"a/a.c": '#include <string.h>\n#include "a.h"\nint f(void) { return strlen(A); }\n', "a/a.h": '#define A "a"\n'}
CXX = {"a/a.cpp": '#include <vector>\nextern "C" int f() { return std::vector<int>(3).size(); }\n'}
BUILD_RS = 'fn main() { println!("cargo:rerun-if-changed=build.rs"); }\n'
RUST = {
    "a/Cargo.toml": CRATE + CDYLIB,
    "a/Cargo.lock": LOCK,
    "a/build.rs": BUILD_RS,
    "a/src/lib.rs": '#[no_mangle]\npub extern "C" fn f() -> i32 { 1 }\n',
}
LIBRARY = 'options = { libraries = ["lib/libx.a"] }'
PROJECT = {"a/CMakeLists.txt": CMAKE, "a/x.c": "#include <stdlib.h>\nint f(void) { return abs(-1); }\n"}


@pytest.mark.parametrize(
    ("language", "recipe", "files", "more"),
    [
        pytest.param("c", "zig", C, "", id="zig-c"),
        pytest.param("zig", "zig", {"a/root.zig": "export fn f() i32 { return 1; }\n"}, "", id="zig"),
        pytest.param("wat", "wat", {"a/a.wat": '(module (func (export "f")))'}, "", id="wat"),
        pytest.param("c++", "wasi-sdk", CXX, "", id="wasi-sdk", marks=TOOLS),
        pytest.param("c", "emscripten", C, "", id="emscripten", marks=TOOLS),
        pytest.param("c++", "emscripten", CXX, 'targets = ["web"]', id="emscripten-web", marks=TOOLS),
        pytest.param("rust", "cargo", RUST, "", id="cargo", marks=TOOLS),
        pytest.param(
            "assemblyscript",
            "assemblyscript",
            {"a/assembly/index.ts": "export function f(): i32 { return 1 }\n"},
            "",
            id="assemblyscript",
            marks=TOOLS,
        ),
        pytest.param("c", "cmake-wasi-sdk", PROJECT, LIBRARY, id="cmake-wasi-sdk", marks=TOOLS),
        pytest.param("c", "cmake-emscripten", PROJECT, LIBRARY, id="cmake-emscripten", marks=TOOLS),
    ],
)
def test_tools_open_nothing_but_inputs_and_their_toolchain(
    project: ProjectFixture, language: str, recipe: str, files: dict[str, str], more: str
) -> None:
    project.write({"forge.toml": FORGE.format(language=language, recipe=recipe, more=more), **files})
    toolchains = {
        "cargo": ("rust-wasi",),
        "cmake-wasi-sdk": ("wasi-sdk", "wasi-sdk-projects"),
        "cmake-emscripten": ("emscripten", "emscripten-projects"),
    }.get(recipe, (recipe,) if recipe in ("wasi-sdk", "emscripten") else ())
    if recipe == "assemblyscript":
        needs(project, recipe, origin="npm")
    elif toolchains:
        needs(project, *toolchains)
    check(project)
