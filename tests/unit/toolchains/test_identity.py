"""What the identity of a toolchain is made of: all that decides what its tools do, and not where they are."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.config_files import write
from tests.support.elf import elf, place
from wasmforge.model.toolchain import (
    CapabilityProbe,
    ContainerOrigin,
    NpmOrigin,
    Origin,
    PathOrigin,
    PythonOrigin,
    RequiredFile,
    ResolvedToolchain,
    RustupOrigin,
    Toolchain,
    described,
    shortened,
)
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store
from wasmforge.toolchains import identity as module
from wasmforge.toolchains.contents import installation
from wasmforge.toolchains.file_digests import FileDigests
from wasmforge.toolchains.identity import identify
from wasmforge.toolchains.origins import OriginContext, OriginFound

TOOLS: dict[str, tuple[str, ...]] = {"tool": ("{program}",)}

ORIGINS: tuple[Origin, ...] = (
    PathOrigin(tools=TOOLS),
    PythonOrigin(tools=TOOLS),
    NpmOrigin(tools=TOOLS),
    RustupOrigin(tools=TOOLS),
    ContainerOrigin(tools=TOOLS, image="box"),
)

OTHER: dict[str, Any] = {
    "tools": {"tool": ("{program}", "-x")},
    "links": {"modules": "{bin}"},
    "env": {"HOME": "{bin}"},
    "contents": ("/etc/other",),
    "fix": "install it",
    "program": "other",
    "probe": ("version",),
    "real": ("--print", "sysroot", "--sysroot", "/project/evil"),
    "also": ("other",),
    "alike": True,
    "tries": (CapabilityProbe(run=("-v",), why_not="no"),),
    "holds": (RequiredFile(file="{bin}/x", why_not="no"),),
    "at_least": "2",
    "distribution": "other",
    "module": "other",
    "targets": ("wasm32",),
    "components": ("src",),
    "image": "other",
}
"""Another value for every key that any kind of origin has."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A program in a folder of its own, with what belongs to it."""
    place(tmp_path / "tree/bin/tool", b"#!/bin/false 1")
    write(tmp_path / "tree", {"lib/a.txt": "1"})
    return tmp_path


def context(home: Path) -> OriginContext:
    store = Store(home / "store")
    return OriginContext(
        cache_dirs=CacheDirs(home / "cache"),
        store=store,
        emit=lambda _: None,
        offline=True,
        fetch=False,
        file=home / "tool.toml",
        toolchains={},
        digests=FileDigests(store),
    )


def kit(identity: str) -> ResolvedToolchain:
    return ResolvedToolchain(toolchain="node", origin="path", identity=identity, location="", tools={})


def one(
    home: Path,
    origin: Origin = ORIGINS[0],
    *,
    needs: tuple[ResolvedToolchain, ...] = (),
    own: str = "",
    image: str | None = None,
    more: tuple[str, ...] = (),
    **said: Any,
) -> str:
    """The identity of a toolchain whose program is in `tree/bin` there."""
    scope = {"program": (f"{home}/tree/bin/tool",), "bin": (f"{home}/tree/bin",), "real": (f"{home}/tree",)}
    contents = () if image else (f"{home}/tree", *more)
    there = OriginFound(description="tool 1.0", location="", scope=scope, contents=contents, image=image)
    toolchain = Toolchain(format=1, name="tool", origins=(origin,), **said)
    return identify(toolchain, origin, there, needs, scope, context(home), own).identity


def test_it_has_words_for_people_and_a_whole_digest(home: Path) -> None:
    told = one(home, needs=(kit(f"node 20 sha256:{'1' * 64}"),))
    assert described(told) == "tool 1.0, node 20"
    assert len(told.rpartition("sha256:")[2]) == 64
    assert shortened(told) == told[:-52]


@pytest.mark.parametrize(
    ("origin", "field"),
    [
        pytest.param(o, f.name, id=f"{o.kind}-{f.name}")
        for o in ORIGINS
        for f in msgspec.structs.fields(type(o))
        if f.name not in ("name", "like")
    ],
)
def test_every_key_of_an_origin_counts(home: Path, origin: Origin, field: str) -> None:
    other = msgspec.structs.replace(origin, **{field: OTHER[field]})
    assert one(home, other) != one(home, origin)


@pytest.mark.parametrize("field", ["name", "like"])
def test_how_a_file_refers_to_an_origin_does_not_count(home: Path, field: str) -> None:
    for origin in ORIGINS:
        assert one(home, msgspec.structs.replace(origin, **{field: "x"})) == one(home, origin)


@pytest.mark.parametrize(
    "said",
    [
        {"own": "1"},
        {"image": "sha256:1"},
        {"needs": (kit("node 20 sha256:1"),)},
        {"env": {"A": "1"}},
        {"shares": ("JOBS",)},
    ],
)
def test_everything_else_counts(home: Path, said: dict[str, Any]) -> None:
    assert one(home, **said) != one(home)


