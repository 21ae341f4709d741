"""Several builds of one component beside each other, each proved by itself, and the ES module that picks one."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.integration.test_validator import all_but
from tests.support.project import ProjectFixture
from wasmforge import process
from wasmforge.contracts import features_flag
from wasmforge.model.feature_probes import PROBES

NODE = shutil.which("node")

FORGE = """
format = 1
[components.app]
path = "app"
language = "wat"
targets = ["web", "wasi"]
exports = ["kind"]
variants = {{ base = [], fast = ["simd", "tail-call"], some = ["simd"] }}
{more}
[[components.app.smoke]]
call = "kind"
returns = 7
"""

SIMD = '(module (func (export "kind") (result i32) (i32x4.extract_lane 0 (v128.const i32x4 7 0 0 0))))'

C = "int kind(void) { int x[4] = {1, 2, 3, 1}; int sum = 0; for (int i = 0; i < 4; i++) sum += x[i]; return sum; }\n"


def in_c(more: str = "") -> str:
    return FORGE.format(more=more).replace('"wat"', '"c"')


def test_each_is_built_proved_and_run(project: ProjectFixture) -> None:
    project.write({"forge.toml": in_c(), "app/src/kind.c": C})
    ended = project.build()
    names = {n for n in project.dist() if n.startswith("web/")}
    inside = {f"web/app/{v}/app.{end}" for v in ("base", "fast", "some") for end in ("js", "d.ts", "wasm")}
    assert names == {"web/app/app.js", "web/app/app.d.ts", "web/app/package.json"} | inside
    assert {n for n in project.dist() if n.startswith("wasi/")} == {
        f"wasi/app/{v}/app.wasm" for v in ("base", "fast", "some")
    }
    tests = [(e["outcome"]["test"], e["outcome"]["runtime"]) for e in ended.events() if e["event"] == "SmokeFinished"]
    assert ("kind()", "node") in tests
    assert {t for t, runtime in tests if runtime == "wasmtime"} == {"base: kind()", "fast: kind()", "some: kind()"}
    assert project.build().executed() == []
    assert project.run("check").exit == 0


@pytest.mark.skipif(NODE is None, reason="node is not on PATH: nothing can be picked")
@pytest.mark.parametrize(
    ("stub", "variant"),
    [
        ("", "fast"),
        ("WebAssembly.validate = (b) => b.includes(123);", "some"),
        ("WebAssembly.validate = () => false;", "base"),
    ],
)
def test_the_best_that_an_engine_can_run_is_picked(project: ProjectFixture, stub: str, variant: str) -> None:
    project.write({"forge.toml": in_c(), "app/src/kind.c": C})
    project.build("--no-smoke")
    script = f'{stub} const m = await import("./dist/web/app/app.js"); console.log(m.variant, m.kind());'
    project.write({"use.mjs": script})
    done = process.run([NODE or "", "use.mjs"], cwd=project.root, timeout=60)
    assert done.ok, done.text
    assert done.text == f"{variant} 7\n"


def test_a_variant_that_uses_what_it_was_built_without_is_found(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE.format(more=""), "app/app.wat": SIMD})
    ended = project.run("build", "-o", "json")
    assert ended.exit == 1
    found = [e["finding"] for e in ended.events() if e["event"] == "RuleViolated"]
    assert {(f["target"], f["rule"], f["item"]) for f in found} == {
        ("web", "features", "simd"),
        ("wasi", "features", "simd"),
    }
    assert all(f["what"].startswith("variant base uses simd") for f in found)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            '[components.app.on.web]\nvariants = { "a/b" = [] }\n',
            "components.app.on.web.variants.a/b: is no name for a variant",
        ),
        ('[components.app.on.web]\nvariants = { x = ["smid"] }\n', "unknown feature 'smid'"),
        ('[components.app.on.web]\nvariants = { x = ["relaxed-simd"] }\n', "target 'web' has no relaxed-simd"),
        (
            '[components.app.on.web]\nvariants = { x = ["wide-arithmetic"] }\n',
            "no engine can be asked for wide-arithmetic",
        ),
    ],
)
def test_bad_variants(project: ProjectFixture, more: str, said: str) -> None:
    project.write({"forge.toml": FORGE.format(more="") + more, "app/app.wat": SIMD})
    ended = project.run("build")
    assert ended.exit == 2
    assert said in ended.output


@pytest.mark.parametrize("feature", PROBES)
def test_a_probe_needs_its_feature_and_no_other(tmp_path: Path, feature: str) -> None:
    tool = Path(sys.executable).parent / "wasm-tools"
    binary, text = tmp_path / "probe.wasm", tmp_path / "probe.wat"
    binary.write_bytes(PROBES[feature].module)
    text.write_text(f"(module {PROBES[feature].wat})")
    same = process.run([tool, "parse", text, "-o", tmp_path / "same.wasm"], timeout=20)
    assert same.ok, same.text
    bare = process.run([tool, "strip", "--all", tmp_path / "same.wasm", "-o", tmp_path / "same.wasm"], timeout=20)
    assert bare.ok, bare.text
    assert (tmp_path / "same.wasm").read_bytes() == PROBES[feature].module
    with_it = process.run([tool, "validate", features_flag((feature,)), binary], timeout=20)
    assert with_it.ok, with_it.text
    others = all_but(feature)
    assert not process.run([tool, "validate", features_flag(others), binary], timeout=20).ok
