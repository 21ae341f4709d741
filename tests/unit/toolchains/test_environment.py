"""What a command sees: PATH has the programs that are in its key, and nothing else."""

import stat
from pathlib import Path

from wasmforge.toolchains.environment import SYSTEM_PATH, action_environment


def program(place: Path, start: bytes = b"\x7fELF") -> str:
    """A file that begins like this."""
    place.write_bytes(start)
    return str(place)


def test_path_is_one_folder_with_the_programs_by_their_names(tmp_path: Path) -> None:
    tool, script = program(tmp_path / "ld-12"), program(tmp_path / "emcc.sh", b"#!/bin/sh\n")
    env = action_environment(tmp_path, {"ld": (tool,), "emcc": (script,), "clang": (tool, "--target=a b")})
    folder = Path(env["PATH"])
    assert sorted(path.name for path in folder.iterdir()) == ["clang", "emcc", "ld"]
    assert folder.is_relative_to(tmp_path)
    assert (folder / "ld").readlink() == Path(tool)
    assert (folder / "emcc").read_text() == f'#!/bin/sh\nexec {script} "$@"\n'
    assert (folder / "clang").read_text() == f"#!/bin/sh\nexec {tool} '--target=a b' \"$@\"\n"
    assert (folder / "clang").stat().st_mode & stat.S_IXUSR


def test_without_programs_nothing_is_found(tmp_path: Path) -> None:
    env = action_environment(tmp_path, {})
    assert not list(Path(env["PATH"]).iterdir())


def test_a_command_that_fetches_finds_the_system_s_programs_too(tmp_path: Path) -> None:
    env = action_environment(tmp_path, {}, network=True)
    assert env["PATH"].endswith(f":{SYSTEM_PATH}")


def test_what_a_toolchain_or_a_step_sets_counts(tmp_path: Path) -> None:
    env = action_environment(tmp_path, {}, {"A": "1", "PATH": "/mine"}, {"A": "{cwd}/2"})
    assert env["PATH"] == "/mine"
    assert env["A"] == f"{tmp_path}/2"


def test_a_name_with_a_slash_is_no_program_to_be_called_by_name(tmp_path: Path) -> None:
    env = action_environment(tmp_path, {"../evil": (program(tmp_path / "x"),)})
    assert not list(Path(env["PATH"]).iterdir())
    assert not (tmp_path / ".home" / "evil").exists()
