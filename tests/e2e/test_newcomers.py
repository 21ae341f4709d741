"""What newcomers get wrong in sources and smoke tests is answered with a hint, or is not wrong at all."""

import pytest

from tests.e2e.test_rust import needs
from tests.space import Space

pytestmark = pytest.mark.e2e

CXX = """
format = 1
[components.app]
path = "app"
language = "c++"
targets = ["web"]
exports = ["twice"]
options = { cxx-library = "none" }
"""

TEXT = """
format = 1
[components.app]
path = "app"
language = "assemblyscript"
targets = ["web"]
exports = ["greet"]
[[components.app.smoke]]
call = "greet"
args = ["you"]
returns = "hello you"
"""


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("int twice(int x) { return 2 * x; }", "no source defines twice under this name"),
        (
            'extern "C" int half(int); extern "C" int twice(int x) { return half(x); }',
            "nothing that is linked defines half",
        ),
        ('extern "C" int twice(int x) { if (x > 9) throw x; return 2 * x; }', "the feature `exceptions`"),
        (
            '#include <fstream>\nextern "C" int twice(int x) { std::ifstream file("x"); return x; }',
            "libc++ has no file streams on WASI",
        ),
    ],
)
def test_what_a_compiler_says_comes_with_a_hint(space: Space, source: str, hint: str) -> None:
    space.write({"forge.toml": CXX, "app/app.cpp": source + "\n"})
    ended = space.run("build")
    assert ended.exit == 1, ended.said
    assert f"hint: {hint}" in ended.said or f"{hint}:" in ended.said, ended.said


def test_text_is_passed_in_the_runtimes_that_have_glue_alone(space: Space) -> None:
    code = 'export function greet(s: string): string { return "hello " + s; }\n'
    space.write({"forge.toml": TEXT, "app/assembly/index.ts": code})
    said = space.run("build").said
    assert "1/1 passed" in said, said
    assert "wasmtime" not in said, said


CRATE = '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n'
LOCK = 'version = 3\n[[package]]\nname = "app"\nversion = "0.1.0"\n'
FUNCTION = '#[no_mangle]\npub extern "C" fn f() -> i32 { 1 }\n'

RUST = """
format = 1
[components.app]
path = "app"
language = "rust"
targets = ["web"]
exports = ["f"]
"""


WORKSPACE = {"Cargo.toml": '[workspace]\nmembers = ["app"]\n', "app/Cargo.toml": CRATE, "app/src/lib.rs": FUNCTION}
FAR = {"Cargo.toml": CRATE + '[dependencies]\nfar = { path = "../far" }\n', "src/lib.rs": FUNCTION}


@pytest.mark.toolchains
@pytest.mark.parametrize(
    ("files", "hint"),
    [
        ({"Cargo.toml": CRATE, "src/lib.rs": FUNCTION}, 'needs crate-type = ["cdylib"]'),
        (WORKSPACE, "name the member of the workspace"),
        (FAR, "a crate outside of the folder"),
    ],
    ids=["a library that is none", "a workspace", "a crate beside it"],
)
def test_what_cargo_says_comes_with_a_hint(space: Space, files: dict[str, str], hint: str) -> None:
    space.write({"forge.toml": RUST, "app/Cargo.lock": LOCK, **{f"app/{k}": v for k, v in files.items()}})
    needs(space, "rust")
    ended = space.run("build")
    assert ended.exit == 1, ended.said
    assert hint in " ".join(ended.said.split()), ended.said
