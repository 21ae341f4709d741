"""A stack that overflows traps: it lies below all data, and nothing of that is overwritten. Of itself it has 1 MiB."""

import pytest
import wasmtime

from tests.e2e.test_rust import CDYLIB, CRATE, LOCK, needs
from tests.support.project import ProjectFixture

TOOLS = pytest.mark.toolchains

C = """
static unsigned char table[100000] = { 1 };
static volatile unsigned char *volatile where = table;
static void fill(volatile char *p, int n) { for (int i = 0; i < n; i++) p[i] = 0x5a; }
static volatile int sink;
#define WITH(n) char big[n]; where[99990] = 7; fill(big, n); sink = big[9]; return where[99990];
int within(void) { WITH(70000) }
int beyond(void) { WITH(1048576 + 40000) }
"""
"""Where data lies below the stack, `beyond` would write over the end of the table and return 90."""

RUST = """
static mut TABLE: [u8; 100000] = [1; 100000];
#[inline(never)]
fn fill(p: &mut [u8]) { for x in p.iter_mut() { unsafe { std::ptr::write_volatile(x, 0x5a) } } }
#[inline(never)]
fn table() -> *mut u8 { unsafe { std::ptr::addr_of_mut!(TABLE) as *mut u8 } }
fn with<const N: usize>() -> i32 {
    let mut big = [0u8; N];
    unsafe { std::ptr::write_volatile(table().add(99990), 7) };
    fill(&mut big);
    unsafe { std::ptr::read_volatile(&big[N / 2]) };
    unsafe { std::ptr::read_volatile(table().add(99990)) as i32 }
}
#[no_mangle] pub extern "C" fn within() -> i32 { with::<70000>() }
#[no_mangle] pub extern "C" fn beyond() -> i32 { with::<{ 1048576 + 40000 }>() }
"""

PROJECTS = ("cmake-wasi-sdk", "make-wasi-sdk", "cmake-emscripten", "make-emscripten")

CMAKE = """
cmake_minimum_required(VERSION 3.20)
project(nothing C)
install(CODE "")
"""

FORGE = """
format = 1
[components.a]
path = "a"
language = "{language}"
recipe = "{recipe}"
targets = ["wasi"]
exports = ["within", "beyond"]
{more}
"""


@pytest.mark.parametrize(
    ("recipe", "profile", "more"),
    [
        ("zig", "release", ""),
        pytest.param("wasi-sdk", "release", "", marks=TOOLS),
        pytest.param("emscripten", "release", "", marks=TOOLS),
        pytest.param("emscripten", "dev", "", marks=TOOLS),
        *(pytest.param(project, "release", "", marks=TOOLS) for project in PROJECTS),
        pytest.param("cargo", "release", "", marks=TOOLS),
    ],
)
def test_a_stack_that_overflows_traps_and_overwrites_nothing(
    project: ProjectFixture, recipe: str, profile: str, more: str
) -> None:
    language, files = "c", {"a/a.c": C}
    if recipe == "cargo":
        language, files = "rust", {"a/Cargo.toml": CRATE + CDYLIB, "a/Cargo.lock": LOCK, "a/src/lib.rs": RUST}
    if recipe in PROJECTS:  # units of the component's own, beside a project that makes nothing
        files = {"a/forge/a.c": C, "a/CMakeLists.txt": CMAKE, "a/Makefile": "all install:\n"}
    project.write({"forge.toml": FORGE.format(language=language, recipe=recipe, more=more), **files})
    if recipe != "zig":
        needs(project, {"cargo": "rust-wasi"}.get(recipe, recipe.removeprefix("cmake-").removeprefix("make-")))
    project.build("--profile", profile)
    store = wasmtime.Store()
    linker = wasmtime.Linker(store.engine)
    linker.define_wasi()
    store.set_wasi(wasmtime.WasiConfig())
    (data,) = (data for name, data in project.dist().items() if name.endswith("wasi/a/a.wasm"))
    module = wasmtime.Module(store.engine, data)
    exports = linker.instantiate(store, module).exports(store)
    within, beyond = exports["within"], exports["beyond"]
    assert isinstance(within, wasmtime.Func)
    assert isinstance(beyond, wasmtime.Func)
    assert within(store) == 7
    with pytest.raises(wasmtime.Trap, match="out of bounds memory access"):
        beyond(store)
