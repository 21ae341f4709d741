"""The same project gives the same bytes in every folder, with every cache, for every caller."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.project import ProjectFixture, make_project
from wasmforge import process

SAMPLES = Path(__file__).parents[2] / "samples"

FORGE = """
format = 1
[build]
targets = ["web"]
[components.sha256]
path = "sha256"
language = "c"
exports = ["sha256", "malloc", "free"]
[components.hello]
path = "hello"
language = "wat"
exports = ["gcd", "fib"]
[components.resize]
path = "resize"
language = "assemblyscript"
exports = ["resize", "alloc", "free"]
features = ["simd"]
options = { runtime = "minimal", abort = "trap" }
"""


def samples_project(folder: Path) -> ProjectFixture:
    """The three samples in a project of their own."""
    folder.mkdir(parents=True)
    project = make_project(folder)
    project.write({"forge.toml": FORGE})
    for name in ("sha256", "hello", "resize"):
        shutil.copytree(SAMPLES / name, project.root / name)
    return project


@pytest.mark.parametrize("profile", ["release", "dev"])
def test_folders_caches_and_callers_do_not_show_in_the_bytes(tmp_path: Path, profile: str) -> None:
    one = samples_project(tmp_path / "one")
    one.build("--profile", profile, "--no-smoke")
    other = samples_project(tmp_path / "a much longer path" / "grün" / "other")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    other.env.update(HOME=str(home), TZ="Asia/Tokyo", LANG="tr_TR.UTF-8", LC_ALL="C", CFLAGS="-O0", CC="false")
    other.env.update(SOURCE_DATE_EPOCH="1", PATH="/bin:/usr/bin:/usr/local/bin", TMPDIR=str(home), USER="nobody")
    other.env["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")  # where wasmforge itself is, not how it is called
    build = [sys.executable, "-m", "wasmforge", "build", "--profile", profile, "--no-smoke", "-j", "1"]
    argv = ["/bin/sh", "-c", 'umask 077; exec "$@"', "sh", *build]
    done = process.run(argv, cwd=other.root, env={**other.env, "WASMFORGE_CACHE": str(other.cache)}, timeout=600)
    assert done.ok, done.text
    assert other.dist() == one.dist()
    modes = {p.name: p.stat().st_mode & 0o777 for p in (other.root / "dist").rglob("hello/*")}
    assert set(modes.values()) == {0o644}
    for name, content in one.dist().items():
        if profile == "dev" and name.endswith("sha256.wasm"):
            continue  # Zig's own library, which the first link compiles, keeps where its cache lies: recipes/zig.toml
        assert str(tmp_path).encode() not in content, name
