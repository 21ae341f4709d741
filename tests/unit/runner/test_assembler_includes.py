"""What `.incbin` and `.include` name, as C, Rust, Zig and assembler write them."""

from pathlib import Path

import pytest

from wasmforge.runner.assembler_includes import includes


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('.incbin "/etc/passwd"', ("/etc/passwd",)),
        (r'__asm__(".incbin \"data/a b.bin\"\n");', ("data/a b.bin",)),
        (r'__asm__("\n\t.include \"../x.s\"");', ("../x.s",)),
        ('global_asm!(r#".incbin "/etc/x""#);', ("/etc/x",)),
        ('    \\\\.incbin "one"\n    \\\\.incbin "two"\n', ("one", "two")),
        (r'__asm__(".incbin \"" FILE "\"");', ()),
        ('#include "/etc/passwd"', None),
        ("the incbin of a.include", None),
        ("", None),
    ],
)
def test_names(tmp_path: Path, text: str, names: tuple[str, ...] | None) -> None:
    (tmp_path / "a.c").write_text(text)
    (tmp_path / "folder").mkdir()
    assert includes(tmp_path, ("folder", "gone.c", "a.c")) == names
