"""What only a browser has: pages that may share memory and pages that may not, and exceptions in their final form."""

import pytest

from tests.e2e import test_exceptions, test_threads_variants
from tests.e2e.test_rust import needs
from tests.pages import BROWSER, shown
from tests.space import Space

pytestmark = [pytest.mark.e2e, BROWSER]

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


def test_a_module_and_its_es_module(space: Space) -> None:
    space.write({"forge.toml": FORGE, "kind/kind.wat": WAT})
    space.build()
    folder = space.root / "dist/web/kind"
    assert shown(folder, 'const m = await import("./kind.js"); say(m.kind());') == "7"
    assert "kind.jss" in shown(folder, 'const m = await import("./kind.jss"); say(m.kind());')


@pytest.mark.toolchains
def test_threads_in_a_page_that_may_share_memory_and_none_in_others(space: Space) -> None:
    options = '{ std = "c++17", thread-pool = 4, max-memory = 67108864 }'
    text = test_threads_variants.forge("c++", '["web"]\nrecipe = "emscripten"', '["total"]', options)
    space.write({"forge.toml": text, "sum/sum.cpp": test_threads_variants.CXX})
    needs(space, "emscripten", origin="container")
    space.build()
    folder = space.root / "dist/web/sum"
    script = 'const m = await import("./sum.js"); say(`${m.variant} ${m.total(1000)}`);'
    assert shown(folder, script, isolated=True) == "threads 5005004"
    assert shown(folder, script) == "base 5005000"


@pytest.mark.toolchains
def test_exceptions_in_their_final_form(space: Space) -> None:
    forge = test_exceptions.FORGE.replace('["wasi"]', '["web"]').partition("[[components")[0]
    space.write({"forge.toml": forge, "careful/careful.cpp": test_exceptions.SOURCE})
    needs(space, "emscripten", origin="container")
    (proved,) = [e for e in space.build().events() if e["event"] == "Proved"]
    assert "exceptions" in proved["features"]
    script = 'const m = await import("./careful.js"); say(`${m.caught(3)} ${m.caught(7)} ${m.jumped(3)}`);'
    assert shown(space.root / "dist/web/careful", script) == "3 107 3"
