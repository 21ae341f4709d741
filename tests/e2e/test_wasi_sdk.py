"""WASI-SDK or the distribution's clang: libraries, programs, features that stay off, and what goes wrong."""

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

ORIGINS = pytest.mark.parametrize("origin", ["path", "container"])

FORGE = """
format = 1
[components.digits]
path = "digits"
language = "c++"
recipe = "wasi-sdk"
targets = ["web", "node", "wasi"]
exports = ["digits"]
options = { std = "c++17" }
[[components.digits.smoke]]
call = "digits"
args = [12]
returns = 15
[components.count]
path = "count"
language = "c"
recipe = "wasi-sdk"
targets = ["node", "wasi"]
[[components.count.smoke]]
stdin = "a b c"
args = ["x"]
stdout = "5 x\\n"
"""

DIGITS = """
#include <string>
#include <vector>
extern "C" int digits(int n) {
    std::vector<std::string> all;
    for (int i = 1; i <= n; ++i) all.push_back(std::to_string(i));
    int count = 0;
    for (const auto &one : all) count += one.size();
    return count;
}
"""

COUNT = """
#include <stdio.h>
int main(int argc, char **argv) {
    int count = 0;
    while (getchar() != EOF) ++count;
    printf("%d %s\\n", count, argc > 1 ? argv[1] : "");
}
"""


@ORIGINS
def test_a_library_and_a_program(project: ProjectFixture, origin: str) -> None:
    project.write({"forge.toml": FORGE, "digits/src/digits.cpp": DIGITS, "count/main.c": COUNT})
    needs(project, "wasi-sdk", origin=origin)
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 6
    assert project.build().executed() == []
    for profile in ("size", "dev"):
        project.build("--target", "wasi", "--profile", profile)


LANES = """
#include <stddef.h>
float sum(const float *x, int n) { float s[4] = {0}; for (int i = 0; i < n; i += 4)
  for (int k = 0; k < 4; ++k) s[k] += x[i + k]; return s[0] + s[1] + s[2] + s[3]; }
int truncated(float x) { return (int)x; }
"""


@ORIGINS
@pytest.mark.parametrize("features", ["", "simd"])
def test_no_feature_but_those_that_are_asked_for(project: ProjectFixture, origin: str, features: str) -> None:
    forge = f"""
format = 1
[components.lanes]
path = "lanes"
language = "c"
recipe = "wasi-sdk"
targets = ["bare"]
exports = ["sum", "truncated"]
features = [{f'"{features}"' if features else ""}]
"""
    bare = """
format = 1
name = "bare"
delivers = ["module"]
runtimes = []
[features]
permitted = ["simd"]
[imports]
modules = ["wasi_snapshot_preview1"]
[recipes]
c = "wasi-sdk"
"""
    project.write({"forge.toml": forge, "lanes/lanes.c": LANES, "targets/bare.toml": bare})
    needs(project, "wasi-sdk", origin=origin)
    proved = [e for e in project.build().events() if e["event"] == "ContractHolds"]
    assert [e["features"] for e in proved] == [[features] if features else []]


def test_a_function_that_is_not_there(project: ProjectFixture) -> None:
    project.write(
        {"forge.toml": FORGE, "digits/digits.cpp": 'extern "C" int f(); extern "C" int digits() { return f(); }'}
    )
    project.write({"count/main.c": COUNT})
    needs(project, "wasi-sdk")
    ended = project.run("build", "digits")
    assert ended.exit == 1
    assert "undefined symbol: f" in ended.output
