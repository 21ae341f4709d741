"""Native code in dist is run only if an action of this machine gave those very bytes."""

import hashlib
import json

import pytest

from tests.support.project import ProjectFixture

FORGE = """
format = 1
[components.app]
path = "app"
language = "wat"
exports = ["f"]
targets = ["wasi"]
options = { aot = true }
[[components.app.smoke]]
call = "f"
returns = 1
"""

WAT = '(module (memory (export "memory") 1) (func (export "f") (result i32) i32.const 1))'

FOREIGN = "app.cwasm is not native code that a build here made"


@pytest.fixture
def built(project: ProjectFixture) -> ProjectFixture:
    pytest.importorskip("wasmtime")
    project.write({"forge.toml": FORGE, "app/app.wat": WAT})
    ended = project.build()
    runtimes = [e["outcome"]["runtime"] for e in ended.events() if e["event"] == "SmokeFinished"]
    assert "wasmtime-aot" in runtimes
    return project


def test_native_code_that_was_changed_is_not_run_even_if_the_record_says_it_is_right(built: ProjectFixture) -> None:
    assert built.run("smoke").exit == built.run("check").exit == 0
    native, record = built.root / "dist/wasi/app/app.cwasm", built.root / "dist/manifest.json"
    before = hashlib.sha256(native.read_bytes()).hexdigest()
    forged = bytearray(native.read_bytes())
    forged[-1] ^= 1
    native.write_bytes(forged)
    after = hashlib.sha256(forged).hexdigest()
    for text in (record.read_text(), record.read_text().replace(before, after)):
        record.write_text(text)
        smoke = built.run("smoke", "-o", "json")
        outcomes = {e["outcome"]["runtime"]: e["outcome"] for e in smoke.events() if e["event"] == "SmokeFinished"}
        assert smoke.exit == 1
        assert outcomes["wasmtime-aot"]["status"] == "failed"
        assert outcomes["wasmtime-aot"]["reason"].startswith(FOREIGN)
        assert outcomes["wasmtime"]["status"] == "passed", "the module itself is not native"
        check = built.run("check")
        assert (check.exit, FOREIGN in check.output, "build it again" in check.output) == (1, True, True)
    assert "Differs" not in check.output, "the forged record agrees"
    assert json.loads(record.read_text())
    built.build()
    assert built.run("smoke").exit == built.run("check").exit == 0


def test_native_code_of_another_machine_is_not_run_here(built: ProjectFixture) -> None:
    ended = built.run("smoke", WASMFORGE_CACHE=str(built.root.parent / "another"))
    assert (ended.exit, FOREIGN in ended.output) == (1, True)
