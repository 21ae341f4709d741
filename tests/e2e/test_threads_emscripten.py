"""Emscripten's pthreads in Node.js: real worker threads, through the module that a page imports, and then an end."""

import pytest

from tests.e2e.test_rust import needs
from tests.integration.test_glue import NODE, script
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

FORGE = """
format = 1
[components.sum]
path = "sum"
language = "c++"
recipe = "emscripten"
targets = ["web", "node"]
features = ["threads"]
exports = ["total", "helpers"]
options = { std = "c++17", thread-pool = 4, max-memory = 67108864 }
[[components.sum.smoke]]
call = "total"
args = [1000]
returns = 500500
"""

SOURCE = """
#include <atomic>
#include <set>
#include <thread>
#include <vector>
static std::atomic<int> others;
extern "C" int helpers() { return others; }
extern "C" int total(int n) {
    std::atomic<int> sum{0};
    std::vector<std::thread> threads;
    std::thread::id here = std::this_thread::get_id();
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            others += std::this_thread::get_id() != here;
            for (int i = t + 1; i <= n; i += 4) sum += i;
        });
    for (auto &t : threads) t.join();
    return sum;
}
"""

USER = """
import { total, helpers, memory } from "./sum.js";
console.log(total(1000), helpers(), memory.buffer instanceof SharedArrayBuffer);
"""


CMAKE = """
cmake_minimum_required(VERSION 3.20)
project(sum CXX)
set(CMAKE_CXX_STANDARD 17)
add_library(sum STATIC sum.cpp)
install(TARGETS sum)
"""


@pytest.mark.skipif(NODE is None, reason="node is not on PATH: there are no worker threads to run")
def test_four_threads_and_an_end(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "sum/sum.cpp": SOURCE})
    needs(project, "emscripten", origin="container")
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 2
    for target in ("web", "node"):  # the process that imports it ends by itself
        assert script(project.root / "dist" / target / "sum", USER) == "500500 4 true\n"
    told = " ".join(project.run("build").output.split())
    assert "sum@web the site must send Cross-Origin-Opener-Policy: same-origin" in told
    assert "sum@node the site" not in told


@pytest.mark.skipif(NODE is None, reason="node is not on PATH: there are no worker threads to run")
def test_a_project_with_cmake(project: ProjectFixture) -> None:
    forge = FORGE.replace('"emscripten"', '"cmake-emscripten"').replace('["web", "node"]', '["web"]')
    forge = forge.replace('std = "c++17"', 'libraries = ["lib/libsum.a"]')
    project.write({"forge.toml": forge, "sum/sum.cpp": SOURCE, "sum/CMakeLists.txt": CMAKE})
    needs(project, "emscripten", "emscripten-projects", origin="container")
    project.build()
    assert script(project.root / "dist/web/sum", USER) == "500500 4 true\n"
