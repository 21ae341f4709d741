"""Which files a program starts with: shared libraries, interpreters."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.elf import ARM64, elf, place
from wasmforge.toolchains import shared_libraries
from wasmforge.toolchains.shared_libraries import find_program, starts_with


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine is found, and nothing that an earlier test had under the same name."""
    monkeypatch.setattr(shared_libraries, "_FOLDERS", ())
    monkeypatch.setattr(shared_libraries, "CACHE", "/nowhere")
    shared_libraries.forget_linker_cache()


def test_libraries_and_theirs(tmp_path: Path) -> None:
    tool = place(tmp_path / "bin/tool", elf(("libone.so",), runpath="$ORIGIN/../lib"))
    one = place(tmp_path / "lib/libone.so", elf(("libtwo.so", "libgone.so"), runpath="${ORIGIN}/more"))
    two = place(tmp_path / "lib/more/libtwo.so", elf())
    assert [Path(p).resolve() for p in starts_with(str(tool)).files] == [one, two]


def test_places_where_another_library_would_come_first_are_told(tmp_path: Path) -> None:
    tool = place(tmp_path / "tool", elf(("libone.so", "libgone.so"), runpath=f"{tmp_path}/a:{tmp_path}/b"))
    place(tmp_path / "b/libone.so", elf())
    expected = ("a/libone.so", "a/libgone.so", "b/libgone.so")
    assert starts_with(str(tool)).missing == tuple(f"{tmp_path}/{name}" for name in expected)


def test_a_link_is_at_home_where_it_leads_to(tmp_path: Path) -> None:
    tool = place(tmp_path / "own/bin/tool", elf(("libone.so",), runpath="$ORIGIN/../lib"))
    one = place(tmp_path / "own/lib/libone.so", elf())
    (tmp_path / "tool").symlink_to(tool)
    assert [Path(p).resolve() for p in starts_with(str(tmp_path / "tool")).files] == [one]


def test_rpath_goes_for_libraries_of_libraries_and_runpath_does_not(tmp_path: Path) -> None:
    one, two = place(tmp_path / "libone.so", elf(("libtwo.so",))), place(tmp_path / "libtwo.so", elf())
    old = place(tmp_path / "old", elf(("libone.so",), rpath=str(tmp_path)))
    new = place(tmp_path / "new", elf(("libone.so",), runpath=str(tmp_path)))
    assert starts_with(str(old)).files == (str(one), str(two))
    assert starts_with(str(new)).files == (str(one),)


def test_a_library_for_another_machine_is_passed_over(tmp_path: Path) -> None:
    place(tmp_path / "a/libone.so", elf(machine=ARM64))
    right = place(tmp_path / "b/libone.so", elf())
    tool = place(tmp_path / "tool", elf(("libone.so",), runpath=f"{tmp_path}/a:{tmp_path}/b"))
    assert starts_with(str(tool)).files == (str(right),)


def test_the_systems_cache_of_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = place(tmp_path / "libone.so.1", elf())
    names = b"libone.so.1\0" + str(one).encode() + b"\0"
    entry = struct.pack("=iIIIQ", 0x303, 72, 72 + len(b"libone.so.1\0"), 0, 0)
    head = b"glibc-ld.so.cache1.1" + struct.pack("=II", 1, len(names)) + bytes(20)
    cache = tmp_path / "ld.so.cache"
    cache.write_bytes(head + entry + names)
    monkeypatch.setattr(shared_libraries, "CACHE", str(cache))
    tool = place(tmp_path / "tool", elf(("libone.so.1",)))
    assert starts_with(str(tool)).files == (str(one),)


def test_scripts_start_an_interpreter(tmp_path: Path) -> None:
    shell = place(tmp_path / "sh", elf(("libone.so",), runpath="$ORIGIN"))
    one = place(tmp_path / "libone.so", elf())
    script = place(tmp_path / "a", f"#!{shell} -e\necho".encode())
    assert starts_with(str(script)).files == (str(shell), str(one))
    asked = place(tmp_path / "b", b"#!/usr/bin/env -S sh -e\necho")
    assert starts_with(str(asked), str(tmp_path)).files == (str(shell), str(one))


def test_programs_by_name(tmp_path: Path) -> None:
    place(tmp_path / "b/tool", b"")
    (tmp_path / "a/tool").mkdir(parents=True)
    assert find_program("tool", f"{tmp_path}/a::{tmp_path}/b") == f"{tmp_path}/b/tool"
    assert find_program("tool", f"{tmp_path}/a") is None


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=200))
def test_whatever_a_file_holds(tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int) -> None:
    path = tmp_path_factory.mktemp("noise") / "tool"
    good = elf(("libone.so",))
    path.write_bytes(good[:at] + noise + good[at + len(noise) :])
    shared_libraries._linked.cache_clear()
    files = starts_with(str(path)).files
    assert files == () or (at == 0 and noise.startswith(b"#!")), "a script names its interpreter"
