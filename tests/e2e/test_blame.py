"""A feature that was not permitted is traced to the object, or the member of an archive, that brought it in."""

import sys

from tests.support.project import ProjectFixture
from wasmforge import process

FORGE = """
format = 1
[components.dot]
path = "dot"
language = "c"
recipe = "zig"
targets = ["old"]
exports = ["dot"]
"""

OLD = """
format = 1
name = "old"
like = "web"
delivers = ["module"]
runtimes = ["wasmtime"]
recipes = { c = "zig" }
features = { permitted = ["mutable-global"], never = { simd = "its engine is from 2019" } }
"""

VECTOR = """
#include <wasm_simd128.h>
float dot4(const float *a, const float *b) {
    v128_t p = wasm_f32x4_mul(wasm_v128_load(a), wasm_v128_load(b));
    return wasm_f32x4_extract_lane(p, 0) + wasm_f32x4_extract_lane(p, 3);
}
"""

MAIN = "float dot4(const float *, const float *);\nfloat dot(const float *a, const float *b) { return dot4(a, b); }\n"


def zig(project: ProjectFixture, *words: str) -> None:
    """Zig's own tools, which make what others deliver ready-made."""
    cache = {"ZIG_GLOBAL_CACHE_DIR": str(project.cache / "zig"), "ZIG_LOCAL_CACHE_DIR": str(project.cache / "zig")}
    done = process.run([sys.executable, "-P", "-m", "ziglang", *words], cwd=project.root, env=cache, timeout=300)
    assert done.ok, done.text


def test_a_member_of_an_archive(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "targets/old.toml": OLD, "dot/src/main.c": MAIN, "vector.c": VECTOR})
    project.write({"plain.c": "int unused(void) { return 1; }\n", "dot/lib/.keep": ""})
    cc = ("cc", "-target", "wasm32-wasi", "-O2", "-g", "-c")
    zig(project, *cc, "-mcpu=mvp+simd128", "vector.c", "-o", "vector.o")
    zig(project, *cc, "-mcpu=mvp", "plain.c", "-o", "plain.o")
    zig(project, "ar", "rcs", "dot/lib/libfast.a", "plain.o", "vector.o")
    ended = project.run("build", "-o", "json")
    assert ended.exit == 1
    (finding,) = [e["finding"] for e in ended.events() if e["event"] == "RuleViolated"]
    assert (finding["rule"], finding["item"]) == ("features", "simd")
    assert "compiled into lib/libfast.a(vector.o)" in finding["what"]
    assert "its engine is from 2019" in finding["what"]


def test_an_object_of_ones_own(project: ProjectFixture) -> None:
    asking = VECTOR.replace("float dot4", '__attribute__((target("simd128"))) float dot4')
    project.write({"forge.toml": FORGE, "targets/old.toml": OLD, "dot/src/main.c": MAIN, "dot/src/vector.c": asking})
    ended = project.run("build", "-o", "json")
    assert ended.exit == 1
    whats = [e["finding"]["what"] for e in ended.events() if e["event"] == "RuleViolated"]
    assert whats, ended.output
    assert any("src/vector.c.o" in what for what in whats)


WAT = """
(module (func (export "one") (result i32) i32.const 1)
  (func $inner_loop (export "dot") (result i32)
    (i32x4.extract_lane 0 (i32x4.relaxed_laneselect
      (v128.const i32x4 7 0 0 0) (v128.const i32x4 7 0 0 0) (v128.const i32x4 7 0 0 0)))))
"""


def test_a_function_by_the_name_that_it_had_before_it_was_shipped(project: ProjectFixture) -> None:
    forge = FORGE.replace('"c"', '"wat"').replace('"zig"', '"wat"').replace('"old"', '"node"')
    project.write({"forge.toml": forge, "dot/dot.wat": WAT})
    for variants in ("", "variants = { base = [], fast = ['simd'] }"):
        project.write({"forge.toml": forge + variants})
        ended = project.run("build", "-o", "json")
        assert ended.exit == 1
        found = [e["finding"] for e in ended.events() if e["event"] == "RuleViolated"]
        cache_dirs = {f["place"].partition(", ")[0] for f in found if f["item"] == "relaxed-simd"}
        assert cache_dirs == {"function inner_loop"}
    assert b"inner_loop" not in (project.root / ".wasmforge/candidate/node/dot/base/dot.wasm").read_bytes()
