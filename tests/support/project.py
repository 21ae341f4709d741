"""A project for end-to-end tests, with a cache and a user configuration of its own, and the real command line."""

import contextlib
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.command_line import run_in_process
from wasmforge import process
from wasmforge.app.trust import trust_of, trusted_now
from wasmforge.app.trust_file import change_trusted
from wasmforge.config import load_catalog
from wasmforge.errors import ForgeError
from wasmforge.store.cache_dirs import CacheDirs

TIMEOUT = 600.0
"""Seconds one command may take; the first link builds libc."""


CATALOG = ("recipes", "toolchains", "targets", "runtimes")


class ParsedCatalogs:
    """Catalogs that were parsed before, as `load_catalog` keeps them."""

    def __init__(self) -> None:
        self._known: dict[str, object] = {}

    def get_value(self, kind: str, key: str) -> Any:
        """A value, or None."""
        return self._known.get(f"{kind} {key}")

    def put_value(self, kind: str, key: str, value: object) -> None:
        """Keep it for as long as the tests run."""
        self._known[f"{kind} {key}"] = value


PARSED = ParsedCatalogs()


@dataclass(kw_only=True)
class CommandResult:
    """How a command ended: its exit code, and both output streams as one text."""

    exit: int
    output: str

    def events(self) -> list[dict[str, Any]]:
        """The JSON objects among the lines."""
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]

    def executed(self) -> list[str]:
        """Labels of the actions whose command was run, from `-o json`."""
        return [e["label"] for e in self.events() if e["event"] == "ActionFinished" and not e["cached"]]


@dataclass(kw_only=True)
class ProjectFixture:
    """A folder with a project. What toolchains compile for themselves (libc) is shared with the user's cache.

    `trusting`: recipes and toolchains in the project are trusted when they are written, and before each command.
    """

    root: Path
    cache: Path
    env: dict[str, str] = field(default_factory=dict)
    trusting: bool = True

    def __post_init__(self) -> None:
        """Have a configuration of its own, so that nothing is trusted for the user who runs the tests."""
        self.env.setdefault("XDG_CONFIG_HOME", str(self.cache.parent / "config"))

    def write(self, files: dict[str, str | bytes]) -> None:
        """Write files by path from the root."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if self.trusting and any(name.startswith(CATALOG) for name in files):
            self.trust()

    def disable_sandbox(self) -> None:
        """Run commands outside of a sandbox: for scripts that talk with the test by files."""
        self.env["WASMFORGE_SANDBOX"] = "off"

    def trust(self) -> None:
        """Trust the project's own recipes and toolchains as they are now; the command reports broken ones."""
        if not any((self.root / folder).is_dir() for folder in CATALOG):
            return
        with contextlib.suppress(ForgeError):
            local = trust_of(self.root, load_catalog(self.root, PARSED)).local
            if local is not None:
                config = Path(self.env["XDG_CONFIG_HOME"]) / "wasmforge"
                change_trusted(config / "trusted.json", add=(trusted_now(self.root, local),))

    def run(self, *args: str, cwd: str = ".", timeout: float = TIMEOUT, **env: str) -> CommandResult:
        """`wasmforge ARGS` inside this process; what the project brings is trusted first, unless `trusting` is False.

        Variables that Python reads when it starts (PYTHON…) take a process.
        """
        variables = self.variables(**env)
        if any(name.startswith("PYTHON") for name in (*self.env, *env)):
            return self.run_process(*args, cwd=cwd, timeout=timeout, **env)
        if self.trusting:
            self.trust()
        code, output = run_in_process([*args], cwd=self.root / cwd, env=variables, timeout=timeout)
        return CommandResult(exit=code, output=output)

    def run_process(self, *args: str, cwd: str = ".", timeout: float = TIMEOUT, **env: str) -> CommandResult:
        """The same in a process of its own: for what must not happen in ours, or is about the start of one."""
        if self.trusting:
            self.trust()
        argv = [sys.executable, "-m", "wasmforge", *args]
        done = process.run(argv, cwd=self.root / cwd, env=self.variables(**env), timeout=timeout)
        assert not done.timed_out, done.text
        return CommandResult(exit=done.exit, output=done.text)

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of a command."""
        return {**os.environ, "WASMFORGE_CACHE": str(self.cache), "COLUMNS": "100", **self.env, **more}

    def build(self, *args: str) -> CommandResult:
        """A build that must succeed, reported as JSON."""
        ended = self.run("build", "-o", "json", *args)
        assert ended.exit == 0, ended.output
        return ended

    def dist(self) -> dict[str, bytes]:
        """Every file below dist, by its path there."""
        base = self.root / "dist"
        return {p.relative_to(base).as_posix(): p.read_bytes() for p in sorted(base.rglob("*")) if p.is_file()}


def make_project(folder: Path) -> ProjectFixture:
    """A project in an empty folder. Digests of toolchains are shared with other projects through the user's cache."""
    shared = CacheDirs().cache
    root, cache = folder / "project", folder / "cache"
    root.mkdir()
    cache.mkdir()
    (cache / "store").mkdir()
    for name in ("scratch", "packages", "store/digest"):
        (shared / name).mkdir(parents=True, exist_ok=True)
        (cache / name).symlink_to(shared / name, target_is_directory=True)
    return ProjectFixture(root=root, cache=cache)
