"""Make rules as compilers write them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.runner.depfile import named_in, prerequisites, undeclared, used_inputs


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("a.o: a.c\n", ("a.c",)),
        ("a.o: a.c a.h\n", ("a.c", "a.h")),
        ("a.o: a.c \\\n  a.h \\\n  b.h\n", ("a.c", "a.h", "b.h")),
        ("a.o: \\\r\n a.c \\\r\n a.h\r\n", ("a.c", "a.h")),
        ("a.o: a.c", ("a.c",)),
        ("my\\ dir/a.o: my\\ dir/a.c\n", ("my dir/a.c",)),
        ("a.o: a\\#b.c c$$d.c\n", ("a#b.c", "c$d.c")),
        ("a.o: a\\b.c\n", ("a\\b.c",)),
        ("a.o: a\\\\ b.c\n", ("a\\", "b.c")),
        ("a.o: a\\\\\\ b.c\n", ("a\\ b.c",)),
        ("a.o:\ta.c\ta.h\n", ("a.c", "a.h")),
        ("a.o: a.c a.h\n\na.h:\n\nb.h:\n", ("a.c", "a.h")),
        ("a.o: a.c\nb.o: b.c\n", ("a.c", "b.c")),
        ("# a comment\na.o b.o: a.c\n", ("a.c",)),
        ("a.o: c:d.c\n", ("c:d.c",)),
        ("a.o:\n", ()),
        ("", ()),
        ("no rule at all\n", ()),
    ],
)
def test_prerequisites(text: str, files: tuple[str, ...]) -> None:
    assert prerequisites(text) == files


def escaped(name: str) -> str:
    """A name as GCC and clang write it."""
    name = re.sub(r"(\\*)([ \t]|$)", lambda m: m[1] * 2 + (f"\\{m[2]}" if m[2] else ""), name)
    return name.replace("$", "$$").replace("#", "\\#")


NAMES = st.text(alphabet="ab/.: $#\\\té\u2028", min_size=1, max_size=8)


@given(st.lists(NAMES, max_size=4), st.sampled_from([" ", " \\\n ", "\t"]))
def test_what_a_compiler_escapes_comes_back(names: list[str], between: str) -> None:
    text = "x.o: " + between.join(escaped(n) for n in names) + "\n"
    assert prerequisites(text) == tuple(names)


DECLARED = ("a.c", "include/a.h", "include/b.h", "my dir/c.h")


def used(folder: Path, text: str | bytes) -> tuple[str, ...]:
    """What this depfile names of DECLARED, in a directory that holds these."""
    for path in DECLARED:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    (folder / "x.d").write_bytes(text if isinstance(text, bytes) else text.encode())
    return used_inputs(folder / "x.d", folder, DECLARED)


def test_only_the_declared_files_that_were_read(tmp_path: Path) -> None:
    assert used(tmp_path, "a.o: a.c include/a.h /usr/include/stdio.h\n") == ("a.c", "include/a.h")
    assert used(tmp_path, "a.o: ./a.c include/../include/./b.h my\\ dir/c.h\n") == ("a.c", "include/b.h", "my dir/c.h")


def test_absolute_paths_of_the_directory_whatever_it_is_called_where_the_command_runs(tmp_path: Path) -> None:
    assert used(tmp_path, f"a.o: {tmp_path}/a.c {tmp_path}/include/a.h\n") == ("a.c", "include/a.h")
    assert used(tmp_path, "a.o: /in/a/container/a.c /in/a/container/include/b.h\n") == ("a.c", "include/b.h")


def test_a_file_that_is_there_and_not_declared_is_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "made.h").touch()
    assert used(tmp_path, "a.o: a.c made.h\n") == ("a.c",)


@pytest.mark.parametrize(
    "text", ["", "a.o:\n", "not a rule", "a.o: a.c gone.h\n", "a.o: a.c nul\0nul\n", b"\xff\xfe: \xff\n"]
)
def test_everything_counts_as_read_when_the_depfile_cannot_be_understood(tmp_path: Path, text: str | bytes) -> None:
    assert used(tmp_path, text) == DECLARED


def test_everything_counts_as_read_when_there_is_no_depfile(tmp_path: Path) -> None:
    assert used_inputs(tmp_path / "none.d", tmp_path, ("b", "a")) == ("a", "b")


def outside(folder: Path, text: str, *allowed: Path) -> tuple[str, ...]:
    """What this depfile names outside a private directory that holds DECLARED, and outside what is allowed."""
    home = folder / "private"
    home.mkdir(exist_ok=True)
    used(home, text)
    return undeclared(named_in(home / "x.d"), home, tuple(str(path) for path in allowed))


def test_a_file_outside_the_directory_and_the_toolchain_is_undeclared(tmp_path: Path) -> None:
    header = tmp_path / "elsewhere" / "include" / "a.h"  # its end is that of a declared input
    header.parent.mkdir(parents=True)
    header.touch()
    text = f"a.o: a.c include/a.h {header} ../elsewhere/include/a.h {tmp_path}/private/include/b.h\n"
    assert outside(tmp_path, text) == (str(header),)
    assert outside(tmp_path, text, header) == ()
    assert outside(tmp_path, text, tmp_path / "elsewhere") == ()
    assert outside(tmp_path, text, tmp_path / "else") == (str(header),)


def test_a_link_counts_as_what_it_leads_to(tmp_path: Path) -> None:
    secret, home = tmp_path / "secret.h", tmp_path / "private"
    secret.touch()
    home.mkdir()
    (home / "inner.h").symlink_to(secret)
    (tmp_path / "alias").symlink_to(home)
    assert outside(tmp_path, "a.o: inner.h\n") == (str(home / "inner.h"),)
    assert outside(tmp_path, f"a.o: {tmp_path}/alias/a.c\n") == ()
    (home / "folder").symlink_to("/etc")
    assert outside(tmp_path, "a.o: folder/hostname a.c\n") == (str(home / "folder" / "hostname"),)


def test_a_link_that_is_part_of_the_toolchain_may_lead_elsewhere(tmp_path: Path) -> None:
    real, tool = tmp_path / "llvm" / "v1", tmp_path / "sysroot"
    real.mkdir(parents=True)
    tool.mkdir()
    (real / "vector").touch()
    (tool / "v1").symlink_to(real)
    assert outside(tmp_path, f"a.o: {tool}/v1/vector\n", tool) == ()
    assert outside(tmp_path, f"a.o: {real}/vector\n", tool / "v1") == ()
    assert outside(tmp_path, f"a.o: {real}/vector\n", tool) == (f"{real}/vector",)


def test_an_absolute_name_is_undeclared_whether_it_is_still_there_or_not(tmp_path: Path) -> None:
    assert outside(tmp_path, "a.o: a.c /gone/away.h never/was.h ../never.h\n") == ("/gone/away.h",)
    assert named_in(tmp_path / "none.d") == ()
