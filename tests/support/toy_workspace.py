"""A small workspace whose compilers are shell scripts, and a model that knows what a clean build of it gives."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.support.project import ProjectFixture, make_project
from tests.support.toy_toolchain import MODULE, TOOLCHAIN

RECIPE = """
format = 1
name = "pieces"
toolchain = "shell"
[languages.pieces]
[sources]
script = ["build.sh"]
parts = ["*.txt"]
[[steps]]
name = "build"
run = ["sh", "{sources.script}", "{name}.wasm"]
inputs = ["{sources.parts}"]
outputs = { module = "{name}.wasm" }
"""

FORGE = """
format = 1
[build]
targets = ["wasi"]
"""

COMPONENT = """
[components.{name}]
path = "{name}"
language = "pieces"
recipe = "pieces"
kind = "reactor"
needs = {needs}
waive = [{{ rule = "entry", item = "*", because = "not a program" }}]
"""

NAMES = ("a", "b", "c")

SCRIPT = r"""
set -e
cat $(ls *.txt) > all
[ ! -d needs ] || tail -c 4 needs/a/a.wasm >> all
n=$(wc -c < all)
printf "\\000asm\\001\\000\\000\\000\\000\\$(printf %o $((n + 2)))\\001t" > $1
cat all >> $1
"""
"""Writes a module with one custom section `t`: all parts, and the end of what it needs."""


class Workspace:
    """Three components made of parts, one of which needs another, and what must come of them."""

    def __init__(self, project: ProjectFixture, names: tuple[str, ...] = NAMES) -> None:
        self.project = project
        self.parts: dict[str, dict[str, bytes]] = {name: {} for name in names}
        parts = [COMPONENT.format(name=name, needs='["a"]' if name == "b" else "[]") for name in names]
        project.write({"forge.toml": FORGE + "".join(parts), "toolchains/shell.toml": TOOLCHAIN})
        project.write({"recipes/pieces.toml": RECIPE, **{f"{name}/build.sh": SCRIPT for name in names}})
        for name in names:
            self.edit(name, "x.txt", b"0000")

    def edit(self, name: str, part: str, content: bytes | None) -> None:
        """Write a part of a component, or delete it."""
        path = self.project.root / name / part
        if content is None:
            path.unlink(missing_ok=True)
            self.parts[name].pop(part, None)
        else:
            path.write_bytes(content)
            self.parts[name][part] = content

    def module(self, name: str) -> bytes:
        """What a clean build makes of a component."""
        content = b"".join(data for _, data in sorted(self.parts[name].items()))
        content += self.module("a")[-4:] if name == "b" else b""
        return MODULE + bytes([0, len(content) + 2]) + b"\1t" + content

    def modules(self) -> dict[str, bytes]:
        """Every module that dist must hold."""
        return {f"wasi/{name}/{name}.wasm": self.module(name) for name in self.parts}

    def delivered(self) -> dict[str, bytes]:
        """Every module that dist holds."""
        return {name: data for name, data in self.project.dist().items() if name.startswith("wasi/")}

    def start(self, *args: str) -> "subprocess.Popen[bytes]":
        """`wasmforge ARGS` in the background."""
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "wasmforge", *args],
            cwd=self.project.root,
            env={**os.environ, "WASMFORGE_CACHE": str(self.project.cache), **self.project.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def clean_build(self, folder: Path) -> "Workspace":
        """The same sources in an empty folder, with an empty cache, built once."""
        folder.mkdir()
        other = Workspace(make_project(folder), tuple(self.parts))
        for name, parts in self.parts.items():
            for part, content in parts.items():
                other.edit(name, part, content)
        other.project.build()
        return other

    def persistent_files(self) -> list[Path]:
        """Every file that a build leaves for the next one: the store's, and the project's memory."""
        folders = (self.project.cache / "store", self.project.root / ".wasmforge")
        return sorted(p for folder in folders for p in folder.rglob("*") if p.is_file() and p.name != "lock")

    def leftovers(self) -> list[str]:
        """What only a killed build would leave behind."""
        work = [self.project.cache / name for name in ("work", "action-locks", "store/new")]
        left = [p for folder in work if folder.is_dir() for p in folder.iterdir()]
        roots = (self.project.root / "dist", self.project.root / ".wasmforge", self.project.cache / "store")
        left += [p for root in roots for p in root.rglob("*") if p.name.startswith((".new-", ".staging"))]
        return [str(p) for p in left]


def damaged_entries(store: Path) -> list[str]:
    """Files of a store that are not what their names say."""
    wrong: list[str] = []
    for path in (p for p in store.rglob("*") if p.is_file() and p.parent.name != "new"):
        data = path.read_bytes()
        kind = path.parent.parent.name
        if kind == "blobs":
            whole = hashlib.sha256(data).hexdigest() == path.name
        else:
            said, _, body = data.partition(b"\n")
            whole = (
                said.decode("ascii", "replace") == hashlib.sha256(f"{kind}/{path.name}\n".encode() + body).hexdigest()
            )
        if not whole:
            wrong.append(str(path))
    return wrong
