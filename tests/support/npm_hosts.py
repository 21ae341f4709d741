"""The hosts' own tools, as npm has them: TypeScript, workerd, the Fastly CLI; fetched once, by a lock file."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from wasmforge import process
from wasmforge.process import ProcessResult
from wasmforge.store.cache_dirs import CacheDirs

LOCKED = Path(__file__).parents[1] / "fixtures" / "hosts"

FILES = ("package.json", "package-lock.json")


def hosts() -> Path:
    """The folder `node_modules` with the tools; skips the test, and says why, where npm does not give them."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("there is no node with npm on PATH")
    lock = hashlib.sha256((LOCKED / FILES[1]).read_bytes()).hexdigest()
    folder = CacheDirs().cache / "packages" / f"tests-hosts-{lock[:16]}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
        for name in FILES:
            shutil.copyfile(LOCKED / name, fresh / name)
        done = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=fresh)
        if not done.ok:
            shutil.rmtree(fresh)
            pytest.skip(f"npm gives no typescript, workerd and @fastly/cli here: {done.text.strip()[-200:]}")
        with contextlib.suppress(OSError):  # another test was faster
            fresh.rename(folder)
        shutil.rmtree(fresh, ignore_errors=True)
    return folder / "node_modules"


def workerd() -> Path:
    """The program workerd; skips where npm has none for this machine."""
    found = sorted(hosts().glob("@cloudflare/workerd-*/bin/workerd"))
    if not found or not process.run([found[0], "--version"], timeout=60).ok:
        pytest.skip("npm has no workerd that runs on this machine")
    return found[0]


def fastly() -> Path:
    """The Fastly CLI; skips where npm has none for this machine."""
    found = sorted(hosts().glob("@fastly/cli-*/fastly*"))
    if not found or not process.run([found[0], "version"], env=dict(os.environ), timeout=60).ok:
        pytest.skip("npm has no Fastly CLI that runs on this machine")
    return found[0]


def run(*argv: str | Path, cwd: Path) -> ProcessResult:
    """A command with this machine's environment; npm's and others' warnings are not part of its output."""
    return process.run(argv, cwd=cwd, env={**os.environ, "npm_config_loglevel": "error"}, timeout=600)


def done(*argv: str | Path, cwd: Path) -> str:
    """What a command that must succeed printed."""
    ended = run(*argv, cwd=cwd)
    assert ended.ok, f"{argv}: {ended.text}"
    return ended.text
