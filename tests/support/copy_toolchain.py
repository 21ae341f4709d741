"""A project whose one tool, a script on PATH, copies sources into one file and writes who it is below."""

import os
from pathlib import Path

from tests.support.project import ProjectFixture

TARGET = """
format = 1
name = "copies"
delivers = ["module", "copy"]
runtimes = []
[features]
permitted = []
[recipes]
copying = "copying"
"""

TOOLCHAIN = """
format = 1
name = "copying"
[[origins]]
kind = "path"
program = "copier"
tools = { copier = ["{program}"] }
contents = ["cat"]
"""

RECIPE = """
format = 1
name = "copying"
toolchain = "copying"
[languages.copying]
[sources]
parts = ["src/*.txt"]
[[steps]]
name = "copy"
run = ["copier", "{name}.txt", "{name}.wasm", "{sources.parts}"]
outputs = { copy = "{name}.txt", module = "{name}.wasm" }
"""

COMPONENT = '[components.{name}]\npath = "{name}"\nlanguage = "copying"\nkind = "reactor"\n'

TOOL = r"""#!/bin/sh
if [ "$1" = --version ]; then echo WHO; exit; fi
out=$1; module=$2; shift 2
{ cat "$@"; echo by WHO; } > "$out"
printf '\000asm\001\000\000\000\001\004\001\140\000\000\003\002\001\000' > "$module"
printf '\007\005\001\001f\000\000\012\004\001\002\000\013' >> "$module"
"""


def write_copy_project(project: ProjectFixture, names: tuple[str, ...] = ("one", "two")) -> Path:
    """Write the project; returns the folder of the tool, which is on the project's PATH before all others."""
    project.write(
        {
            "forge.toml": 'format = 1\n[build]\ntargets = ["copies"]\n'
            + "".join(COMPONENT.format(name=n) for n in names),
            "recipes/copying.toml": RECIPE,
            "toolchains/copying.toml": TOOLCHAIN,
            "targets/copies.toml": TARGET,
            **{f"{name}/src/{part}.txt": f"{name} {part}\n" for name in names for part in ("a", "b")},
        }
    )
    tools = project.root.parent / "tools"
    early = project.root.parent / "early"
    early.mkdir()
    write_copier(tools / "copier", "1.0")
    project.env["PATH"] = f"{early}:{tools}:{os.environ['PATH']}"
    return tools


def write_copier(path: Path, who: str) -> None:
    """Write the tool of this version."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(TOOL.replace("WHO", who))
    path.chmod(0o755)


def expected_copy(project: ProjectFixture, name: str, who: str = "1.0") -> str:
    """What the copy of a component must be now."""
    parts = sorted((project.root / name / "src").glob("*.txt"))
    return "".join(p.read_text() for p in parts) + f"by {who}\n"
