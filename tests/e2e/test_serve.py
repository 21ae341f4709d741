"""`wasmforge serve` as a browser sees it: what is sent, with which headers, and what the page's tests come to."""

import http.client
import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_interrupt import PATIENCE, start
from tests.support.project import ProjectFixture

FORGE = """
format = 1
[components.sum]
path = "sum"
language = "wat"
targets = ["web"]
exports = ["add", "endless"]
[[components.sum.smoke]]
call = "add"
args = [2, 3]
returns = 5
[[components.sum.smoke]]
name = "a mistake of the test"
call = "add"
args = [2, 3]
returns = 6
[[components.sum.smoke]]
call = "add"
args = [{ size = 4 }, 3]
[components.later]
path = "sum"
language = "wat"
targets = ["web"]
exports = ["add"]
"""

SUM = """
(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "endless") (loop (br 0)))
  (memory 1) (data (i32.const 0) "PADDING"))
"""


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


@dataclass
class Site:
    """A `wasmforge serve` that listens."""

    process: "subprocess.Popen[str]"
    port: int

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
        """One request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            reply = connection.getresponse()
            return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()


@contextmanager
def serving(project: ProjectFixture, *args: str) -> Iterator[Site]:
    """`wasmforge serve` on a free port, ended with Ctrl-C."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start(project, "serve", "--port", str(port), *args)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert f"http://127.0.0.1:{port}/" in said, said + process.stdout.read()
        yield Site(process, port)
    finally:
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in rest


@pytest.fixture(name="built")
def _built(project: ProjectFixture) -> ProjectFixture:
    project.write({"forge.toml": FORGE, "sum/sum.wat": SUM})
    ended = project.run("build", "--no-smoke", "sum")
    assert ended.exit == 0, ended.output
    return project


def test_files_have_the_types_and_headers_that_a_page_needs(built: ProjectFixture) -> None:
    wasm = built.dist()["web/sum/sum.wasm"]
    long = b"// " + b"x" * 5000
    (built.root / "dist/web/sum/long.js").write_bytes(long)
    with serving(built) as site:
        module = site.ask("/sum/sum.wasm")
        assert (module.status, module.body) == (200, wasm)
        assert module.headers["content-type"] == "application/wasm"
        assert site.ask("/sum/sum.js").headers["content-type"].startswith("text/javascript")
        for path in ("/", "/-/frame", "/-/call.mjs", "/-/components", "/sum/sum.js", "/nothing"):
            headers = site.ask(path).headers
            assert headers["cross-origin-opener-policy"] == "same-origin", path
            assert headers["cross-origin-embedder-policy"] == "require-corp", path
            assert headers["cross-origin-resource-policy"] == "same-origin", path
            assert headers["cache-control"] == "no-cache", path
        part = site.ask("/sum/sum.wasm", Range="bytes=0-3", Accept_Encoding="gzip")
        assert (part.status, part.body) == (206, b"\0asm")
        packed = site.ask("/sum/long.js", Accept_Encoding="br, gzip;q=0.8")
        assert packed.headers["content-encoding"] == "gzip"
        assert len(packed.body) < 200
        assert site.ask("/sum/long.js").body == long


def test_nothing_else_is_to_be_had(built: ProjectFixture) -> None:
    (built.root / "secret").write_text("s")
    (built.root / "dist/web/sum/out").symlink_to(built.root / "secret")
    with serving(built) as site:
        paths = (
            "/../manifest.json",
            "/%2e%2e/manifest.json",
            "/sum/out",
            "/sum",
            "/-/server.py",
            "/%00",
            "/" + "a" * 300,
        )
        assert {path: site.ask(path).status for path in paths} == dict.fromkeys(paths, 404)
        assert site.ask("/", Host="site.example").status == 400
        assert site.ask("/sum/sum.js", method="POST").status == 405
        assert site.ask("/-/answer/0", method="POST", body=b"{}", Sec_Fetch_Site="cross-site").status == 403
        assert site.ask("/-/answer/0", method="POST", body=b"{").status == 400
        assert site.ask("/-/answer/99", method="POST", body=b"{}").status == 404


