"""Which components a list of paths holds, decided without a file system."""

from hypothesis import given
from hypothesis import strategies as st

from wasmforge.config.project import _bad_name
from wasmforge.discovery import discover
from wasmforge.discovery.names import unique, valid
from wasmforge.model.discovery import FoundComponent

MAIN = "int main(void) { return 0; }"


def found(files: dict[str, str], *, home: str = "repo", taken: tuple[str, ...] = ()) -> dict[str, FoundComponent]:
    components = discover(files, lambda path: files.get(path, ""), home=home, taken=taken)
    assert len({c.name for c in components}) == len(components)
    return {c.name: c for c in components}


MONOREPO = {
    "package.json": '{"workspaces": ["packages/*"], "devDependencies": {"assemblyscript": "^0.28"}}',
    "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
    "CMakeLists.txt": "project(all)\nadd_subdirectory(libs/matmul)\n",
    "Makefile": "all:\n\twasmforge build\n",
    "libs/matmul/CMakeLists.txt": "set(CMAKE_CXX_STANDARD 20)\nadd_library(matmul src/matmul.cpp)\n",
    "libs/matmul/src/matmul.cpp": '#include "matmul.hpp"\nextern "C" void matmul(int n) {}\n',
    "libs/matmul/include/matmul.hpp": "void matmul(int n);\n",
    "libs/headers-only/include/only.hpp": "struct Only {};\n",
    "crates/parser/Cargo.toml": '[package]\nname = "parser"\n[lib]\ncrate-type = ["cdylib"]\n',
    "crates/parser/src/lib.rs": '#[no_mangle]\npub extern "C" fn parse(n: u32) -> u32 { n }\n',
    "crates/tool/Cargo.toml": '[package]\nname = "tool"\n',
    "crates/tool/src/main.rs": "fn main() {}\n",
    "packages/resize/package.json": '{"devDependencies": {"assemblyscript": "^0.28"}}',
    "packages/resize/assembly/index.ts": "export function resize(w: i32): i32 { return w; }\n",
    "packages/resize/src/host.ts": "export function host(): void {}\n",
    "packages/site/package.json": '{"dependencies": {"react": "19"}}',
    "packages/site/src/index.ts": "export function render(): void {}\n",
    "services/greet/build.zig": "",
    "services/greet/src/main.zig": "pub fn main() void {}\n",
    "wat/gcd.wat": '(module (func (export "gcd") (param i32 i32) (result i32) (local.get 0)))',
    "tools/count/count.c": MAIN,
}


def test_a_monorepo_of_all_languages() -> None:
    components = found(MONOREPO)
    assert {n: (c.path, c.language, c.kind, c.exports) for n, c in components.items()} == {
        "matmul": ("libs/matmul", "c++", "reactor", ("matmul",)),
        "parser": (".", "rust", "reactor", ("parse",)),
        "tool": (".", "rust", "command", ()),
        "resize": ("packages/resize", "assemblyscript", "reactor", ("resize",)),
        "greet": ("services/greet", "zig", "command", ()),
        "wat": ("wat", "wat", "reactor", ("gcd",)),
        "count": ("tools/count", "c", "command", ()),
    }
    assert components["matmul"].std == "c++20"
    assert components["resize"].sources == ("assembly/index.ts",)
    assert components["greet"].entry_files == ("src/main.zig",)


def test_ordinary_typescript_is_no_component() -> None:
    assert found({"package.json": '{"dependencies": {}}', "src/index.ts": "export function f(): void {}"}) == {}
    assert found({"index.ts": "export function f(): void {}"}) == {}


def test_a_workspace_dependency_does_not_make_its_packages_assemblyscript() -> None:
    files = {
        "package.json": '{"devDependencies": {"assemblyscript": "1"}}',
        "packages/site/package.json": "{}",
        "packages/site/src/index.ts": "export function f(): void {}",
    }
    assert found(files) == {}


def test_assemblyscript_entries_are_told_by_asconfig_or_scripts() -> None:
    by_config = {"a/asconfig.json": '{"entries": ["./lib/main.ts"]}', "a/lib/main.ts": "", "a/web/page.ts": ""}
    assert found(by_config)["a"].sources == ("lib/main.ts",)
    script = '{"dependencies": {"assemblyscript": "1"}, "scripts": {"build": "asc --optimize core/go.ts -o x.wasm"}}'
    by_script = {"a/package.json": script, "a/core/go.ts": "export function go(): void {}", "a/page.ts": ""}
    assert found(by_script)["a"].entry_files == ("core/go.ts",)


def test_headers_alone_are_no_component() -> None:
    assert found({"lib/CMakeLists.txt": "add_library(x INTERFACE)", "lib/include/x.hpp": "int f();"}) == {}


