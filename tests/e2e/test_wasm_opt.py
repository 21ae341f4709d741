"""wasm-opt: only where it is asked for, with the component's features and no others."""

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

# From PATH it comes in whatever version the machine has; these two can be had everywhere.
ORIGINS = pytest.mark.parametrize("origin", ["npm", "container"])

FORGE = """
format = 1
[components.slow]
path = "slow"
language = "wat"
exports = ["five", "splat"]
features = ["simd"]
options = { wasm-opt = true }
[[components.slow.smoke]]
call = "five"
returns = 5
"""

SLOW = """
(module
  (func $unused (result i32) i32.const 7)
  (func $two (result i32) i32.const 1 i32.const 1 i32.add)
  (func (export "five") (result i32) call $two call $two i32.add i32.const 1 i32.add)
  (func (export "splat") (param i32) (result i32) (i8x16.extract_lane_s 3 (i8x16.splat (local.get 0)))))
"""


@ORIGINS
def test_what_is_asked_for_becomes_smaller(project: ProjectFixture, origin: str) -> None:
    project.write({"forge.toml": FORGE.replace("wasm-opt = true", ""), "slow/slow.wat": SLOW})
    three = ("--target", "web", "--target", "node", "--target", "wasi")
    assert not [label for label in project.build(*three).executed() if "wasm-opt" in label]
    before = project.dist()
    project.write({"forge.toml": FORGE})
    needs(project, "binaryen", origin=origin)
    ended = project.build(*three)
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 4
    after = project.dist()
    for path in (p for p in before if p.endswith(".wasm")):
        assert len(after[path]) < len(before[path])
    project.build(*three, "--profile", "size")
    assert not [label for label in project.build(*three, "--profile", "dev").executed() if "wasm-opt" in label]


@ORIGINS
def test_a_feature_that_was_not_asked_for_is_not_let_through(project: ProjectFixture, origin: str) -> None:
    project.write({"forge.toml": FORGE.replace('features = ["simd"]', ""), "slow/slow.wat": SLOW})
    needs(project, "binaryen", origin=origin)
    ended = project.run("build", "--target", "wasi")
    assert ended.exit == 1
    assert "SIMD" in ended.output
