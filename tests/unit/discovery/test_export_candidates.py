"""Names for hints: what a component's sources could export."""

import pytest

from wasmforge.discovery.export_candidates import Candidates, candidates


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({"app.c": "int twice(int n) { return 2 * n; } static int no(void) { return 1; }"}, Candidates(("twice",))),
        ({"a.c": "int f(void) { return 1; } int g(void) { return 2; }", "a.h": "int g(void);"}, Candidates(("g",))),
        ({"a.cpp": "int f(int n) { return n; }"}, Candidates(("f",), mangled=True)),
        ({"a.cpp": 'extern "C" int f(int n) { return n; }'}, Candidates(("f",))),
        ({"src/lib.rs": '#[no_mangle]\npub extern "C" fn f() {}'}, Candidates(("f",))),
        ({"assembly/index.ts": "export function f(): i32 { return 1 }"}, Candidates(("f",))),
        ({"root.zig": "export fn f() void {}"}, Candidates(("f",))),
        ({"a.wat": '(module (func (export "f")))'}, Candidates(("f",))),
        ({"main.c": "int main(void) { return 0; }"}, Candidates(())),
    ],
)
def test_what_could_be_exported(texts: dict[str, str], found: Candidates) -> None:
    assert candidates(texts) == found
