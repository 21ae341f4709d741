"""The zip for Lambda@Edge: unpacked, and given an event as CloudFront gives it."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.support.npm_hosts import done
from tests.support.project import ProjectFixture

pytestmark = [pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on PATH")]

FORGE = """
format = 1
[components.sum]
path = "sum"
language = "wat"
exports = ["add"]
targets = ["web", "lambda-edge"]
on.lambda-edge.options = { handler = "edge/handler.mjs" }
[[components.sum.smoke]]
call = "add"
args = [2, 3]
returns = 5
"""

SUM = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'

HANDLER = """
import { add } from "./sum.js";
export const handler = async (event) => {
  const { uri, headers } = event.Records[0].cf.request;
  return { status: "200", statusDescription: "OK", headers: {}, body: `${uri} ${headers.host[0].value} ${add(2, 3)}` };
};
"""

EVENT = {
    "Records": [
        {
            "cf": {
                "config": {"distributionId": "EXAMPLE", "eventType": "viewer-request", "requestId": "1"},
                "request": {
                    "clientIp": "203.0.113.178",
                    "method": "GET",
                    "uri": "/index.html",
                    "querystring": "",
                    "headers": {"host": [{"key": "Host", "value": "example.org"}]},
                },
            }
        }
    ]
}


def unzipped(project: ProjectFixture, folder: Path) -> list[str]:
    """What is in the zip, laid into `folder`."""
    with zipfile.ZipFile(project.root / "dist" / "lambda-edge" / "sum" / "sum.zip") as archive:
        archive.extractall(folder)
        return archive.namelist()


def test_the_handler_answers_an_event(project: ProjectFixture, tmp_path: Path) -> None:
    project.write({"forge.toml": FORGE, "sum/sum.wat": SUM, "sum/edge/handler.mjs": HANDLER})
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 3
    task = tmp_path / "task"
    assert unzipped(project, task) == ["index.mjs", "package.json", "sum.js", "sum.wasm"]
    ask = f'console.log(JSON.stringify(await (await import("{task}/index.mjs")).handler({json.dumps(EVENT)})))'
    answer = json.loads(done("node", "--input-type=module", "-e", ask, cwd=tmp_path))
    assert (answer["status"], answer["body"]) == ("200", "/index.html example.org 5")
    project.write({"sum/edge/handler.mjs": HANDLER.replace("200", "404")})
    assert project.build().executed() == ["sum@lambda-edge/release:zip"]


def test_without_a_handler_the_zip_holds_the_library(project: ProjectFixture, tmp_path: Path) -> None:
    forge = FORGE.replace('on.lambda-edge.options = { handler = "edge/handler.mjs" }', "")
    project.write({"forge.toml": forge, "sum/sum.wat": SUM})
    project.build("--target", "lambda-edge")
    assert unzipped(project, tmp_path / "task") == ["package.json", "sum.js", "sum.wasm"]


def test_a_handler_for_a_target_that_has_none_is_refused(project: ProjectFixture) -> None:
    forge = FORGE.replace("on.lambda-edge.options", "options").replace(', "lambda-edge"]', "]")
    project.write({"forge.toml": forge, "sum/sum.wat": SUM, "sum/edge/handler.mjs": HANDLER})
    ended = project.run("build")
    assert ended.exit == 2, ended.output
    assert "no such option" in ended.output
