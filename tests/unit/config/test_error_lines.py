"""Problems that name a file and keys get the line; all others stay as they are."""

from pathlib import Path

import pytest

from wasmforge.config import with_lines_of
from wasmforge.errors import Exit, ForgeError, Problem

TEXT = 'format = 1\n[components.app]\npath = "app"\n[[components.app.smoke]]\ncall = "f"\n'


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("forge.toml: components.app.path", "forge.toml:3: components.app.path"),
        ("forge.toml: components.app.needs", "forge.toml:2: components.app.needs"),
        ("forge.toml: components.app.smoke.0.args", "forge.toml:4: components.app.smoke.0.args"),
        ("forge.toml: components.app.smoke[0].call", "forge.toml:5: components.app.smoke[0].call"),
        ("forge.toml:9: components.app.path", "forge.toml:9: components.app.path"),
        ("forge.toml: build", "forge.toml: build"),
        ("gone.toml: components.app", "gone.toml: components.app"),
        ("a/forge.toml: format", "a/forge.toml: format"),
        ("app/main.wat", "app/main.wat"),
        ("", ""),
    ],
)
def test_places(tmp_path: Path, where: str, told: str) -> None:
    (tmp_path / "forge.toml").write_text(TEXT)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "forge.toml").write_bytes(b"format = 1 # \xff")
    problem = Problem(where=where, what="is wrong", hint="put it right")
    with pytest.raises(ForgeError) as caught, with_lines_of(tmp_path):
        raise ForgeError(problem, exit_code=Exit.MACHINE)
    assert caught.value.exit_code == Exit.MACHINE
    assert caught.value.problems == (Problem(where=told, what="is wrong", hint="put it right"),)