def test_the_kinds_differ(home: Path) -> None:
    assert len({one(home, origin) for origin in ORIGINS}) == len(ORIGINS)


def test_another_node_is_another_compiler(home: Path) -> None:
    assert one(home, needs=(kit("node 20 sha256:1"),)) != one(home, needs=(kit("node 20 sha256:2"),))


@pytest.mark.parametrize("name", ["tree/bin/tool", "tree/lib/a.txt", "tree/new.txt"])
def test_the_bytes_of_what_it_consists_of_count(home: Path, name: str) -> None:
    before = one(home)
    write(home, {name: "#!/bin/false 2"})
    assert one(home) != before


def test_where_it_is_does_not_count(home: Path) -> None:
    before = one(home)
    (home / "tree").rename(home / "moved")
    (home / "elsewhere").mkdir()
    (home / "moved").rename(home / "elsewhere/tree")
    assert one(home / "elsewhere") == before


def test_a_program_that_lies_elsewhere_counts_by_its_bytes(home: Path) -> None:
    """As cargo beside a rustc that a link leads to: what is started is hashed, wherever it is."""
    cargo = place(home / "evil/bin/cargo", b"1")
    origin = PathOrigin(tools={"cargo": (str(cargo),)})
    before = one(home, origin)
    cargo.write_bytes(b"2")
    assert one(home, origin) != before


@pytest.mark.parametrize("where", ["env", "links"])
def test_files_named_elsewhere_count_too(home: Path, where: str) -> None:
    linker = place(home / "linker", b"1")
    origin = msgspec.structs.replace(PathOrigin(tools=TOOLS), **{where: {"LINKER": str(linker)}})
    before = one(home, origin)
    linker.write_bytes(b"2")
    assert one(home, origin) != before


def test_shared_libraries_of_the_system_count(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler proper may be a library: libclang-cpp, libLLVM."""
    monkeypatch.setattr(module, "SYSTEM", (str(home),))
    tool = place(home / "usr/bin/clang", elf(("libllvm.so",), runpath="$ORIGIN/../lib"))
    library = place(home / "usr/lib/libllvm.so", elf(("libz.so",), runpath="$ORIGIN"))
    deeper = place(home / "usr/lib/libz.so", elf())
    found = []
    for path in (None, library, deeper):
        if path:
            path.write_bytes(path.read_bytes() + b"another")
        found.append(one(home, PathOrigin(tools={"clang": (str(tool),)})))
        found.append(one(home, more=(str(tool),)))
    assert len(set(found)) == len(found)


def test_words_for_an_image_name_no_file_of_this_machine(home: Path) -> None:
    tool = place(home / "bin/tool", b"1")
    origin = ContainerOrigin(tools={"tool": (str(tool),)}, image="box")
    before = one(home, origin, image="sha256:1")
    tool.write_bytes(b"2")
    assert one(home, origin, image="sha256:1") == before


def test_what_is_hashed_is_written_down_as_looked_at(home: Path) -> None:
    scope = {"program": (f"{home}/tree/bin/tool",)}
    there = OriginFound(description="tool", location="", scope=scope, contents=(f"{home}/tree",))
    mine = context(home)
    outside = place(home / "other", b"")
    origin = PathOrigin(tools={"tool": ("{program}",), "other": (str(outside),)})
    identify(Toolchain(format=1, name="tool", origins=(origin,)), origin, there, (), scope, mine, "")
    paths = {path for path, _ in mine.lookups.states()}
    assert {f"{home}/tree", f"{home}/tree/bin", f"{home}/tree/bin/tool", f"{home}/tree/lib", str(outside)} <= paths


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("own/bin/tool", "own"),
        ("own/tool", "own/tool"),
        (".local/bin/tool", ".local/bin/tool"),
        ("venv/bin/tool", "venv/bin/tool"),
        ("project/bin/tool", "project/bin/tool"),
        ("above/bin/tool", "above/bin/tool"),
    ],
)
def test_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, told: str) -> None:
    """The whole folder is the toolchain's only where nothing else lives."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    write(tmp_path, {"venv/pyvenv.cfg": "", "above/below/project/forge.toml": ""})
    apart = (tmp_path / "project", tmp_path / "above/below/project")
    mine = msgspec.structs.replace(context(tmp_path), excluded=apart)
    assert installation(place(tmp_path / program, b""), mine) == str(tmp_path / told)


def test_cargo_s_home_is_no_installation_wherever_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Crates that were fetched lie there as well: as in the usual images with Rust, in /usr/local/cargo."""
    program = place(tmp_path / "cargo/bin/cargo", b"")
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "cargo"))
    assert installation(program, context(tmp_path)) == str(program)
    monkeypatch.delenv("CARGO_HOME")
    assert installation(program, context(tmp_path)) == str(tmp_path / "cargo")
