"""Sources that may decide what runs while building: always at least those."""

import pytest

from wasmforge.plan.build_time import build_time_files

PLAIN = '[package]\nname = "app"\n'

MACRO = '[package]\nname = "made"\n[lib]\nproc-macro = true\n'

CRATE = {"Cargo.toml": PLAIN, "Cargo.lock": "", "src/lib.rs": "", "src/a.rs": "", "data/x.txt": "", "c/x.c": ""}


def found(files: dict[str, str]) -> set[str]:
    """What is found among these files."""
    return set(build_time_files(files, lambda path: files[path].encode()))


def test_nothing_runs_of_a_crate_without_build_script_but_cargo_reads_its_files() -> None:
    assert found(CRATE) == {"Cargo.toml", "Cargo.lock"}
    files = {**CRATE, ".cargo/config.toml": "", "rust-toolchain.toml": ""}
    assert found(files) - found(CRATE) == {".cargo/config.toml", "rust-toolchain.toml"}


def test_a_build_script_runs_and_what_it_may_read_decides() -> None:
    files = {**CRATE, "build.rs": "mod helper;", "helper.rs": ""}
    assert found(files) == {"Cargo.toml", "Cargo.lock", "build.rs", "helper.rs", "data/x.txt"}


@pytest.mark.parametrize(
    "script", ['include!("x");', '#[path = "src/a.rs"] mod a;', "mod src;", 'include_str!(concat!("s", "rc/a.rs"))']
)
def test_a_build_script_that_may_reach_other_sources(script: str) -> None:
    files = {**CRATE, "build.rs": script}
    assert found(files) == set(files)
    files = {**CRATE, "build.rs": "mod helper;", "helper.rs": script}
    assert found(files) == set(files)


@pytest.mark.parametrize("build", ['"make.rs"', '"src/make.rs"', '["a.rs", "b.rs"]'])
def test_a_build_script_of_another_name(build: str) -> None:
    files = {**CRATE, "Cargo.toml": f"{PLAIN}build = {build}\n", "make.rs": "", "a.rs": "", "b.rs": ""}
    assert {"make.rs", "a.rs", "b.rs"} <= found(files)
    assert ("src/lib.rs" in found(files)) == (build != '"make.rs"')


def test_a_build_script_that_is_switched_off() -> None:
    assert "data/x.txt" not in found({**CRATE, "Cargo.toml": f"{PLAIN}build = false\n", "build.rs": ""})


def test_all_of_a_macro_and_all_that_it_uses_run() -> None:
    files = {
        **CRATE,
        "made/Cargo.toml": f'{MACRO}[dependencies]\nother = {{ path = "../used", package = "used" }}\n',
        "made/src/lib.rs": "",
        "used/Cargo.toml": '[package]\nname = "used"\n[target."cfg(unix)".dependencies]\ndeep.workspace = true\n',
        "used/src/lib.rs": "",
        "deep/Cargo.toml": '[package]\nname = "deep"\n',
        "deep/src/lib.rs": "",
        "aside/Cargo.toml": '[package]\nname = "aside"\n',
        "aside/src/lib.rs": "",
    }
    assert {"made/src/lib.rs", "used/src/lib.rs", "deep/src/lib.rs"} <= found(files)
    assert {"src/lib.rs", "aside/src/lib.rs"}.isdisjoint(found(files))


def test_what_a_build_script_uses_runs_and_what_the_crate_uses_does_not() -> None:
    files = {
        **CRATE,
        "Cargo.toml": f'{PLAIN}[dependencies]\nused.path = "used"\n[build-dependencies]\nmaker.path = "m"\n',
        "build.rs": "fn main() {}",
        "m/Cargo.toml": '[package]\nname = "maker"\n',
        "m/src/lib.rs": "",
        "used/Cargo.toml": '[package]\nname = "used"\n',
        "used/src/lib.rs": "",
    }
    assert "m/src/lib.rs" in found(files)
    assert "used/src/lib.rs" not in found(files)


@pytest.mark.parametrize("text", ["[", "package = 1", "lib = []", "[dependencies]\n\xff"])
def test_of_a_manifest_that_cannot_be_read_everything_counts(text: str) -> None:
    files = {**CRATE, "Cargo.toml": text, "build.rs": ""}
    assert found(files) == set(files)


def test_without_a_manifest_all_but_c_counts() -> None:
    assert found({"CMakeLists.txt": "", "a.c": "", "b.hpp": "", "make.py": ""}) == {"CMakeLists.txt", "make.py"}
