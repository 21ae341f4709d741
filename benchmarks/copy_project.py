"""A monorepo in which each component's sources are copied into one file, told to wasmforge, to turbo and to ninja."""

import json
import subprocess
from pathlib import Path

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
program = "sh"
probe = ["-c", "echo 1.0"]
tools = { sh = ["{program}"] }
contents = ["cat"]
"""

RECIPE = """
format = 1
name = "copying"
toolchain = "copying"
[languages.copying]
[sources]
script = ["copy.sh"]
parts = ["src/*.txt"]
[[steps]]
name = "copy"
run = ["sh", "{sources.script}", "{name}.txt", "{name}.wasm", "{sources.parts}"]
outputs = { copy = "{name}.txt", module = "{name}.wasm" }
"""

SCRIPT = r"""out=$1; module=$2; shift 2; cat "$@" > "$out"; printf '\000asm\001\000\000\000' > "$module"
"""

PART = "a line of text that stands for source code\n" * 40


def make(root: Path, components: int, files: int) -> None:
    """The tree: `files` sources in all, the scripts that copy them among these."""
    names = [f"c{i:03}" for i in range(components)]
    parts = dict.fromkeys(names, files // components - 1)
    for name in names[: files % components]:
        parts[name] += 1
    for name, number in parts.items():
        (root / name / "src").mkdir(parents=True)
        (root / name / "copy.sh").write_text(SCRIPT)
        for i in range(number):
            (root / name / "src" / f"part{i:02}.txt").write_text(f"{name} {i}\n{PART}")
    _for_wasmforge(root, names)
    _for_turbo(root, names)
    _for_ninja(root, parts)
    git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "the tree"]):
        subprocess.run([*git, *command], cwd=root, check=True)


def _for_wasmforge(root: Path, names: list[str]) -> None:
    parts = "".join(f'[components.{n}]\npath = "{n}"\nlanguage = "copying"\nkind = "reactor"\n' for n in names)
    (root / "forge.toml").write_text(f'format = 1\n[build]\ntargets = ["copies"]\n{parts}')
    for kind, name, text in (
        ("recipes", "copying", RECIPE),
        ("toolchains", "copying", TOOLCHAIN),
        ("targets", "copies", TARGET),
    ):
        (root / kind).mkdir()
        (root / kind / f"{name}.toml").write_text(text)


def _for_turbo(root: Path, names: list[str]) -> None:
    package = {
        "name": "bench",
        "version": "1.0.0",
        "private": True,
        "packageManager": "npm@10.0.0",
        "workspaces": names,
    }
    task = {"inputs": ["src/**", "copy.sh"], "outputs": ["out/**"]}
    lock = {"name": "bench", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": {"": package}}
    _json(root / "package.json", package)
    _json(root / "turbo.json", {"tasks": {"build": task}})
    for name in names:
        script = "mkdir -p out && sh copy.sh out/copy.txt out/module.wasm src/*.txt"
        _json(root / name / "package.json", {"name": name, "version": "1.0.0", "scripts": {"build": script}})
        lock["packages"][f"node_modules/{name}"] = {"resolved": name, "link": True}  # type: ignore[index]
        lock["packages"][name] = {"version": "1.0.0"}  # type: ignore[index]
    _json(root / "package-lock.json", lock)
    (root / ".gitignore").write_text("out/\n.turbo/\ndist/\n.wasmforge/\nninja/\n.ninja_*\nnode_modules/\n")


def _for_ninja(root: Path, parts: dict[str, int]) -> None:
    lines = ["rule copy", "  command = sh $script $text $module $parts"]
    for name, number in parts.items():
        sources = " ".join(f"{name}/src/part{i:02}.txt" for i in range(number))
        lines += [
            f"build ninja/{name}.txt ninja/{name}.wasm: copy {name}/copy.sh {sources}",
            f"  script = {name}/copy.sh",
            f"  text = ninja/{name}.txt",
            f"  module = ninja/{name}.wasm",
            f"  parts = {sources}",
        ]
    (root / "build.ninja").write_text("\n".join(lines) + "\n")


def _json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")
