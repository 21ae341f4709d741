"""What a pull request left behind in a folder that its tools keep does not come into a build of main."""

import json
from pathlib import Path

import pytest

from tests.e2e.test_rust import CDYLIB, CRATE, FORGE, WITH_SMALLVEC, crate, needs, needs_crates
from tests.support.incremental_edits import kept_files
from tests.support.project import ProjectFixture
from wasmforge import process

pytestmark = pytest.mark.toolchains

LIB = """
use std::hash::Hasher;
#[no_mangle]
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    let mut hasher = fnv::FnvHasher::default();
    hasher.write_i32(a);
    hasher.finish() as i32 + b
}
"""

HARMLESS = "fn main() {}\n"

# It compiles the crate fnv again, with another constant, over what cargo has compiled of it.
HOSTILE = r"""
use std::{env, fs, path::Path, process::Command, thread::sleep, time::Duration};
fn main() {
    let target = env::var("TARGET").unwrap();
    let deps = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("target").join(&target).join("release/deps");
    let found = (0..200).find_map(|_| {
        sleep(Duration::from_millis(100));
        let names = fs::read_dir(&deps).ok()?.filter_map(|e| e.ok()?.file_name().into_string().ok());
        names.filter(|n| n.starts_with("libfnv-") && n.ends_with(".rlib")).next()
    });
    let name = found.expect("no fnv");
    let hash = name.trim_start_matches("libfnv").trim_end_matches(".rlib").to_string();
    let crates = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join(".crates");
    let mut folders = fs::read_dir(crates).unwrap().map(|e| e.unwrap().path());
    let folder = folders.find(|p| p.to_str().unwrap().contains("fnv")).unwrap();
    let text = fs::read_to_string(folder.join("lib.rs")).unwrap().replace("0x100000001b3", "0x100000001b5");
    let evil = Path::new(&env::var("OUT_DIR").unwrap()).join("evil.rs");
    fs::write(&evil, text).unwrap();
    let done = Command::new(env::var("RUSTC").unwrap())
        .args(["--crate-name", "fnv", "--crate-type", "lib", "--emit=metadata,link", "-Copt-level=3", "-Cpanic=abort"])
        .args(["--cap-lints", "allow", "--target", &target, "-C", &format!("extra-filename={hash}"), "--out-dir"])
        .arg(&deps).arg(&evil).status().unwrap();
    assert!(done.success());
}
"""

SMALLVEC_SUM = WITH_SMALLVEC.partition('checksum = "')[2].partition('"')[0]

FNV_SUM = "3f9eec918d3f24069decb9af1554cad7c880e2da24a9afd88aca000531ab82c1"

WITH_FNV = WITH_SMALLVEC.replace("smallvec", "fnv").replace("1.13.2", "1.0.7").replace(SMALLVEC_SUM, FNV_SUM)

FILES = {
    "app/Cargo.toml": f'{CRATE}{CDYLIB}[dependencies]\nfnv = "=1.0.7"\n',
    "app/Cargo.lock": WITH_SMALLVEC.replace("smallvec", "fnv")
    .replace("1.13.2", "1.0.7")
    .replace(SMALLVEC_SUM, FNV_SUM),
    "app/build.rs": HARMLESS,
    "app/src/lib.rs": LIB,
}

MODULE = "web/app/app.wasm"


def write_project(project: ProjectFixture) -> None:
    """A crate with a dependency from a registry, in a git repository on branch main."""
    crate(project, FORGE.partition("[[")[0], **FILES)
    needs(project, "cargo", "rust")
    project.env["CI"] = ""
    git(project, "init", "-q", "-b", "main")
    commit(project)


def git(project: ProjectFixture, *args: str) -> None:
    """Run git in the project."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    done = process.run(["git", *who, *args], cwd=project.root, timeout=60)
    assert done.ok, done.text


def commit(project: ProjectFixture) -> None:
    """Commit all there is, but what was built."""
    project.write({".gitignore": "dist\n.wasmforge\n"})
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "work")


def clean_bytes(project: ProjectFixture) -> bytes:
    """What a build gives that finds nothing of earlier ones."""
    project.cache = project.cache.parent / "empty"
    project.build("--target", "web")
    return project.dist()[MODULE]


@pytest.mark.parametrize("how", ["branch", "same branch"])
def test_a_dependency_poisoned_by_a_pull_request_is_not_linked_into_main(project: ProjectFixture, how: str) -> None:
    write_project(project)
    if how == "branch":
        git(project, "checkout", "-q", "-b", "pr")
    project.write({"app/build.rs": HOSTILE})
    commit(project)
    needs_crates(project, "--target", "web")
    poisoned = project.dist()[MODULE]
    assert kept_files(project, "wasm32-*/release/deps/libfnv-*.rlib")
    if how == "branch":
        git(project, "checkout", "-q", "main")
    project.write({"app/build.rs": HARMLESS})
    project.build("--target", "web")
    mains = project.dist()[MODULE]
    assert mains == clean_bytes(project)
    assert mains != poisoned


def test_what_was_made_with_a_kept_folder_is_given_to_nobody_else(project: ProjectFixture) -> None:
    write_project(project)
    needs_crates(project, "--target", "web")
    project.write({"app/src/lib.rs": LIB.replace("+ b", "- b")})
    library = ["app@web/release:library[plain]"]
    assert [name for name in project.build("--target", "web").executed() if "library" in name] == library
    project.write({"app/src/lib.rs": LIB.replace("+ b", "* b")})
    assert [name for name in project.build("--target", "web").executed() if "library" in name] == library
    project.write({"app/src/lib.rs": LIB.replace("+ b", "- b")})
    assert project.build("--target", "web").executed() == []  # the same folder is here, so what was made with it serves
    project.env["CI"] = "true"
    assert [name for name in project.build("--target", "web").executed() if "library" in name] == library
    entries = [p.read_bytes().partition(b"\n")[2] for p in (project.cache / "store" / "entry").glob("*/*")]
    clean = [e for e in map(json.loads, entries) if "app.wasm" in e["outputs"] and not e["lineage"]]
    assert len(clean) == 2  # of the first build, and of the last


def test_a_ci_keeps_no_folder(project: ProjectFixture, tmp_path: Path) -> None:
    write_project(project)
    project.env["CI"] = "true"
    needs_crates(project, "--target", "web")
    assert not (tmp_path / "cache" / "scratch-dirs").exists()
