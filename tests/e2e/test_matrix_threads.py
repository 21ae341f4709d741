"""Language by target, with threads and with native code: what is permitted is proved, the rest never begun."""

import json

import pytest

from tests.e2e.test_matrix import ALLOCATORS, CARGO, OPTIONS, SOURCES
from tests.e2e.test_rust import LOCK, needs
from tests.support.project import ProjectFixture
from wasmforge.config import load_catalog

pytestmark = pytest.mark.matrix

TARGETS = tuple(load_catalog(None).targets)

PTHREAD = """
#include <pthread.h>
static int sum;
static void *add(void *by) { __atomic_fetch_add(&sum, *(int *)by, __ATOMIC_SEQ_CST); return 0; }
#ifdef __cplusplus
extern "C"
#endif
int count(int by) {
    pthread_t other;
    if (pthread_create(&other, 0, add, &by)) return -1;
    pthread_join(other, 0);
    return sum;
}
"""

RUST = """
use std::sync::atomic::{AtomicI32, Ordering};
static SUM: AtomicI32 = AtomicI32::new(0);
#[no_mangle]
pub extern "C" fn count(by: i32) -> i32 { SUM.fetch_add(by, Ordering::SeqCst) + by }
"""

SCRIPT = "export function count(by: i32): i32 { return atomic.add<i32>(64, by) + by; }\n"

WAT = """
(module (import "env" "memory" (memory 1 2 shared)) (export "memory" (memory 0))
  (func (export "count") (param i32) (result i32)
    (i32.add (i32.atomic.rmw.add (i32.const 0) (local.get 0)) (local.get 0))))
"""

POOL = "thread-pool = 1, max-memory = 33554432"

THREADS = {
    "c": ("emscripten", {"count.c": PTHREAD}, POOL, ("web", "node")),
    "c++": ("emscripten", {"count.cpp": PTHREAD}, POOL, ("web", "node")),
    "rust": (
        "cargo",
        {"src/lib.rs": RUST, "Cargo.toml": CARGO, "Cargo.lock": LOCK},
        "build-std = true, max-memory = 33554432",
        ("web", "node"),
    ),
    "assemblyscript": (
        "assemblyscript",
        {"index.ts": SCRIPT},
        'runtime = "stub", raw-bindings = true',
        ("web", "node"),
    ),
    "wat": ("wat", {"count.wat": WAT}, "", ("web", "node", "wamr")),
    "zig": ("zig", {"src/root.zig": ""}, "", ()),
}
"""Recipe, sources, options, and the targets on which there are threads: those that were tried, see docs/targets.md."""

SMOKE = '[[components.app.smoke]]\ncall = "count"\nargs = [7]\nreturns = 7\n'


def forge(language: str, targets: tuple[str, ...]) -> str:
    """A component with threads for these targets."""
    recipe, _, options, _ = THREADS[language]
    head = f'format = 1\n[components.app]\npath = "app"\nlanguage = "{language}"\nrecipe = "{recipe}"\n'
    head += f'targets = {json.dumps(targets)}\nfeatures = ["threads"]\nexports = ["count"]\noptions = {{ {options} }}\n'
    return head + ("" if language == "assemblyscript" else SMOKE)  # its caller brings the memory


@pytest.mark.parametrize("language", [name for name, row in THREADS.items() if row[3]])
def test_threads_where_they_are_permitted(project: ProjectFixture, language: str) -> None:
    _, sources, _, targets = THREADS[language]
    targets = targets[-1:] if language == "rust" else targets  # test_threads_rust.py has the web's, which takes long
    project.write({"forge.toml": forge(language, targets), **{f"app/{path}": text for path, text in sources.items()}})
    if language in {"c", "c++"}:
        needs(project, "emscripten", origin="container")
    if language == "rust":
        needs(project, "cargo-src", "rust-src")
    ended = project.build()
    proved = {e["target"]: e["features"] for e in ended.events() if e["event"] == "ContractHolds"}
    assert proved.keys() == set(targets)
    assert all("threads" in features for features in proved.values())
    tested = [
        e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished" and e["outcome"]["runtime"] == "node"
    ]
    in_node = () if language == "assemblyscript" else ("web", "node")
    assert [t["status"] for t in tested] == ["passed" for t in targets if t in in_node]


@pytest.mark.parametrize("language", THREADS)
def test_threads_elsewhere_are_refused_before_anything_is_built(project: ProjectFixture, language: str) -> None:
    recipe, sources, _, permitted = THREADS[language]
    refused = tuple(t for t in TARGETS if t not in permitted)
    project.write({"forge.toml": forge(language, refused), **{f"app/{path}": text for path, text in sources.items()}})
    ended = project.run("build", "-o", "json")
    assert ended.exit == 2, ended.output
    assert ended.events() == []
    said = " ".join(ended.output.split())
    for target in refused:
        asked = f"target '{target}' has no threads", f"recipe '{recipe}' has no threads for target '{target}'"
        assert any(words in said for words in (*asked, f"recipe '{recipe}' has no words for threads")), target


NATIVE = {"wasi": ".cwasm", "wasmedge": ".so", "wamr": ".aot"}


@pytest.mark.parametrize("language", SOURCES)
def test_native_code_of_every_language_with_simd(project: ProjectFixture, language: str) -> None:
    options = ", ".join(filter(None, (OPTIONS.get(language), "aot = true")))
    exports = ["total", ALLOCATORS.get(language, "malloc")]
    text = f"""
format = 1
[components.app]
path = "app"
language = "{language}"
targets = {json.dumps([*NATIVE])}
exports = {json.dumps(exports)}
features = ["simd"]
options = {{ {options} }}
[[components.app.smoke]]
call = "total"
args = [{{ f32 = [1, 2, 3, 4, 5, 6, 7, 8] }}, 8]
returns = 36
"""
    project.write({"forge.toml": text, **{f"app/{path}": content for path, content in SOURCES[language].items()}})
    if language == "rust":
        needs(project, "rust", "rust-wasi", "cargo")
    needs(project, "wasmedge", "wamr", origin="container")
    ended = project.build()
    proved = {e["target"]: e["features"] for e in ended.events() if e["event"] == "ContractHolds"}
    assert proved.keys() == NATIVE.keys()
    assert all("simd" in features for features in proved.values())
    assert {f"{target}/app/app{ending}" for target, ending in NATIVE.items()} <= project.dist().keys()
    tested = {
        (e["outcome"]["runtime"], e["outcome"]["status"]) for e in ended.events() if e["event"] == "SmokeFinished"
    }
    assert {("wasmtime", "passed"), ("wasmtime-aot", "passed")} <= tested


@pytest.mark.parametrize("target", [t for t in TARGETS if t not in NATIVE])
def test_native_code_for_a_host_that_takes_none_is_refused(project: ProjectFixture, target: str) -> None:
    kind = "" if target == "fastly" else 'exports = ["f"]'
    text = f'format = 1\n[components.app]\npath = "app"\nlanguage = "c"\ntargets = ["{target}"]\n{kind}\n'
    project.write({"forge.toml": f"{text}options = {{ aot = true }}\n", "app/src/a.c": "int f(void) { return 1; }\n"})
    ended = project.run("build", "-o", "json")
    assert (ended.exit, ended.events()) == (2, []), ended.output
    assert "options.aot" in ended.output
