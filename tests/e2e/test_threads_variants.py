"""Threads where there are some, and a build without them beside it: the ES module takes the one that runs."""

import pytest

from tests.e2e.test_rust import needs
from tests.e2e.test_threads_rust import LIBRARY, LOCK, MANIFEST
from tests.integration.test_glue import NODE, script
from tests.support.project import ProjectFixture

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not on PATH: nothing can be picked"),
]

FORGE = """
format = 1
[components.sum]
path = "sum"
language = "LANGUAGE"
targets = TARGETS
exports = EXPORTS
variants = { threads = ["threads"], base = [] }
options = OPTIONS
"""

ENGINES = {
    "threads": "",
    "base": "delete globalThis.SharedArrayBuffer;",
    "base, in a page that is not isolated": "globalThis.crossOriginIsolated = false;",
}

CXX = """
#include <atomic>
#ifdef __EMSCRIPTEN_PTHREADS__
#include <thread>
#include <vector>
#endif
static std::atomic<int> sum, helpers;
static void part(int t, int n) { for (int i = t + 1; i <= n; i += 4) sum += i; }
extern "C" int total(int n) {
    sum = 0;
#ifdef __EMSCRIPTEN_PTHREADS__
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) threads.emplace_back([=] { ++helpers; part(t, n); });
    for (auto &t : threads) t.join();
#else
    for (int t = 0; t < 4; ++t) part(t, n);
#endif
    return sum * 10 + helpers;
}
"""

SCRIPT = """
export function addUp(from: i32, to: i32): void {
  for (let i = from; i < to; i++) {
    if (ASC_FEATURE_THREADS) atomic.add<i32>(64, i);
    else store<i32>(64, load<i32>(64) + i);
  }
}
export function sum(): i32 { return load<i32>(64); }
"""


def forge(language: str, targets: str, exports: str, options: str) -> str:
    """A component with both builds."""
    words = {"LANGUAGE": language, "TARGETS": targets, "EXPORTS": exports, "OPTIONS": options}
    text = FORGE
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def chosen(project: ProjectFixture, target: str, stub: str, use: str) -> str:
    """What a user prints, in an engine that is as `stub` makes it."""
    return script(project.root / "dist" / target / "sum", f'{stub}\nconst m = await import("./sum.js");\n{use}')


@pytest.mark.toolchains
@pytest.mark.parametrize("target", ["web", "node"])
def test_emscripten(project: ProjectFixture, target: str) -> None:
    options = '{ std = "c++17", thread-pool = 4, max-memory = 67108864 }'
    smoke = '[[components.sum.smoke]]\ncall = "total"\nargs = [0]\n'
    text = forge("c++", f'["{target}"]\nrecipe = "emscripten"', '["total"]', options) + smoke
    project.write({"forge.toml": text, "sum/sum.cpp": CXX})
    needs(project, "emscripten", origin="container")
    ended = project.build()
    tested = {(e["outcome"]["test"], e["outcome"]["status"]) for e in ended.events() if e["event"] == "SmokeFinished"}
    assert tested == {(test, "passed") for test in ("total(0)", "base: total(0)", "threads: total(0)")}
    for engine, stub in ENGINES.items():
        told = chosen(project, target, stub, "console.log(m.variant, m.total(1000));")
        assert told == ("threads 5005004\n" if engine == "threads" else "base 5005000\n"), engine


@pytest.mark.toolchains
def test_rust(project: ProjectFixture) -> None:
    files = {"Cargo.toml": MANIFEST, "Cargo.lock": LOCK, "src/lib.rs": LIBRARY}
    text = forge("rust", '["web"]', '["collect", "total"]', "{ build-std = true, max-memory = 67108864 }")
    project.write({"forge.toml": text, **{f"sum/{name}": content for name, content in files.items()}})
    needs(project, "cargo-src", "rust-src")
    project.build()
    use = "console.log(m.variant, m.collect(1, 11), m.total(), m.memory.buffer.constructor.name);"
    for engine, stub in ENGINES.items():
        told = chosen(project, "web", stub, use)
        assert told == ("threads 10 55 SharedArrayBuffer\n" if engine == "threads" else "base 10 55 ArrayBuffer\n")
    assert "__wasm_init_tls" not in project.dist()["web/sum/sum.js"].decode()


def test_assemblyscript(project: ProjectFixture) -> None:
    options = '{ runtime = "stub", initial-pages = 1, max-pages = 16, raw-bindings = true }'
    project.write(
        {"forge.toml": forge("assemblyscript", '["web"]', '["addUp", "sum"]', options), "sum/index.ts": SCRIPT}
    )
    project.build()
    use = """
    const { readFile } = await import("node:fs/promises");
    const module = await WebAssembly.compile(await readFile(new URL(`./${m.variant}/sum.wasm`, import.meta.url)));
    const threads = m.variant === "threads";
    const memory = threads ? new WebAssembly.Memory({ initial: 1, maximum: 16, shared: true }) : undefined;
    const { addUp, sum } = await m.instantiate(module, { env: { memory } });
    addUp(0, 100);
    console.log(m.variant, sum());
    """
    for engine, stub in ENGINES.items():
        assert chosen(project, "web", stub, use) == ("threads 4950\n" if engine == "threads" else "base 4950\n"), engine


def test_a_variant_without_the_option_that_its_threads_need_is_refused(project: ProjectFixture) -> None:
    files: dict[str, str | bytes] = {"Cargo.toml": MANIFEST, "Cargo.lock": LOCK, "src/lib.rs": LIBRARY}
    project.write({"forge.toml": forge("rust", '["web"]', '["total"]', "{}")})
    project.write({f"sum/{name}": content for name, content in files.items()})
    ended = project.run("build", "-o", "json")
    assert ended.exit == 2, ended.output
    assert "variants.threads: recipe 'cargo' has threads only together with its option build-std" in ended.output
    assert ended.events() == []
