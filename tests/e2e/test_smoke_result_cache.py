"""A smoke test is answered from memory only when nothing that its run reads has changed."""

import json
import os
import re
import shutil
import sys

import pytest

from tests.support.project import CommandResult, ProjectFixture
from wasmforge import process

NODE = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on PATH")

pytestmark = NODE

FORGE = """
format = 1
[components.sum]
path = "sum"
language = "wat"
exports = ["add"]
targets = ["lambda-edge"]
options = { handler = "edge/handler.mjs" }
[[components.sum.smoke]]
request = { path = "/" }
expect = { body = "3" }
"""

SUM = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'

HANDLER = """
import { add } from "./sum.js";
export const handler = async () => ({ status: "200", body: `${add(1, 2)}` });
"""


def outcomes_of(ended: CommandResult) -> list[tuple[str, bool]]:
    """How each test ended, and whether it was answered from memory."""
    told = [e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished"]
    return [(o["status"], o["cached"]) for o in told]


def write_project(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "sum/sum.wat": SUM, "sum/edge/handler.mjs": HANDLER})


def again(project: ProjectFixture) -> CommandResult:
    """A build that looks at everything: with a variable that no record knows."""
    return project.run("build", "-o", "json", SOMETHING="else")


def test_an_edited_handler_is_tested_again(project: ProjectFixture) -> None:
    write_project(project)
    assert outcomes_of(project.build()) == [("passed", False)]
    assert outcomes_of(again(project)) == [("passed", True)]
    project.write({"sum/edge/handler.mjs": HANDLER.replace("${add(1, 2)}", "broken")})
    ended = project.run("build", "-o", "json")
    assert (ended.exit, outcomes_of(ended)) == (1, [("failed", False)])
    smoke = json.loads((project.root / "dist/manifest.json").read_text())["artifacts"]["lambda-edge/sum"]["smoke"]
    assert [t["status"] for t in smoke] == ["failed"]


def test_an_edited_runtime_is_asked_again(project: ProjectFixture) -> None:
    write_project(project)
    assert outcomes_of(project.build()) == [("passed", False)]
    runtime = """
format = 1
name = "lambda-edge"
summary = "as it is here"
driver = "lambda-edge"
tests = ["call", "request"]
runs = "archive"
toolchain = "node"
tool = "node"
"""
    project.write({"runtimes/lambda-edge.toml": runtime})
    assert outcomes_of(again(project)) == [("passed", False)]


@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace on PATH")
def test_all_that_a_run_opens_below_dist_is_in_its_key(project: ProjectFixture) -> None:
    project.write(
        {"forge.toml": FORGE.replace('["lambda-edge"]', '["lambda-edge", "node", "wasi"]'), "sum/sum.wat": SUM}
    )
    project.write(
        {"forge.toml": (project.root / "forge.toml").read_text().replace("options =", "on.lambda-edge.options =")}
    )
    call = '[[components.sum.smoke]]\ncall = "add"\nargs = [1, 2]\nreturns = 3\n'
    project.write({"forge.toml": (project.root / "forge.toml").read_text() + call, "sum/edge/handler.mjs": HANDLER})
    project.build("--no-smoke")
    log = project.root.parent / "opened"
    env = {**project.env, "WASMFORGE_CACHE": str(project.cache)}

    done = process.run(
        ["strace", "-f", "-qq", "-o", str(log), "-e", "trace=open,openat", sys.executable, "-m", "wasmforge", "smoke"],
        cwd=project.root,
        env={**os.environ, **env},
        timeout=300,
    )
    assert done.exit == 0, done.text
    base = str(project.root / "dist")
    opened = {path for path in re.findall(r'"([^"]+)"', log.read_text()) if path.startswith(f"{base}/")}
    files = {path for path in opened if not (project.root / path).is_dir()} - {f"{base}/manifest.json"}
    artifacts = json.loads((project.root / "dist/manifest.json").read_text())["artifacts"]
    keyed = {f"{base}/{folder}/{f['name']}" for folder, record in artifacts.items() for f in record["files"]}
    assert files <= keyed
    assert {f"{base}/node/sum/sum.js", f"{base}/lambda-edge/sum/sum.zip", f"{base}/wasi/sum/sum.wasm"} <= files
