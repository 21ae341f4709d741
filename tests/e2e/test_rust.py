"""Rust: programs and libraries for every host, workspaces, crates, wasm-bindgen, and what goes wrong."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.support.project import ProjectFixture, make_project

pytestmark = pytest.mark.toolchains

SAMPLES = Path(__file__).parents[2] / "samples"

ORIGINS = pytest.mark.parametrize("origin", ["path", "container"])

LOCK = 'version = 3\n\n[[package]]\nname = "app"\nversion = "0.1.0"\n'

CRATE = '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n\n'

CDYLIB = '[lib]\ncrate-type = ["cdylib"]\n'

ADD = '#[no_mangle]\npub extern "C" fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n'

FORGE = """
format = 1
[components.app]
path = "app"
language = "rust"
exports = ["add"]
[[components.app.smoke]]
call = "add"
args = [2, 40]
returns = 42
"""


def needs(project: ProjectFixture, *toolchains: str, origin: str = "path") -> None:
    """Have these toolchains come from there; skip the test, with the reason, where they do not."""
    choices = "".join(f'[toolchains.{t}]\norigin = "{origin}"\n' for t in toolchains)
    project.write({"forge.toml": (project.root / "forge.toml").read_text("utf-8") + choices})
    if origin == "npm":  # packages are there once something was built with them
        project.run("lock")
        (project.root / "forge.lock").unlink(missing_ok=True)
    said = project.run("toolchain", "list", "-o", "json").output
    tried = json.loads(said[said.index("[") :])
    there = {t["toolchain"] for t in tried if t["identity"]}
    if lacking := [t for t in toolchains if t not in there]:
        why = "; ".join(t["why_not"] for t in tried if t["toolchain"] == lacking[0])
        pytest.skip(f"no {', '.join(lacking)} from {origin}: {why}")


def needs_crates(project: ProjectFixture, *args: str) -> None:
    """Build, or skip where cargo is told of no registry that it reaches."""
    ended = project.run("build", "-o", "json", *args)
    if ended.exit == 1 and "Unable to update registry" in ended.output:
        pytest.skip("cargo reaches no registry of crates from here")
    assert ended.exit == 0, ended.output


def crate(project: ProjectFixture, forge: str = FORGE, **files: str) -> None:
    """A project with one crate, in app/."""
    usual = {"app/Cargo.toml": CRATE + CDYLIB, "app/Cargo.lock": LOCK, "app/src/lib.rs": ADD}
    project.write({"forge.toml": forge, **usual, **files})


@ORIGINS
def test_a_library_for_every_host(project: ProjectFixture, origin: str) -> None:
    crate(project)
    needs(project, "cargo", "rust", "rust-wasi", origin=origin)
    three = ("--target", "web", "--target", "node", "--target", "wasi")
    ended = project.build(*three)
    assert {"web/app/app.wasm", "web/app/app.js", "node/app/app.wasm", "wasi/app/app.wasm"} <= project.dist().keys()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 4
    assert project.build(*three).executed() == []
    project.write({"app/src/lib.rs": ADD.replace("a + b", "b + a")})
    assert not [label for label in project.build(*three).executed() if label.endswith(":fetch")]


@ORIGINS
def test_a_program_of_a_workspace_with_a_feature(project: ProjectFixture, origin: str) -> None:
    project.write(
        {
            "forge.toml": """
format = 1
[components.hello]
path = "."
language = "rust"
targets = ["node", "wasi"]
options = { package = "greet", features = ["loud"], default-features = false }
[[components.hello.smoke]]
args = ["you"]
stdout = "HELLO YOU\\n"
""",
            "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["crates/*"]\n',
            "Cargo.lock": LOCK.replace('"app"', '"greet"').replace('0.1.0"\n', '0.1.0"\ndependencies = ["words"]\n')
            + '\n[[package]]\nname = "words"\nversion = "0.1.0"\n',
            "crates/greet/Cargo.toml": CRATE.replace('"app"', '"greet"')
            + '[dependencies]\nwords = { path = "../words" }\n[features]\ndefault = ["quiet"]\nloud = []\nquiet = []\n',
            "crates/greet/src/main.rs": """
fn main() {
    let said = format!("{} {}", include_str!("word.txt"), std::env::args().nth(1).unwrap());
    println!("{}", if cfg!(feature = "loud") && !cfg!(feature = "quiet") { words::loud(&said) } else { said });
}
""",
            "crates/greet/src/word.txt": "hello",
            "crates/words/Cargo.toml": CRATE.replace('"app"', '"words"'),
            "crates/words/src/lib.rs": "pub fn loud(said: &str) -> String { said.to_uppercase() }\n",
        }
    )
    needs(project, "cargo", "rust-wasi", origin=origin)
    project.build()


DEPENDENT = """
[dependencies]
smallvec = "=1.13.2"
"""

WITH_SMALLVEC = """
version = 3

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "smallvec",
]