def test_no_folder_that_a_link_leads_to_is_served(built: ProjectFixture, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "passwd").write_text("root")
    (built.root / "dist/web/sum").rename(tmp_path / "away" / "sum")
    (built.root / "dist/web/etc").symlink_to(tmp_path / "away")
    (built.root / "dist/web/sum").symlink_to("etc/sum")
    ended = built.run("serve")
    assert ended.exit == 2
    assert "dist/web/sum: is a symbolic link" in ended.output
    (built.root / "dist/web/sum").unlink()
    (built.root / "dist/manifest.json").unlink()
    with serving(built) as site:
        assert site.ask("/etc/passwd").status == 404
        (built.root / "dist/web").rename(built.root / "dist/other")
        (built.root / "dist/web").symlink_to(tmp_path / "away")
        assert site.ask("/passwd").status == 404


def test_what_a_page_answers_is_judged(built: ProjectFixture) -> None:
    with serving(built) as site:
        shown = site.ask("/-/components").json()
        assert shown["absent"] == ["later@web"]
        (component,) = shown["components"]
        assert component["entry"] == "/sum/sum.js"
        assert {f["name"] for f in component["files"]} >= {"sum.wasm", "sum.js", "sum.d.ts", "package.json"}
        assert [t["title"] for t in component["tests"]] == ["add(2, 3)", "a mistake of the test", "add(4 bytes, 3)"]
        job = site.ask("/-/job/0").json()["job"]
        assert (job["glue"], job["call"]) == ("/sum/sum.js", "add")

        def said(number: int, **answer: Any) -> tuple[str, str]:
            body = json.dumps({"answer": answer, "seconds": 0.25}).encode()
            outcome = site.ask(f"/-/answer/{number}", method="POST", body=body).json()
            return outcome["status"], outcome["reason"]

        five = {"ended": "returned", "results": [{"kind": "number", "text": "5"}]}
        assert said(0, **five) == ("passed", "")
        assert said(1, **five) == ("failed", "returned 5, expected 6")
        assert said(0, ended="timeout") == ("failed", "did not end within 10 s")
        assert said(0, ended="trapped", message="unreachable")[1].startswith("trap: unreachable")
        unfit = site.ask("/-/job/2").json()["outcome"]
        assert (unfit["status"], "buffer needs" in unfit["reason"]) == ("failed", True), unfit


def test_a_build_sends_an_event(built: ProjectFixture) -> None:
    with serving(built, "--watch") as site:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        before = site.ask("/-/components").json()["version"]
        connection.request("GET", "/-/events")
        reply = connection.getresponse()
        assert reply.readline() == b"retry: 1000\n"
        until = time.monotonic() + 60
        while site.ask("/-/components").json()["absent"] and time.monotonic() < until:
            time.sleep(0.2)
        built.write({"sum/sum.wat": SUM.replace("PADDING", "padding")})
        while not (line := reply.readline()).startswith(b"data:"):
            assert line, "the stream ended"
        assert line == b"data: built\n"
        assert site.ask("/-/components").json()["version"] != before
        connection.close()


def test_wrong_requests(built: ProjectFixture) -> None:
    ended = built.run("serve", "--target", "wev")
    assert (ended.exit, "did you mean 'web'?" in ended.output) == (2, True), ended.output
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = built.run("serve", "--port", str(port))
        assert ended.exit == 3
        assert re.search(rf"127\.0\.0\.1:{port}: address already in use.*--port", " ".join(ended.output.split())), (
            ended.output
        )
    (built.root / "forge.toml").unlink()
    ended = built.run("serve")
    assert (ended.exit, "no forge.toml here" in ended.output) == (2, True), ended.output
