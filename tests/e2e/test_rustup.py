"""A rustup that adds what is missing reaches the network as its caller does."""

import shutil
from pathlib import Path

import msgspec
import pytest

from wasmforge import execute
from wasmforge.execute.origins.base import Context, NotThere
from wasmforge.execute.origins.probe import run
from wasmforge.execute.origins.rustup import rustup
from wasmforge.load.catalog import load_catalog

pytestmark = pytest.mark.e2e


def test_it_fetches_from_where_its_caller_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that no recipe asks for, from a server that is not there: nothing of this machine changes."""
    found = shutil.which("rustup")
    if found is None or not run(Path(found), ["which", "rustc"]).ok:
        pytest.skip("no rustup on PATH that has a toolchain")
    monkeypatch.setenv("RUSTUP_DIST_SERVER", "http://127.0.0.1:9")
    catalog = load_catalog(None)
    (origin,) = (o for o in catalog.toolchains["rust"].origins if o.kind == "rustup")
    context = Context(
        places=execute.Places(),
        store=execute.Store(tmp_path),
        tell=lambda _: None,
        offline=False,
        fetch=True,
        file=Path("rust.toml"),
        kits={},
    )
    rare = msgspec.structs.replace(origin, targets=("sparcv9-sun-solaris",))
    with pytest.raises(NotThere) as told:
        rustup(catalog.toolchains["rust"], rare, context, lambda *_: None)
    assert str(told.value).startswith("`rustup target add sparcv9-sun-solaris`: exit code 1: ")
    assert "Connection refused" in str(told.value)
