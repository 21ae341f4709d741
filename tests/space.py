"""A friendly room for end-to-end tests: a project of its own, a cache of its own, and the real command line."""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wasmforge import process
from wasmforge.execute.places import Places

TIMEOUT = 600.0
"""Seconds one command may take; the first link builds libc."""


@dataclass(kw_only=True)
class Ended:
    """How a command ended, and what it said on both streams together."""

    exit: int
    said: str

    def events(self) -> list[dict[str, Any]]:
        """The JSON objects among the lines."""
        return [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]

    def ran(self) -> list[str]:
        """Labels of the actions whose command was run, from `-o json`."""
        return [e["label"] for e in self.events() if e["event"] == "ActionFinished" and not e["cached"]]


@dataclass(kw_only=True)
class Space:
    """A folder with a project. What toolchains compile for themselves (libc) is shared with the user's cache."""

    root: Path
    cache: Path
    env: dict[str, str] = field(default_factory=dict)

    def write(self, files: dict[str, str | bytes]) -> None:
        """Write files by path from the root."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def run(self, *args: str, cwd: str = ".", timeout: float = TIMEOUT, **env: str) -> Ended:
        """`wasmforge ARGS` in a process of its own."""
        done = process.run(
            [sys.executable, "-m", "wasmforge", *args],
            cwd=self.root / cwd,
            env={**os.environ, "WASMFORGE_CACHE": str(self.cache), "COLUMNS": "100", **self.env, **env},
            timeout=timeout,
        )
        assert not done.timed_out, done.text
        return Ended(exit=done.exit, said=done.text)

    def build(self, *args: str) -> Ended:
        """A build that must succeed, told as JSON."""
        ended = self.run("build", "-o", "json", *args)
        assert ended.exit == 0, ended.said
        return ended

    def dist(self) -> dict[str, bytes]:
        """Every file below dist, by its path there."""
        base = self.root / "dist"
        return {p.relative_to(base).as_posix(): p.read_bytes() for p in sorted(base.rglob("*")) if p.is_file()}


def make_space(folder: Path) -> Space:
    """A space in an empty folder."""
    shared = Places().cache
    root, cache = folder / "project", folder / "cache"
    root.mkdir()
    cache.mkdir()
    for name in ("scratch", "packages"):
        (shared / name).mkdir(parents=True, exist_ok=True)
        (cache / name).symlink_to(shared / name, target_is_directory=True)
    return Space(root=root, cache=cache)
