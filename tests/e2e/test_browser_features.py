"""What only a browser has: pages that may share memory and pages that may not, and exceptions in their final form."""

import pytest

from tests.e2e import test_exceptions, test_threads_variants
from tests.e2e.test_rust import needs
from tests.support.browser_page import BROWSER, page_output
from tests.support.project import ProjectFixture

pytestmark = BROWSER

WAT = '(module (func (export "kind") (result i32) (i32x4.extract_lane 0 (v128.const i32x4 7 0 0 0))))'

FORGE = """
format = 1
[components.kind]
path = "kind"
language = "wat"
targets = ["web"]
exports = ["kind"]
features = ["simd"]
"""


def test_a_module_and_its_es_module(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "kind/kind.wat": WAT})
    project.build()
    folder = project.root / "dist/web/kind"
    assert page_output(folder, 'const m = await import("./kind.js"); say(m.kind());') == "7"
    assert "kind.jss" in page_output(folder, 'const m = await import("./kind.jss"); say(m.kind());')


@pytest.mark.toolchains
def test_threads_in_a_page_that_may_share_memory_and_none_in_others(project: ProjectFixture) -> None:
    options = '{ std = "c++17", thread-pool = 4, max-memory = 67108864 }'
    text = test_threads_variants.forge("c++", '["web"]\nrecipe = "emscripten"', '["total"]', options)
    project.write({"forge.toml": text, "sum/sum.cpp": test_threads_variants.CXX})
    needs(project, "emscripten", origin="container")
    project.build()
    folder = project.root / "dist/web/sum"
    script = 'const m = await import("./sum.js"); say(`${m.variant} ${m.total(1000)}`);'
    assert page_output(folder, script, isolated=True) == "threads 5005004"
    assert page_output(folder, script) == "base 5005000"


@pytest.mark.toolchains
def test_exceptions_in_their_final_form(project: ProjectFixture) -> None:
    forge = test_exceptions.FORGE.replace('["wasi"]', '["web"]').partition("[[components")[0]
    project.write({"forge.toml": forge, "careful/careful.cpp": test_exceptions.SOURCE})
    needs(project, "emscripten", origin="container")
    (proved,) = [e for e in project.build().events() if e["event"] == "ContractHolds"]
    assert "exceptions" in proved["features"]
    script = 'const m = await import("./careful.js"); say(`${m.caught(3)} ${m.caught(7)} ${m.jumped(3)}`);'
    assert page_output(project.root / "dist/web/careful", script) == "3 107 3"
