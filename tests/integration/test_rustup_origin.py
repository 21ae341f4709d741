"""A rustup that adds what is missing reaches the network as its caller does."""

import shutil
from pathlib import Path

import msgspec
import pytest

from wasmforge.config.catalog import load_catalog
from wasmforge.model.toolchain import RustupOrigin
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store
from wasmforge.toolchains.file_digests import FileDigests
from wasmforge.toolchains.origins.base import OriginContext, OriginUnavailable
from wasmforge.toolchains.origins.rustup import RustupFinder
from wasmforge.toolchains.probe import run


def test_it_fetches_from_where_its_caller_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that no recipe asks for, from a server that is not there: nothing of this machine changes."""
    found = shutil.which("rustup")
    if found is None or not run(Path(found), ["which", "rustc"]).ok:
        pytest.skip("no rustup on PATH that has a toolchain")
    monkeypatch.setenv("RUSTUP_DIST_SERVER", "http://127.0.0.1:9")
    catalog = load_catalog(None)
    (origin,) = (o for o in catalog.toolchains["rust"].origins if isinstance(o, RustupOrigin))
    store = Store(tmp_path)
    context = OriginContext(
        cache_dirs=CacheDirs(),
        store=store,
        emit=lambda _: None,
        offline=False,
        fetch=True,
        file=Path("rust.toml"),
        toolchains={},
        digests=FileDigests(store),
    )
    rare = msgspec.structs.replace(origin, targets=("sparcv9-sun-solaris",))
    with pytest.raises(OriginUnavailable) as reported:
        RustupFinder().find(catalog.toolchains["rust"], rare, context, lambda *_: None)
    assert str(reported.value).startswith("`rustup target add sparcv9-sun-solaris`: exit code 1: ")
    assert "Connection refused" in str(reported.value)