[[package]]
name = "smallvec"
version = "1.13.2"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "3c5e1a9a646d36c3599cd173a41282daf47c44583ad367b8e6837255952e5c67"
"""

# Indexing out of bounds panics with the place in the source: the crate's and our own.
PANICS = """
#[no_mangle]
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    let mut all: smallvec::SmallVec<[i32; 2]> = smallvec::smallvec![a, b];
    all.insert(0, b - a);
    all[1] + all[2 + (a as usize >> 20)]
}
"""


@pytest.mark.parametrize("profile", ["release", "dev"])
def test_folders_do_not_show_in_the_bytes(tmp_path: Path, profile: str) -> None:
    made = []
    for name in ("one", "another/deeper"):
        (tmp_path / name).mkdir(parents=True)
        project = make_project(tmp_path / name)
        files = {
            "app/Cargo.toml": CRATE + CDYLIB + DEPENDENT,
            "app/Cargo.lock": WITH_SMALLVEC,
            "app/src/lib.rs": PANICS,
        }
        crate(project, **files)
        needs(project, "cargo", "rust")
        needs_crates(project, "--target", "web", "--profile", profile)
        made.append(project.dist()["web/app/app.wasm" if profile == "release" else f"{profile}/web/app/app.wasm"])
    assert made[0] == made[1]
    assert b"smallvec-1.13.2" in made[0]
    for folder in (str(tmp_path), str(Path.home()), "/.cargo/"):
        assert folder.encode() not in made[0]


def test_without_a_lock_the_build_does_not_begin(project: ProjectFixture) -> None:
    crate(project)
    (project.root / "app/Cargo.lock").unlink()
    needs(project, "cargo", "rust")
    ended = project.run("build", "--target", "web")
    assert ended.exit == 2, ended.output
    assert "components.app: has no Cargo.lock" in ended.output
    assert "cargo generate-lockfile" in ended.output


def test_a_lock_that_does_not_fit_is_not_changed(project: ProjectFixture) -> None:
    crate(project, **{"app/Cargo.toml": CRATE + CDYLIB + DEPENDENT})
    needs(project, "cargo", "rust")
    ended = project.run("build", "--target", "web")
    assert ended.exit == 1, ended.output
    assert "--locked" in ended.output
    assert (project.root / "app/Cargo.lock").read_text("utf-8") == LOCK


def test_an_export_that_is_missing_breaks_the_contract(project: ProjectFixture) -> None:
    crate(project, FORGE.replace('exports = ["add"]', 'exports = ["add", "subtract"]'))
    needs(project, "cargo", "rust")
    ended = project.run("build", "--target", "web")
    assert ended.exit == 1, ended.output
    assert "subtract" in ended.output
    assert "1 contract broken" in ended.output


def test_a_mistake_in_the_source_is_told_as_rustc_tells_it(project: ProjectFixture) -> None:
    crate(project, **{"app/src/lib.rs": ADD.replace("a + b", "a + c")})
    needs(project, "cargo", "rust")
    ended = project.run("build", "--target", "web")
    assert ended.exit == 1, ended.output
    assert "error[E0425]" in ended.output
    assert "src/lib.rs:3" in ended.output


# A host of before 2020: nothing that came after the first version of WebAssembly but mutable-global.
OLD = """
format = 1
name = "web"
kinds = ["reactor"]
delivers = ["module"]
runtimes = ["wasmtime"]
passes = ["strip"]
[features]
permitted = ["mutable-global"]
default = ["mutable-global"]
[imports]
modules = []
[exports]
reactor = ["memory"]
[recipes]
rust = "cargo"
"""

# Copies and fills memory, and panics with the place in Rust's own library.
COPIES = """
#[no_mangle]
pub extern "C" fn twice(n: usize) -> usize {
    let all: Vec<u8> = (0..n).map(|i| i as u8).collect();
    let mut copy = all.clone();
    copy.extend_from_slice(&all);
    copy.iter().map(|&b| b as usize).sum()
}
"""

ANEW = """
format = 1
[components.app]
path = "app"
language = "rust"
exports = ["twice"]
targets = ["web"]
options = { build-std = true }
[[components.app.smoke]]
call = "twice"
args = [300]
returns = 67172
"""


@ORIGINS
def test_rusts_own_library_compiled_anew_has_only_the_features_asked_for(project: ProjectFixture, origin: str) -> None:
    crate(project, ANEW, **{"app/src/lib.rs": COPIES, "targets/web.toml": OLD})
    needs(project, "cargo-src", "rust-src", "rust", origin=origin)
    needs_crates(project)
    made = project.dist()["web/app/app.wasm"]
    for folder in (str(Path.home()), str(project.root), "/usr/", "/.rustup/"):
        assert folder.encode() not in made
    forge = (project.root / "forge.toml").read_text("utf-8")
    project.write({"forge.toml": forge.replace("build-std = true", "build-std = false")})
    ended = project.run("build")
    assert ended.exit == 1, ended.output
    assert "uses bulk-memory, which is not permitted on web" in ended.output


def test_what_cargo_says_is_told_but_not_that_it_compiles(project: ProjectFixture) -> None:
    crate(project, **{"app/src/lib.rs": ADD.replace("a + b", "let unused = 1; a + b")})
    needs(project, "cargo", "rust")
    ended = project.run("build", "--target", "web")
    assert ended.exit == 0, ended.output
    assert "warning: unused variable: `unused`" in ended.output
    assert "src/lib.rs:3" in ended.output
    assert "Compiling" not in ended.output
    assert "Finished" not in ended.output


def bound(project: ProjectFixture, recipe: str) -> None:
    """The sample textstats, built for the web."""
    shutil.copytree(SAMPLES / "textstats", project.root / "textstats")
    project.write(
        {
            "forge.toml": f"""
