"""The store: what somebody else may have written is not believed, what is only read is never written."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import CommandResult, ProjectFixture
from tests.support.toy_toolchain import assert_refused
from wasmforge import process
from wasmforge.store.cache_dirs import UPSTREAM

FORGE = """
format = 1
[components.sum]
path = "sum"
language = "wat"
targets = ["node"]
exports = ["add"]
[[components.sum.smoke]]
call = "add"
args = [1, 2]
returns = 3
"""

SUM = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'

COMMANDS = (("build",), ("smoke",), ("check",), ("inspect", "dist/node/sum/sum.wasm"))


@pytest.fixture
def built(project: ProjectFixture) -> ProjectFixture:
    """A project that was built."""
    project.write({"forge.toml": FORGE, "sum/sum.wat": SUM})
    project.build()
    return project


def tree(folder: Path) -> dict[str, tuple[int, int, int, bytes]]:
    """All there is in a folder: times, modes, contents."""
    facts = {}
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        facts[str(path)] = (status.st_mtime_ns, status.st_ctime_ns, status.st_mode, data)
    return facts


def run_read_only(project: ProjectFixture, folder: Path, *args: str, **env: str) -> CommandResult:
    """`wasmforge ARGS` where a folder cannot be written, not even by root."""
    everything = {**os.environ, "WASMFORGE_CACHE": str(project.cache), "COLUMNS": "100", **project.env, **env}
    argv = [sys.executable, "-m", "wasmforge", *args]
    if os.getuid() == 0:
        mount = f'mount --bind "{folder}" "{folder}" && mount -o remount,ro,bind "{folder}" && exec "$@"'
        argv = ["unshare", "--mount", "sh", "-c", mount, "sh", *argv]
        done = process.run(argv, cwd=project.root, env=everything, timeout=120)
        if done.exit == 1 and ("unshare" in done.text or "mount:" in done.text):
            pytest.skip(f"root may not mount here: {done.text}")
        return CommandResult(exit=done.exit, output=done.text)
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        done = process.run(argv, cwd=project.root, env=everything, timeout=120)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    return CommandResult(exit=done.exit, output=done.text)


def test_a_cache_that_anybody_could_have_written_to_is_not_used(built: ProjectFixture) -> None:
    (built.cache / "store" / "entry").chmod(0o777)
    before = tree(built.cache)
    for command in (("build",), ("inspect", "dist/node/sum/sum.wasm"), ("cache", "verify")):
        assert_refused(built.run(*command), 3, "can be written by everybody", "chmod go-w", "WASMFORGE_CACHE", UPSTREAM)
    assert tree(built.cache) == before
    (built.cache / "store" / "entry").chmod(0o755)
    assert built.build().executed() == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to another user")
def test_a_cache_of_another_user_is_not_used_unless_the_project_is_theirs(built: ProjectFixture) -> None:
    os.chown(built.cache, 65534, 65534)
    assert_refused(built.run("build", "--dry-run"), 3, "belongs to user", "chown")
    os.chown(built.root, 65534, 65534)  # as in a CI's container, in which root builds what a user checked out
    assert built.build().executed() == []


def test_pull_requests_read_the_results_of_main_and_never_write_them(built: ProjectFixture, tmp_path: Path) -> None:
    main, built.cache = built.cache, tmp_path / "of the pull request"
    before = tree(main)
    shutil.rmtree(built.root / "dist")
    shutil.rmtree(built.root / ".wasmforge")
    built.env[UPSTREAM] = str(main)
    ended = built.build()
    assert ended.executed() == []
    assert [e["outcome"]["cached"] for e in ended.events() if e["event"] == "SmokeFinished"] == [True]
    assert built.cache.stat().st_mode & 0o777 == 0o700
    built.write({"sum/sum.wat": SUM.replace("i32.add", "i32.sub").replace("get 0", "get 1")})
    assert built.run("build").exit == 1
    said = built.run("cache", "stats", "-o", "json").output
    assert json.loads(said)["upstreams"][0]["folder"] == str(main)
    assert built.run("cache", "verify").exit == 0
    pruned = built.run("cache", "prune", "--max-size", "0")
    assert f"{main} is only read" in pruned.output
    assert tree(main) == before


def test_an_upstream_on_a_disk_that_is_only_read(built: ProjectFixture, tmp_path: Path) -> None:
    main, built.cache = built.cache, tmp_path / "of the pull request"
    shutil.rmtree(built.root / "dist")
    ended = run_read_only(built, main, "build", "-o", "json", **{UPSTREAM: str(main)})
    assert (ended.exit, ended.executed()) == (0, []), ended.output
    assert "cannot be written" not in ended.output


def test_a_forged_result_in_an_upstream_is_found(built: ProjectFixture, tmp_path: Path) -> None:
    main, built.cache = built.cache, tmp_path / "of the pull request"
    before = built.dist()
    for blob in (main / "store" / "blobs").glob("*/*"):
        blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    shutil.rmtree(built.root / "dist")
    shutil.rmtree(built.root / ".wasmforge")
    damaged = tree(main)
    built.env[UPSTREAM] = str(main)
    assert built.build().executed() != []
    assert built.dist() == before
    assert_refused(built.run("cache", "verify"), 1, "still there: read-only")
    assert tree(main) == damaged


def test_a_store_that_is_only_read_serves(built: ProjectFixture) -> None:
    before, dist = tree(built.cache), built.dist()
    shutil.rmtree(built.root / "dist")
    shutil.rmtree(built.root / ".wasmforge")
    for command in COMMANDS:
        ended = run_read_only(built, built.cache, *command)
        assert ended.exit == 0, (command, ended.output)
        assert f"the cache {built.cache} cannot be written" in ended.output or command[0] == "inspect"
        assert "Ran" not in ended.output
    built.write({"sum/sum.wat": SUM.replace("get 0", "get 1").replace("get 1)))", "get 0)))")})
    ended = run_read_only(built, built.cache, "build")
    assert ended.exit == 0, ended.output
    assert tree(built.cache) == before
    assert built.dist().keys() == dist.keys()
    assert not [*Path(os.environ.get("TMPDIR", "/tmp")).glob(f"wasmforge-cache-*/{built.root.name}")]  # noqa: S108


AS = """
format = 1
[components.app]
path = "app"
language = "assemblyscript"
targets = ["node"]
exports = ["answer"]
[components.app.options]
flags = ["--transform", "PLACE/patch.mjs"]
"""

# What a pull request may bring without any recipe of its own: it changes the compiler that all projects share.
PATCH = """
import { readFileSync, writeFileSync, chmodSync, realpathSync } from "node:fs";
const path = realpathSync("node_modules/assemblyscript/dist/asc.js");
chmodSync(path, 0o644);
writeFileSync(path, readFileSync(path, "utf8") + "\\nprocess.stderr.write('PATCHED');\\n");
export default class {}
"""


@pytest.mark.toolchains
def test_a_compiler_that_a_pull_request_patched_is_installed_again(project: ProjectFixture) -> None:
    project.write({"forge.toml": AS.partition("[components.app.options]")[0]})
    project.write({"app/assembly/index.ts": "export function answer(): i32 { return 42; }\n"})
    needs(project, "assemblyscript", origin="npm")
    forge = (project.root / "forge.toml").read_text()
    shared = (project.cache / "packages").resolve()
    (project.cache / "packages").unlink()
    shutil.copytree(shared, project.cache / "packages", symlinks=True)
    project.build()
    before = project.dist()
    (asc,) = (project.cache / "packages").glob("assemblyscript-*/node_modules/assemblyscript/dist/asc.js")
    genuine = asc.read_bytes()

    hostile = AS.replace("PLACE", str(project.root / "app"))
    project.write({"forge.toml": hostile + "".join(forge.partition("[toolchains")[1:])})
    project.write({"app/patch.mjs": PATCH})
    project.run("build")
    if asc.read_bytes() == genuine:  # where actions are held in a sandbox it comes to nothing
        project.run("build", WASMFORGE_SANDBOX="off")
    assert asc.read_bytes() != genuine

    project.write({"forge.toml": forge, "app/assembly/index.ts": "export function answer(): i32 { return 40 + 2; }\n"})
    offline = project.run("build", "--offline")
    assert_refused(offline, 3, "its npm packages were changed since they were installed", "run once without --offline")
    ended = project.run("build")
    assert ended.exit == 0, ended.output
    assert "npm packages, which were changed since they were installed" in ended.output
    assert "PATCHED" not in ended.output
    assert project.dist()["node/app/app.wasm"] == before["node/app/app.wasm"]
    assert asc.read_bytes() == genuine
    assert not os.access(asc, os.W_OK) or os.getuid() == 0
    assert [p.name for p in (project.cache / "packages").iterdir() if p.name.startswith(".new-")] == []
