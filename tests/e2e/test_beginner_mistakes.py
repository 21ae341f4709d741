"""What newcomers get wrong in sources and smoke tests is answered with a hint, or is not wrong at all."""

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import ProjectFixture

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


def test_text_is_passed_in_the_runtimes_that_have_glue_alone(project: ProjectFixture) -> None:
    code = 'export function greet(s: string): string { return "hello " + s; }\n'
    project.write({"forge.toml": TEXT, "app/assembly/index.ts": code})
    said = project.run("build").output
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
def test_what_cargo_says_comes_with_a_hint(project: ProjectFixture, files: dict[str, str], hint: str) -> None:
    project.write({"forge.toml": RUST, "app/Cargo.lock": LOCK, **{f"app/{k}": v for k, v in files.items()}})
    needs(project, "rust")
    ended = project.run("build")
    assert ended.exit == 1, ended.output
    assert hint in " ".join(ended.output.split()), ended.output