def test_the_innermost_root_wins_and_the_outer_does_not_list_its_files() -> None:
    files = {
        "outer/CMakeLists.txt": "add_library(outer a.c b.c GLOB)",
        "outer/a.c": "",
        "outer/plug/CMakeLists.txt": "add_library(plug p.c)",
        "outer/plug/p.c": '#include "p.h"',
        "outer/plug/p.h": "",
    }
    components = found(files)
    assert components["outer"].sources == ("a.c",)
    assert components["plug"].sources == ("p.c", "p.h")


def test_a_build_file_for_something_else_is_no_root() -> None:
    files = {"Makefile": "demo:\n\tgcc demo.c\n", "services/a/a.c": MAIN, "services/b/b.c": MAIN}
    assert {c.path for c in found(files).values()} == {"services/a", "services/b"}


def test_a_folder_of_sources_takes_folders_of_sources_in_it() -> None:
    components = found({"app/main.c": MAIN, "app/util/list.c": "", "app/util/list.h": ""})
    assert components["app"].sources == ("main.c", "util/list.c", "util/list.h")


def test_sources_at_the_top_are_named_by_the_home() -> None:
    assert found({"src/main.c": MAIN}, home="my project!")["my-project"].path == "."


def test_several_programs_in_one_folder_are_several_components() -> None:
    components = found({"tools/cat.c": MAIN, "tools/wc.c": MAIN, "tools/io.c": "", "tools/io.h": ""})
    assert components["cat"].sources == ("cat.c", "io.c", "io.h")
    assert components["wc"].sources == ("wc.c", "io.c", "io.h")
    assert components["wc"].shares_folder


def test_several_wat_files_in_one_folder_are_several_components() -> None:
    components = found({"wat/a.wat": '(func (export "_start"))', "wat/b.wat": '(func (export "f"))'})
    assert [(c.kind, c.exports) for c in components.values()] == [("command", ()), ("reactor", ("f",))]


def test_tests_are_not_sources() -> None:
    files = {"a/src/a.c": "", "a/src/a_test.c": MAIN, "a/src/tests/t.c": MAIN, "a/src/test_b.c": MAIN}
    assert found(files)["a"].sources == ("src/a.c",)


def test_c_beside_zig_belongs_to_zig_and_c_of_a_crate_to_the_crate() -> None:
    zig = found({"v/build.zig": "", "v/src/root.zig": "export fn dot() void {}", "v/src/scale.c": ""})
    assert zig["v"].language == "zig"
    assert zig["v"].sources == ("src/root.zig", "src/scale.c")
    crate = {"k/Cargo.toml": "[package]", "k/build.rs": "", "k/src/main.rs": "", "k/native/x.c": ""}
    assert [c.language for c in found(crate).values()] == ["rust"]


CDYLIB = '[package]\nname = "{}"\n[lib]\ncrate-type = ["cdylib"]\n'
EXPORT = '#[no_mangle] pub extern "C" fn f() {}'


def test_a_member_of_a_cargo_workspace_is_a_package_of_it() -> None:
    files = {
        "rs/Cargo.toml": '[workspace]\nmembers = ["*"]',
        "rs/Cargo.lock": "",
        "rs/a/Cargo.toml": CDYLIB.format("alpha"),
        "rs/a/src/lib.rs": EXPORT,
        "rs/b/Cargo.toml": "[package]\nname = 'beta'",
        "rs/b/src/main.rs": "",
    }
    components = found(files)
    assert {(c.name, c.path, c.package, c.kind, c.problem) for c in components.values()} == {
        ("alpha", "rs", "alpha", "reactor", ""),
        ("beta", "rs", "beta", "command", ""),
    }
    assert components["alpha"].sources == ("a/src/lib.rs",)


def test_a_crate_for_other_crates_is_no_component_and_one_that_lacks_something_says_what() -> None:
    assert found({"k/Cargo.toml": "[package]", "k/src/lib.rs": "pub fn f() {}"}) == {}
    assert "cdylib" in found({"k/Cargo.toml": "[package]", "k/src/lib.rs": EXPORT})["k"].problem
    assert "Cargo.lock" in found({"k/Cargo.toml": CDYLIB.format("k"), "k/src/lib.rs": EXPORT})["k"].problem


BOUND = (
    '[dependencies]\nwasm-bindgen = "0.2"\n',
    "[dependencies]\nwasm-bindgen.workspace = true\n",
    '[dependencies.wasm-bindgen]\nversion = "0.2"\n',
    '[target.\'cfg(target_family = "wasm")\'.dependencies]\nweb-sys = "0.3"\n',
    '[dependencies]\nbindgen = { package = "wasm-bindgen", version = "0.2" }\n',
    "[dependencies]\nshared = { workspace = true }\n",
)
UNBOUND = (
    "",
    '[dependencies]\nserde = "1"\n',
    '[dev-dependencies]\nwasm-bindgen = "0.2"\n',
    '[dependencies]\nwasm-bindgen = { version = "0.2", optional = true }\n',
    '[dependencies]\nwasm-bindgen = { package = "other", version = "1" }\n',
    "[dependencies]\nwasm-bindgen = 3\n[target]\nx = 3\n".replace("wasm-bindgen", "serde"),
    "[dependencies]\nother = { workspace = true }\n",
)
SHARED = """[workspace]\nmembers = ["k"]\n
[workspace.dependencies]
wasm-bindgen = "0.2"
other = "1"
shared = { package = "js-sys", version = "0.3" }
"""


