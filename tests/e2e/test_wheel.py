"""The wheel brings everything it needs: unpacked somewhere else, it builds."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import write_wat_project
from wasmforge import process

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    done = process.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"],
        cwd=ROOT,
        env=os.environ,
        timeout=300,
    )
    assert done.ok, done.text
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_wheel_has_all_data_files(unpacked: Path) -> None:
    package = unpacked / "wasmforge"
    for name in ("recipes", "toolchains", "targets", "runtimes"):
        ours = {p.relative_to(ROOT / name) for p in (ROOT / name).rglob("*") if p.is_file()}
        there = package / "_bundled" / name
        assert {p.relative_to(there) for p in there.rglob("*") if p.is_file()} >= ours
    for pattern in ("**/*.py", "**/*.mjs", "py.typed"):
        ours = {p.relative_to(ROOT / "wasmforge") for p in (ROOT / "wasmforge").glob(pattern)}
        assert ours, pattern
        assert {p.relative_to(package) for p in package.glob(pattern)} >= ours
    assert (package / "_bundled" / "toolchains" / "assemblyscript" / "package-lock.json").is_file()
    assert not list(unpacked.rglob("tests"))


def test_the_wheel_builds_elsewhere(unpacked: Path, project: ProjectFixture) -> None:
    write_wat_project(project)
    project.env["PYTHONPATH"] = str(unpacked)
    for name in ("zig", "assemblyscript", "wat"):
        which = project.run("recipe", "which", name).output.strip()
        assert which == str(unpacked / "wasmforge" / "_bundled" / "recipes" / f"{name}.toml")
    assert project.run("recipe", "lint").exit == 0
    forge = (project.root / "forge.toml").read_text().replace('["wasi"]', '["web", "wasi"]')
    project.write({"forge.toml": forge + '[[components.hello.smoke]]\ncall = "f"\nreturns = 42\n'})
    ended = project.build()
    assert {o["status"] for o in ended.events()[-1]["report"]["outcomes"]} <= {"passed", "skipped"}
    assert set(project.dist()) >= {"wasi/hello/hello.wasm", "web/hello/hello.js"}