format = 1
[components.textstats]
path = "textstats"
language = "rust"
recipe = "{recipe}"
targets = ["web"]
exports = ["longest", "mirror", "vocabulary"]
[[components.textstats.smoke]]
call = "mirror"
args = ["Zoe\u0308, cafe\u0301!"]
returns = "e\u0308oZ, e\u0301fac!"
[[components.textstats.smoke]]
call = "vocabulary"
args = ["Ein Esel, ein Esel"]
returns = ["ein", "esel"]
"""
        }
    )


@ORIGINS
@pytest.mark.parametrize("recipe", ["wasm-bindgen", "wasm-pack"])
def test_strings_in_and_out(project: ProjectFixture, recipe: str, origin: str) -> None:
    bound(project, recipe)
    needs(project, "cargo", "rust-bindings", recipe, origin=origin)
    project.build()
    names = {"textstats_bg.wasm", "textstats.js", "textstats.d.ts", "package.json"}
    assert project.dist().keys() - {"manifest.json"} == {f"web/textstats/{name}" for name in names}
    assert b"export function longest(text: string): string;" in project.dist()["web/textstats/textstats.d.ts"]


FAKE = """
format = 1
name = "wasm-bindgen"
[[origins]]
kind = "path"
program = "wasm-bindgen"
tools = { wasm-bindgen = ["{program}"] }
"""


@pytest.mark.parametrize("recipe", ["wasm-bindgen", "wasm-pack"])
def test_another_version_in_an_image_is_refused_as_well(project: ProjectFixture, recipe: str) -> None:
    bound(project, recipe)
    needs(project, "cargo", "rust-bindings", recipe, origin="container")
    lock = project.root / "textstats/Cargo.lock"
    lock.write_text(lock.read_text().replace('name = "wasm-bindgen"\nversion = "0.2.108"', WANTED))
    ended = project.run("build", "-o", "json")
    assert ended.exit == 2, ended.output
    words = "wasm-bindgen is 0.2.108 in image wasmforge/rust, and the crate in Cargo.lock is 0.2.95"
    assert words in " ".join(ended.output.split())
    assert [e["event"] for e in ended.events()] == ["SandboxChosen"]
    assert words in " ".join(project.run("lock").output.split())
    assert not (project.root / "forge.lock").exists()


WANTED = 'name = "wasm-bindgen"\nversion = "0.2.95"'


def test_another_version_of_wasm_bindgen_is_refused_before_anything_is_built(project: ProjectFixture) -> None:
    bound(project, "wasm-bindgen")
    needs(project, "cargo", "rust-bindings")
    tool = project.root.parent / "bin/wasm-bindgen"  # what lies in a project is not looked for
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho wasm-bindgen 0.2.95\n")
    tool.chmod(0o755)
    project.write({"toolchains/wasm-bindgen.toml": FAKE})
    ended = project.run("build", PATH=f"{tool.parent}:{os.environ['PATH']}")
    assert ended.exit == 2, ended.output
    assert "cargo install wasm-bindgen-cli --version 0.2.108 --locked" in " ".join(ended.output.split())
    assert "Running" not in ended.output
