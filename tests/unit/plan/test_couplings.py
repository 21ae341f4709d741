"""Tools that must be of the version a lock names."""

import pytest

from wasmforge.plan.couplings import crate_versions, no_cargo_lock, wasm_bindgen_problem

LOCK = """
version = 3

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["wasm-bindgen"]

[[package]]
name = "wasm-bindgen"
version = "0.2.108"
source = "registry+https://example.com/index"

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.99"
"""

HERE = "wasm-bindgen 0.2.108 sha256:0123456789abcdef"


def test_the_same_version_is_no_problem() -> None:
    assert wasm_bindgen_problem("components.app", LOCK, HERE) is None


@pytest.mark.parametrize("there", ["0.2.95", "0.2.109", "0.2.1080", "0.2.108-rc.1"])
def test_another_version_is_told_with_both_ways_out(there: str) -> None:
    problem = wasm_bindgen_problem("components.app", LOCK, HERE.replace("0.2.108", there))
    assert problem is not None
    assert problem.where == "components.app"
    assert there in problem.what
    assert "Cargo.lock is 0.2.108" in problem.what
    assert "cargo install wasm-bindgen-cli --version 0.2.108 --locked" in problem.hint
    assert f'wasm-bindgen = "={there}"' in problem.hint


def test_an_image_names_no_version_and_is_left_to_the_tool() -> None:
    assert wasm_bindgen_problem("components.app", LOCK, "wasmforge/rust sha256:1d2c3b4a") is None


def test_without_a_lock_or_the_crate_there_is_a_next_step() -> None:
    assert wasm_bindgen_problem("components.app", None, HERE) == no_cargo_lock("components.app")
    assert "cargo generate-lockfile" in no_cargo_lock("components.app").hint
    without = wasm_bindgen_problem("components.app", LOCK.replace('"wasm-bindgen"', '"other"'), HERE)
    assert without is not None
    assert "cargo add wasm-bindgen" in without.hint


def test_two_versions_of_the_crate_cannot_both_fit() -> None:
    second = '[[package]]\nname = "wasm-bindgen"\nversion = "0.2.90"\n'
    problem = wasm_bindgen_problem("components.app", LOCK + second, HERE)
    assert problem is not None
    assert "0.2.108, 0.2.90" in problem.what


@pytest.mark.parametrize("text", ["[[package", "package = 3", "[[package]]\nname = 'wasm-bindgen'"])
def test_what_is_no_lock_is_said_to_be_none(text: str) -> None:
    assert crate_versions(text, "wasm-bindgen") is None
    problem = wasm_bindgen_problem("components.app", text, HERE)
    assert problem is not None
    assert "not a lock file" in problem.what
