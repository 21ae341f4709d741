"""The project's own samples, all of them: from what the host has, and again from every image that there is."""

import shutil
from pathlib import Path

import pytest

from tests.e2e.test_rust import needs, needs_crates
from tests.space import Space

pytestmark = [pytest.mark.e2e, pytest.mark.toolchains]

HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize("origin", ["path", "container"])
def test_every_sample(space: Space, origin: str) -> None:
    shutil.copytree(HOUSE / "samples", space.root / "samples")
    space.write({"forge.toml": (HOUSE / "forge.toml").read_bytes()})
    needs(space, "emscripten", "rust", "rust-wasi", "rust-bindings", "wasm-bindgen", "cargo", origin=origin)
    two = ("--target", "web", "--target", "wasi")
    needs_crates(space, *two)
    tested = [e["outcome"] for e in space.build(*two).events() if e["event"] == "Tested"]
    assert {t["status"] for t in tested} == {"passed"}
    assert {t["component"] for t in tested} == {p.name for p in (HOUSE / "samples").iterdir()}
    assert space.build(*two).ran() == []
