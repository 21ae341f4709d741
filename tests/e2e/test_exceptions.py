"""C++ exceptions and setjmp with Emscripten: their final form runs in Wasmtime, the older one is no module for WASI."""

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

FORGE = """
format = 1
[components.careful]
path = "careful"
language = "c++"
recipe = "emscripten"
targets = ["wasi"]
features = ["exceptions"]
exports = ["caught", "jumped"]
[[components.careful.smoke]]
call = "caught"
args = [7]
returns = 107
[[components.careful.smoke]]
call = "jumped"
args = [3]
returns = 3
"""

SOURCE = """
#include <csetjmp>
#include <stdexcept>
#include <string>
static int small(int n) {
    if (n > 5) throw std::runtime_error(std::to_string(n));
    return n;
}
extern "C" int caught(int n) {
    try { return small(n); } catch (const std::exception &e) { return 100 + std::stoi(e.what()); }
}
static jmp_buf back;
[[noreturn]] static void leap(int n) { longjmp(back, n); }
extern "C" int jumped(int n) {
    if (int got = setjmp(back)) return got;
    leap(n);
}
"""

OLDER = """
[components.careful.options]
flags = ["-fwasm-exceptions", "-sSUPPORT_LONGJMP=0"]
link-flags = ["-fwasm-exceptions", "-sSUPPORT_LONGJMP=0"]
"""

THROWS = """
extern "C" int caught(int n) {
    try { if (n > 5) throw n; } catch (int m) { return 100 + m; }
    return n;
}
extern "C" int jumped(int n) { return n; }
"""


def test_a_throw_is_caught_and_a_jump_arrives(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "careful/careful.cpp": SOURCE})
    needs(project, "emscripten", origin="container")
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 2
    (proved,) = [e for e in ended.events() if e["event"] == "ContractHolds"]
    assert "exceptions" in proved["features"]
    assert "legacy-exceptions" not in proved["features"]


def test_the_older_encoding_is_for_pages_and_node(project: ProjectFixture) -> None:
    forge = FORGE.replace('["exceptions"]', '["legacy-exceptions"]').replace('["wasi"]', '["web", "node"]')
    project.write({"forge.toml": forge, "careful/careful.cpp": SOURCE})
    needs(project, "emscripten", origin="path")  # images need not have the libraries for it
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 4
    for proved in (e for e in ended.events() if e["event"] == "ContractHolds"):
        assert "legacy-exceptions" in proved["features"]
        assert "exceptions" not in proved["features"]


def test_without_the_feature_a_throw_ends_the_module(project: ProjectFixture) -> None:
    forge = FORGE.replace('features = ["exceptions"]\n', "")
    project.write({"forge.toml": forge, "careful/careful.cpp": THROWS})
    needs(project, "emscripten", origin="container")
    ended = project.run("build")
    assert ended.exit == 1, ended.output
    assert "caught(7) in wasmtime: trap" in " ".join(ended.output.split())


def test_the_older_encoding_does_not_slip_through(project: ProjectFixture) -> None:
    forge = FORGE.replace('features = ["exceptions"]\n', 'features = ["reference-types"]\n') + OLDER
    project.write({"forge.toml": forge, "careful/careful.cpp": THROWS})
    needs(project, "emscripten", origin="path")
    ended = project.run("build")
    assert ended.exit == 1, ended.output
    assert "uses legacy-exceptions, which is not permitted on wasi" in " ".join(ended.output.split())


def test_the_older_encoding_is_refused_for_wasi_before_anything_is_built(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE.replace('"exceptions"', '"legacy-exceptions"'), "careful/careful.cpp": SOURCE})
    ended = project.run("build", "-o", "json")
    assert ended.exit == 2, ended.output
    assert "Wasmtime never took the older encoding" in ended.output
    assert ended.events() == []
