"""A kind of origin takes one class in a file of its own, and an entry in the table."""

from pathlib import Path
from typing import get_args

import pytest

from tests.support import toy_origin
from wasmforge.config import load_catalog
from wasmforge.errors import ForgeError
from wasmforge.model.fingerprint import PROBED
from wasmforge.model.toolchain import Origin
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store
from wasmforge.toolchains.origins import ORIGINS, commands_before_use, files_beside
from wasmforge.toolchains.resolve import ToolchainResolver


@pytest.fixture
def toolchains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToolchainResolver:
    """A resolver that knows of a toy kind."""
    monkeypatch.setitem(ORIGINS, "toy", "")
    monkeypatch.setenv(toy_origin.VARIABLE, str(tmp_path / "toy"))
    catalog = load_catalog(None)
    toy_origin.register(catalog)
    store = Store(tmp_path / "store")
    return ToolchainResolver(catalog, {}, CacheDirs(tmp_path / "cache"), store, emit=lambda _: None, fetch=False)


def test_the_table_has_every_kind_of_the_format() -> None:
    assert set(ORIGINS) == {origin.__struct_config__.tag for origin in get_args(Origin)}


def test_a_toy_origin_is_found_identified_and_recorded(toolchains: ToolchainResolver, tmp_path: Path) -> None:
    home = tmp_path / "toy"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "toy").write_text("#!/bin/sh\n")
    (home / "VERSION").write_text("3\n")
    found = toolchains.toolchain("toy")
    assert found.identity.startswith("toy 3 sha256:")
    assert found.tools["toy"] == (str(home / "bin" / "toy"),)
    assert {(str(home / "bin" / "toy"), PROBED), (str(home / "VERSION"), PROBED)} <= set(toolchains.looked_at())


def test_a_toy_origin_that_has_nothing_says_why(toolchains: ToolchainResolver, tmp_path: Path) -> None:
    with pytest.raises(ForgeError) as error:
        toolchains.toolchain("toy")
    assert f"toy is not in {tmp_path / 'toy'}" in str(error.value)
    assert str(tmp_path / "toy" / "VERSION") in dict(toolchains.looked_at())


def test_what_a_kind_does_not_say_is_nothing() -> None:
    origin = toy_origin.ToyOrigin(tools={}, program="toy")
    ORIGINS["toy"] = "tests.support.toy_origin:ToyFinder"
    try:
        assert files_beside(origin, Path("toy.toml")) == ()
        assert list(commands_before_use(origin)) == []
    finally:
        del ORIGINS["toy"]
