"""What `init` reads in source text: mains, exports, headers, standards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.discovery import c, c_flags, other_languages
from wasmforge.discovery.strip_comments import uses_simd, without_comments


@pytest.mark.parametrize(
    "text",
    [
        "int main(void) { return 0; }",
        "int\nmain(int argc, char *argv[])\n{\n}",
        "auto main() -> int {",
        "int main(int argc, char **argv) /* entry */ {",
        "main() {",
    ],
)
def test_a_main(text: str) -> None:
    assert c.has_main(without_comments(text))


@pytest.mark.parametrize(
    "text",
    [
        "// int main(void) { return 0; }",
        "/* int main(void) {\n} */",
        'const char *s = "int main() {";',
        "int main(void);",
        "int domain(void) { return 0; }",
        "void App::main() { }",
        "#define MAIN int main() {",
        "x = app.main(); if (y) {",
    ],
)
def test_no_main(text: str) -> None:
    assert not c.has_main(without_comments(text))


@pytest.mark.parametrize(
    ("suffix", "source", "header", "exports"),
    [
        (".c", "EMSCRIPTEN_KEEPALIVE int add(int a) { return a; } int other(void) {}", "int other(void);", ("add",)),
        (".c", "int EMSCRIPTEN_KEEPALIVE add(int a) { return a; }", "", ("add",)),
        (".c", '__attribute__((export_name("add"))) int add(int a) { return a; }', "", ("add",)),
        (".c", '__attribute__((export_name("plus"))) int add(int a) { return a; }', "", ()),
        (".c", '#define API __attribute__((visibility("default")))\nAPI int add(int a) { return a; }', "", ("add",)),
        (".c", "API int add(int a) { return a; }", "#define API EMSCRIPTEN_KEEPALIVE\nAPI int add(int a);", ("add",)),
        (".c", "#define X(n) __attribute__((export_name(#n)))\nX(add) int add(int a) { return a; }", "", ("add",)),
        (".c", "int add(int a) { return f(a); }\nstatic int f(int a) { return a; }", "int add(int a);", ("add",)),
        (".c", "static int add(int a) { return a; }", "int add(int a);", ()),
        (".c", "int add(int a) { return a; }", "// int add(int a);", ()),
        (".c", "int add(int a);", "int add(int a);", ()),
        (".c", "int sum(const int *p) { return *p; }", "int sum(const int *p);", ("sum", "malloc", "free")),
        (".c", "int t[] = { 1, 2 }; struct s { int (*f)(void); }; int add(int a) { }", "int add(int a);", ("add",)),
        (".cpp", 'extern "C" int add(int a) { return a; }\nint hidden(int a) { return a; }', "", ("add",)),
        (".cpp", 'extern "C" {\nint add(int a) { if (a) { } return a; }\n}\nint hidden() { }', "", ("add",)),
        (
            ".cpp",
            "int add(int a) { return a; }",
            '#ifdef __cplusplus\nextern "C" {\n#endif\nint add(int a);\n}',
            ("add",),
        ),
        (".cpp", 'namespace n { extern "C" int add(int a) { return a; } }', "", ("add",)),
        (".cpp", "EMSCRIPTEN_KEEPALIVE int mangled(int a) { return a; }", "", ()),
        (".cpp", 'extern "C" int main() { }', "", ()),
    ],
)
def test_exports_of_c(suffix: str, source: str, header: str, exports: tuple[str, ...]) -> None:
    assert c.exports_of([(suffix, without_comments(source))], [without_comments(header)]) == exports


def test_exports_of_zig() -> None:
    text = 'export fn dot(n: usize) f32 {}\n// export fn no() void {}\ncomptime { @export(&f, .{ .name = "g" }); }'
    assert other_languages.zig_exports(text) == ("dot", "g")
    assert other_languages.zig_main("pub fn main() !void {}")
    assert not other_languages.zig_main("// pub fn main() !void {}")


def test_exports_of_rust() -> None:
    text = """
    #[no_mangle] pub extern "C" fn a() {}
    #[unsafe(no_mangle)]
    #[inline(never)]
    pub unsafe extern "C" fn b<'x>(s: &'x u8) {}
    #[export_name = "c"] fn d() {}
    #[wasm_bindgen(js_name = e)] pub fn e() {}
    // #[no_mangle] pub fn no() {}
    fn private() {}
    """
    assert other_languages.rust_exports(text) == ("a", "b", "c", "e")


def test_exports_of_assemblyscript_follow_modules_and_leave_out_what_is_no_function() -> None:
    files = {
        "assembly/index.ts": """
            export function one(): i32 { return 1; }
            export function generic<T>(): void {}
            export class Shape {}
            // export function no(): void {}
            export { two, Other, three as drei } from "./lib/more";
            export * from "./rest";
            function local(): void {}
            export { local };
        """,
        "assembly/lib/more.ts": "export function two(): void {} export function three(): void {} export class Other {}",
        "assembly/rest.ts": 'export function four(): void {} export * from "./index";',
    }
    names = other_languages.assemblyscript_exports("assembly/index.ts", lambda p: files.get(p, ""))
    assert names == ("one", "two", "drei", "local", "four")


def test_exports_of_wat_are_its_functions() -> None:
    text = """(module (memory (export "memory") 1) ;; (func (export "no"))
      (func $f (export "a") (export "b") (param i32)) (; (export "no" (func 1)) ;)
      (global (export "g") i32 (i32.const 1)) (export "c" (func $f)) (export "t" (table 0)))"""
    assert other_languages.wat_exports(text) == ("a", "b", "c")


def test_headers_that_are_not_found_anyway_are_looked_for() -> None:
    files = {
        "src/a.c": '#include "near.h"\n#include <pub.h>\n#include "deep/x.h"\n#include <stdio.h>\n// #include "no.h"',
        "src/near.h": "",
        "include/pub.h": "",
        "lib/inc/deep/x.h": "",
        "lib/no.h": "",
    }
    headers = [f for f in files if f.endswith(".h")]
    assert c_flags.includes(files, headers, lambda p: files[p]) == ("lib/inc",)


def test_the_standard_is_that_of_the_language() -> None:
    text = "set(CMAKE_C_STANDARD 17)\nset(CMAKE_CXX_STANDARD 20)"
    assert (c_flags.standard(text, "c"), c_flags.standard(text, "c++")) == ("c17", "c++20")
    assert c_flags.standard("target_compile_features(x PUBLIC cxx_std_23)", "c++") == "c++23"
    assert c_flags.standard("project(x)", "c++") == ""


def test_simd_is_asked_for_where_the_sources_need_it() -> None:
    assert c_flags.needs_simd("#include <wasm_simd128.h>\n")
    assert not c_flags.needs_simd("#ifdef __wasm_simd128__\n#include <wasm_simd128.h>\n#endif")
    assert uses_simd("(param v128)")
    assert uses_simd("let a = f32x4.splat(1);")
    assert not uses_simd("(func $v128x)")


@given(st.text(alphabet="/*\"'#{};()= \n\\aCe", max_size=300))
def test_no_text_crashes_the_readers(text: str) -> None:
    c.has_main(without_comments(text))
    c.exports_of([(".c", text), (".cpp", text)], [text])
    for read in (other_languages.zig_exports, other_languages.rust_exports, other_languages.wat_exports):
        read(text)
