"""Language by target by feature: what a target permits is built, proved and run; the rest is never begun.

Libraries add up an array of numbers, in a loop that compilers turn into SIMD by themselves where they may.
"""

import json

import pytest

from tests.e2e.test_rust import LOCK, needs
from tests.support.project import ProjectFixture
from wasmforge.config import load_catalog

pytestmark = pytest.mark.matrix

CATALOG = load_catalog(None)

FEATURES = ("", "simd", "relaxed-simd", "tail-call")
"""What is asked for beside a target's defaults; relaxed SIMD brings SIMD along."""

C = """
extern "C" float total(const float *numbers, int count) {
    float sums[4] = {0, 0, 0, 0};
    for (int i = 0; i + 4 <= count; i += 4)
        for (int lane = 0; lane < 4; lane++) sums[lane] += numbers[i + lane];
    return sums[0] + sums[1] + sums[2] + sums[3];
}
"""

ZIG = """
export fn total(numbers: [*]const f32, count: i32) f32 {
    var sums: @Vector(4, f32) = @splat(0);
    var i: usize = 0;
    while (i + 4 <= count) : (i += 4) sums += numbers[i..][0..4].*;
    return @reduce(.Add, sums);
}
"""

RUST = """
#[no_mangle]
pub unsafe extern "C" fn total(numbers: *const f32, count: i32) -> f32 {
    let mut sums = [0f32; 4];
    for four in core::slice::from_raw_parts(numbers, count as usize).chunks_exact(4) {
        for lane in 0..4 { sums[lane] += four[lane]; }
    }
    sums.iter().sum()
}
#[no_mangle]
pub extern "C" fn alloc(size: usize) -> *mut u8 {
    unsafe { std::alloc::alloc(std::alloc::Layout::from_size_align(size, 16).unwrap()) }
}
"""

SCRIPT = """
export function total(numbers: usize, count: i32): f32 {
  if (ASC_FEATURE_SIMD) {
    let sums = f32x4.splat(0);
    for (let i = 0; i < count; i += 4) sums = f32x4.add(sums, v128.load(numbers + 4 * i));
    return f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1)
      + f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
  }
  let sum: f32 = 0;
  for (let i = 0; i < count; i++) sum += load<f32>(numbers + 4 * i);
  return sum;
}
export function alloc(size: i32): usize { return heap.alloc(size); }
"""

CARGO = '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n'

SOURCES = {
    "c": {"src/total.c": C.replace('extern "C" ', "")},
    "c++": {"src/total.cpp": C},
    "zig": {"src/root.zig": ZIG},
    "rust": {"src/lib.rs": RUST, "Cargo.toml": CARGO, "Cargo.lock": LOCK},
    "assemblyscript": {"assembly/index.ts": SCRIPT},
}

OPTIONS = {"c++": 'cxx-library = "none"', "assemblyscript": 'runtime = "minimal", abort = "trap"'}


ALLOCATORS = {"rust": "alloc", "assemblyscript": "alloc"}
"""Where a library brings its own; those of C bring the C library's."""


def component(name: str, language: str, target: str, features: tuple[str, ...]) -> str:
    """One cell of the matrix."""
    return f"""
[components.{name}]
path = "app"
language = "{language}"
targets = ["{target}"]
exports = ["total", "{ALLOCATORS.get(language, "malloc")}"]
features = {json.dumps(features)}
options = {{ {OPTIONS.get(language, "")} }}
[[components.{name}.smoke]]
call = "total"
args = [{{ f32 = [1, 2, 3, 4, 5, 6, 7, 8] }}, 8]
returns = 36
"""


def cells(language: str) -> dict[tuple[str, str], str]:
    """Target and feature, by the name of the component: what the target and the recipe permit."""
    found = {}
    for target in CATALOG.targets.values():
        recipe = CATALOG.recipes.get(target.recipes.get(language, ""))
        for feature in FEATURES:
            if recipe is None or "reactor" not in target.kinds:
                continue
            if not feature or (feature in target.features.permitted and feature in recipe.features):
                found[target.name, feature] = f"{target.name}-{feature or 'base'}"
    return found


@pytest.mark.parametrize("language", SOURCES)
def test_every_cell_that_is_permitted_is_proved_and_runs(project: ProjectFixture, language: str) -> None:
    wanted = cells(language)
    forge = "format = 1\n" + "".join(
        component(name, language, target, (feature,) if feature else ()) for (target, feature), name in wanted.items()
    )
    project.write({"forge.toml": forge, **{f"app/{path}": text for path, text in SOURCES[language].items()}})
    if language == "rust":
        needs(project, "rust", "rust-wasi", "cargo")
    ended = project.build("-k")
    proved = {e["component"]: e["features"] for e in ended.events() if e["event"] == "ContractHolds"}
    assert proved.keys() == set(wanted.values())
    tested = {
        e["outcome"]["component"]: e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"
    }
    assert tested == dict.fromkeys(wanted.values(), "passed")
    with_simd = {name for name, features in proved.items() if "simd" in features}
    asked = {name for (_, feature), name in wanted.items() if feature in {"simd", "relaxed-simd"}}
    assert with_simd == asked


COMMANDS = {
    "c": ("src/main.c", '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n', {}),
    "c++": ("src/main.cpp", '#include <cstdio>\nint main() { std::puts("hello"); return 0; }\n', {}),
    "rust": (
        "src/main.rs",
        'fn main() { println!("hello"); }\n',
        {"Cargo.toml": CARGO.split("[lib]", maxsplit=1)[0], "Cargo.lock": LOCK},
    ),
}


@pytest.mark.parametrize("language", COMMANDS)
def test_programs_for_every_target_that_runs_them(project: ProjectFixture, language: str) -> None:
    path, text, more = COMMANDS[language]
    names = [t.name for t in CATALOG.targets.values() if "command" in t.kinds and language in t.recipes]
    head = f'format = 1\n[components.app]\npath = "app"\nlanguage = "{language}"\ntargets = {json.dumps(names)}\n'
    head += 'options = { cxx-library = "none" }\n' if language == "c++" else ""
    smoke = '[[components.app.smoke]]\nstdout = "hello\\n"\n'
    project.write({"forge.toml": head + smoke, f"app/{path}": text, **{f"app/{p}": t for p, t in more.items()}})
    if language == "rust":
        needs(project, "rust-wasi", "cargo")
    ended = project.build()
    assert {e["target"] for e in ended.events() if e["event"] == "ContractHolds"} == set(names)
    assert {e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"} == {"passed"}


@pytest.mark.parametrize("target", CATALOG.targets)
def test_what_a_target_has_not_is_refused_before_anything_is_built(project: ProjectFixture, target: str) -> None:
    contract = CATALOG.targets[target]
    refused = [f for f in ("threads", "relaxed-simd", "exceptions", "gc") if f not in contract.features.permitted]
    kind = 'exports = ["f"]' if "reactor" in contract.kinds else ""
    parts = [
        f'[components.c{i}]\npath = "app"\nlanguage = "c"\ntargets = ["{target}"]\n{kind}\nfeatures = ["{feature}"]\n'
        for i, feature in enumerate(refused)
    ]
    project.write({"forge.toml": "format = 1\n" + "".join(parts), "app/src/a.c": "int f(void) { return 1; }\n"})
    ended = project.run("build")
    assert ended.exit == (2 if refused else ended.exit)
    for feature in refused:
        why = contract.features.never.get(feature, "")
        assert f"target {target!r} has no {feature}" + (f": {why}" if why else "") in ended.output.replace("\n", " ")
