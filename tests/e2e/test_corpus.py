"""A few projects of the corpus, so that it does not rot: `make corpus` builds all."""

from pathlib import Path

import pytest

from tests.corpus import cells

pytestmark = pytest.mark.toolchains


@pytest.mark.parametrize("project", ["utf8proc", "lzo", "lua"])
def test_a_project_that_others_wrote(project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASMFORGE_CACHE", str(tmp_path / "cache"))
    try:
        row = cells.build(project, "zig", tmp_path)
    except cells.NotHereError as error:
        pytest.skip(f"{project} cannot be fetched from the registry of crates: {error}")
    assert {cell.target: cell.why for cell in row} == dict.fromkeys(cells.TARGETS, "")
