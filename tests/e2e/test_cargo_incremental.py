"""cargo finds what it compiled before, and gives what it gives in an empty folder, to the byte, whatever was edited."""

from pathlib import Path

import pytest

from tests.e2e.test_rust import ADD, CDYLIB, CRATE, DEPENDENT, LOCK, PANICS, WITH_SMALLVEC, crate, needs, needs_crates
from tests.support.incremental_edits import edit, edit_of_old, kept_files, rebuild_after_each
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

LIB = """
mod part;
include!(concat!(env!("OUT_DIR"), "/made.rs"));
#[no_mangle]
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    a + b + part::ZERO + words::zero() + MADE + include_str!("word.txt").len() as i32
}
"""

# It tells cargo of one thing that it reads, and not of the other.
SCRIPT = """
fn main() {
    println!("cargo:rerun-if-env-changed=NOTHING");
    let said = std::fs::read_to_string("data/number.txt").unwrap();
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(format!("{out}/made.rs"), format!("const MADE: i32 = {};", said.trim())).unwrap();
}
"""

FILES = {
    "app/Cargo.toml": f'{CRATE}{CDYLIB}[dependencies]\nwords = {{ path = "words" }}\n',
    "app/Cargo.lock": LOCK.replace('0.1.0"\n', '0.1.0"\ndependencies = ["words"]\n')
    + '\n[[package]]\nname = "words"\nversion = "0.1.0"\n',
    "app/build.rs": SCRIPT,
    "app/data/number.txt": "0\n",
    "app/src/lib.rs": LIB,
    "app/src/part.rs": "pub const ZERO: i32 = 0;\n",
    "app/src/word.txt": "",
    "app/words/Cargo.toml": CRATE.replace('"app"', '"words"'),
    "app/words/src/lib.rs": "pub fn zero() -> i32 { unsafe { std::ptr::read_volatile(&0) } }\n",
}

FORGE = """
format = 1
[components.app]
path = "app"
language = "rust"
targets = ["web"]
exports = ["add"]
"""


def more_and_less(root: Path) -> None:
    """One module moves to where Rust looks for it as well."""
    (root / "app/src/part").mkdir()
    (root / "app/src/part.rs").unlink()
    (root / "app/src/part/mod.rs").write_text("pub const ZERO: i32 = 5;\n")


EDITS = (
    edit("app/src/part.rs", "pub const ZERO: i32 = 1;\n"),
    edit("app/src/part.rs", "pub const ZERO: i32 = 0;\n"),
    edit_of_old("app/src/part.rs", "pub const ZERO: i32 = 2;\n"),
    edit_of_old("app/words/src/lib.rs", "pub fn zero() -> i32 { unsafe { std::ptr::read_volatile(&3) } }\n"),
    edit_of_old("app/src/word.txt", "more"),
    edit_of_old("app/data/number.txt", "4\n"),
    more_and_less,
    edit("app/src/lib.rs", LIB.replace("a + b", "b - a")),
)


def test_every_edit_gives_what_an_empty_folder_gives(project: ProjectFixture, tmp_path: Path) -> None:
    crate(project, FORGE, **FILES)
    project.env["CI"] = ""  # where nothing is kept
    needs(project, "cargo", "rust")
    assert rebuild_after_each(project, tmp_path, EDITS, "web/app/app.wasm") == len(EDITS)  # one edit was taken back
    assert kept_files(project, "wasm32-*/release/deps/*.rlib")


def test_crates_are_compiled_once(project: ProjectFixture) -> None:
    files = {"app/Cargo.toml": CRATE + CDYLIB + DEPENDENT, "app/Cargo.lock": WITH_SMALLVEC, "app/src/lib.rs": PANICS}
    crate(project, FORGE, **files)
    project.env["CI"] = ""
    needs(project, "cargo", "rust")
    needs_crates(project)
    before = kept_files(project, "wasm32-*/release/deps/libsmallvec-*.rlib")
    assert len(before) == 1
    project.write({"app/src/lib.rs": PANICS.replace("b - a", "b + a")})
    assert next(label.partition("[")[0] for label in project.build().executed()) == "app@web/release:library"
    assert kept_files(project, "wasm32-*/release/deps/libsmallvec-*.rlib") == before
    project.write({"app/src/lib.rs": PANICS.replace("b - a", "nonsense")})
    assert project.run("build").exit == 1
    assert kept_files(project, "wasm32-*/release/deps/libsmallvec-*.rlib") == before
    project.write({"app/src/lib.rs": ADD, "app/Cargo.toml": CRATE + CDYLIB, "app/Cargo.lock": LOCK})
    project.build()
    assert kept_files(project, "wasm32-*/release/deps/libsmallvec-*.rlib") == {}