def test_a_library_written_with_wasm_bindgen_is_built_with_its_recipe() -> None:
    for said, recipe in (*((s, "wasm-bindgen") for s in BOUND), *((s, "") for s in UNBOUND)):
        crate = {"k/Cargo.toml": CDYLIB.format("k") + said, "k/src/lib.rs": EXPORT}
        assert found({**crate, "Cargo.toml": SHARED, "Cargo.lock": ""})["k"].recipe == recipe, said


def test_a_program_written_with_wasm_bindgen_is_built_as_a_program() -> None:
    files = {"k/Cargo.toml": f"[package]\nname = 'k'\n{BOUND[0]}", "k/Cargo.lock": "", "k/src/main.rs": ""}
    assert found(files)["k"].recipe == ""


def test_each_program_of_a_crate_is_a_component() -> None:
    files = {
        "k/Cargo.toml": "[package]\nname = 'main-one'",
        "k/Cargo.lock": "",
        "k/src/main.rs": "",
        "k/src/bin/two.rs": "",
        "k/src/bin/three/main.rs": "",
    }
    assert {c.program for c in found(files).values()} == {"main-one", "two", "three"}


def test_sources_that_include_emscripten_want_its_recipe() -> None:
    assert found({"a/src/a.c": "#include <emscripten.h>\nint EMSCRIPTEN_KEEPALIVE f(void) {}"})["a"].recipe
    guarded = "#ifdef __EMSCRIPTEN__\n#include <emscripten.h>\n#endif\n"
    assert not found({"a/src/a.c": guarded})["a"].recipe


def test_zig_with_exports_in_root_and_a_main_is_a_reactor() -> None:
    files = {"src/main.zig": "pub fn main() void {}", "src/root.zig": "export fn add() i32 { return 1; }"}
    assert found(files)["repo"].entry_files == ("src/root.zig",)


def test_two_languages_in_one_folder_have_two_names() -> None:
    files = {"x/src/a.c": "", "x/assembly/index.ts": "export function f(): void {}"}
    assert {(c.name, c.language) for c in found(files).values()} == {("x", "assemblyscript"), ("x-c", "c")}


def test_names_are_prefixed_where_folders_are_alike_or_taken() -> None:
    assert set(found({"a/core/src/x.c": "", "b/core/src/x.c": ""})) == {"a-core", "b-core"}
    assert set(found({"libs/core/src/x.c": ""}, taken=("core",))) == {"libs-core"}
    assert unique([("é",), ("e",)]) == ("e", "e-2")


def test_broken_build_files_do_not_crash() -> None:
    files = {"Cargo.toml": "[[", "src/lib.rs": "", "package.json": "{", "index.ts": "", "asconfig.json": "[1]"}
    assert [c.language for c in found(files).values()] == ["assemblyscript"]


@given(st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=3), max_size=6), st.sets(st.text(max_size=3)))
def test_names_are_always_unique_and_valid(trails: list[list[str]], taken: set[str]) -> None:
    names = unique(trails, taken)
    assert len(set(names)) == len(trails)
    assert not taken.intersection(names)
    assert all(_bad_name(name, "") is None for name in names)
    assert all(valid(name) == name for name in names)


_PART = st.sampled_from(
    ["src", "a", "b.c", "assembly", "main.zig", "x.cpp", "Makefile", "Cargo.toml", "h.h", "i.ts", "m.wat"]
)
_TEXT = st.sampled_from(["int main() {", "[package]", '{"entries": ["i.ts"]}', 'extern "C" {', "/* #", '(export "', ""])


@given(st.dictionaries(st.lists(_PART, min_size=1, max_size=4).map("/".join), _TEXT, max_size=8))
def test_no_tree_crashes_and_no_source_is_in_two_whole_components(files: dict[str, str]) -> None:
    whole = [c for c in found(files).values() if not c.shares_folder]
    listed = [f"{c.path}/{s}".removeprefix("./") for c in whole for s in c.sources]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(files)


def test_sources_without_a_build_file_are_told_which_headers_wasi_has() -> None:
    text = "#ifdef HAVE_UNISTD_H\n#include <unistd.h>\n#endif\n#ifdef HAVE_WINDOWS_H\n#endif\n"
    component = found({"seek.c": text + "long seek(int fd) { return 0; }\n"})["repo"]
    assert component.defines == ("HAVE_UNISTD_H=1",)
