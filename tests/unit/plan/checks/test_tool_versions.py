"""Tools that must be of the version a lock names."""

import pytest

from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.checks.tool_versions import (
    cargo_problem,
    crate_versions,
    lock_format,
    no_cargo_lock,
    wasm_bindgen_problem,
)

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


def toolchain(image: str | None = None, **versions: str) -> ResolvedToolchain:
    """A toolchain whose programs tell these versions; `_` stands for `-`."""
    told = {name.replace("_", "-"): version for name, version in versions.items()}
    return ResolvedToolchain(
        toolchain="made",
        origin="container" if image else "path",
        identity="not looked at: 9.9.9",
        location="registry.example/rust:1.75.0" if image else "/usr/bin/made",
        tools={"cargo": ("cargo",)},
        image=image,
        versions=told,
    )


HERE = toolchain(wasm_bindgen="0.2.108")


def test_the_same_version_is_no_problem() -> None:
    assert wasm_bindgen_problem("components.app", LOCK, HERE) is None


@pytest.mark.parametrize("there", ["0.2.95", "0.2.109", "0.2.1080", "0.2.108-rc.1"])
def test_another_version_is_told_with_both_ways_out(there: str) -> None:
    problem = wasm_bindgen_problem("components.app", LOCK, toolchain(wasm_bindgen=there))
    assert problem is not None
    assert problem.where == "components.app"
    assert there in problem.what
    assert "Cargo.lock is 0.2.108" in problem.what
    assert "cargo install wasm-bindgen-cli --version 0.2.108 --locked" in problem.hint
    assert f'wasm-bindgen = "={there}"' in problem.hint


def test_a_version_in_an_image_is_told_with_the_image_and_both_ways_out() -> None:
    problem = wasm_bindgen_problem("components.app", LOCK, toolchain(image="sha256:1", wasm_bindgen="0.2.95"))
    assert problem is not None
    assert "wasm-bindgen is 0.2.95 in image registry.example/rust:1.75.0, and the crate in Cargo.lock" in problem.what
    assert problem.hint.startswith('wasm-bindgen = "=0.2.95" in Cargo.toml, and `cargo update` there, or ')
    assert "cargo install wasm-bindgen-cli --version 0.2.108 --locked" in problem.hint


def test_an_image_that_tells_no_version_is_left_to_the_tool() -> None:
    assert wasm_bindgen_problem("components.app", LOCK, toolchain(image="sha256:1")) is None


@pytest.mark.parametrize(
    ("versions", "lock", "fits"),
    [
        ({"rustc": "1.63.0"}, 4, False),
        ({"rustc": "1.77.2"}, 4, False),
        ({"cargo": "1.65.0"}, 4, False),
        ({"rustc": "1.63.0"}, 3, True),
        ({"rustc": "1.78.0"}, 4, True),
        ({"rustc": "2.0"}, 4, True),
        ({"cargo": "1.97.1"}, 4, True),
        ({"clang": "14.0.6"}, 4, True),
        ({}, 4, True),
    ],
)
def test_an_old_cargo_cannot_read_a_new_lock(versions: dict[str, str], lock: int, fits: bool) -> None:
    text = LOCK.replace("version = 3", f"version = {lock}")
    problem = cargo_problem("components.app", text, toolchain(**versions))
    assert (problem is None) == fits
    if problem:
        assert problem.where == "components.app: Cargo.lock"
        assert next(iter(versions.values())) in problem.what
        assert "rustup update" in problem.hint


def test_the_format_of_a_lock() -> None:
    assert [lock_format(t) for t in ("version = 4", "", "version = 'x'", "[[package")] == [4, None, None, None]


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
