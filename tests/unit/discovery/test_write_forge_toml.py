"""From a folder to a forge.toml that a build accepts, and back: what stood in the file stays."""

import os
import tomllib
from pathlib import Path

import msgspec
import pytest

from wasmforge.app.init import init
from wasmforge.config import load_catalog, load_project, load_snapshots
from wasmforge.discovery.minimal_globs import matches, minimal_globs
from wasmforge.errors import Exit, ForgeError
from wasmforge.model.discovery import InitResult
from wasmforge.plan import Request, check, select

MAIN = "int main(void) { return 0; }\n"
WAT = '(module (func (export "gcd") (param i32 i32) (result i32) (local.get 0)))\n'
CDYLIB = '[package]\nname = "adder"\n[lib]\ncrate-type = ["cdylib"]\n'
TYPESCRIPT = "export function resize(w: i32): i32 { return w; }\n"

MONOREPO = {
    "Cargo.toml": '[workspace]\nmembers = ["crates/*"]\n',
    "Cargo.lock": "version = 4\n",
    "crates/adder/Cargo.toml": CDYLIB,
    "crates/adder/src/lib.rs": "",
    "crates/parser/Cargo.toml": '[package]\nname = "parser"\n',
    "crates/parser/src/lib.rs": '#[no_mangle]\npub extern "C" fn parse(n: u32) -> u32 { n }\n',
    "libs/matmul/CMakeLists.txt": "set(CMAKE_CXX_STANDARD 20)\nadd_library(matmul src/matmul.cpp)\n",
    "libs/matmul/src/matmul.cpp": '#include "matmul.hpp"\nextern "C" void matmul(float *a) {}\n',
    "libs/matmul/include/matmul.hpp": "void other(int n);\n",
    "libs/flat/lib/flat.c": '#include "flat.h"\nint flat(int a) { return a; }\n',
    "libs/flat/lib/deep/more.c": "int more;\n",
    "libs/flat/api/flat.h": "int flat(int a);\n",
    "libs/flat/CMakeLists.txt": "file(GLOB_RECURSE S lib/*.c)\nadd_library(flat ${S})\n",
    "libs/silent/src/silent.c": "int silent;\n",
    "packages/resize/assembly/index.ts": TYPESCRIPT,
    "packages/core/asconfig.json": '{"entries": ["as/core.ts"]}',
    "packages/core/as/core.ts": TYPESCRIPT,
    "packages/core/src/index.ts": "export function host(): void {}\n",
    "services/greet/build.zig": "",
    "services/greet/src/main.zig": "pub fn main() void {}\n",
    "services/odd/odd.zig": "export fn odd() i32 { return 1; }\n",
    "third_party/zlib/zlib.c": "int zlib;\n",
    "tools/cat.c": MAIN,
    "tools/wc.c": MAIN,
    "tools/io.c": "int io;\n",
    "wat/gcd.wat": WAT,
    "wat/lcm.wat": WAT.replace("gcd", "lcm"),
    "node_modules/x/x.c": MAIN,
}


def lay(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def accepted(root: Path) -> dict[tuple[str, str], dict[str, tuple[str, ...]]]:
    """Take the file as a build does, up to the snapshot of sources; the groups of each component and recipe."""
    project, catalog = load_project(root), load_catalog(root)
    check(project.manifest, catalog)
    wanted = select(project.manifest, catalog, Request())
    snapshots = load_snapshots(project, [(w.declared, catalog.recipes[w.resolved.recipe]) for w in wanted])
    by_mention = {name: recipe.mentioned for name, recipe in catalog.recipes.items()}
    return {
        key: {g: p for g, p in snapshot.groups.items() if p and g not in by_mention[snapshot.recipe]}
        for key, snapshot in snapshots.items()
    }


def test_a_build_accepts_what_is_written_and_finds_exactly_the_sources(tmp_path: Path) -> None:
    lay(tmp_path, dict(MONOREPO))
    done = init(tmp_path)
    groups = accepted(tmp_path)
    assert {"crates/adder/src/lib.rs", "crates/parser/src/lib.rs"} <= set(groups["adder", "cargo"].pop("rust"))
    assert groups == {
        ("adder", "cargo"): {
            "root": ("Cargo.toml",),
            "lock": ("Cargo.lock",),
            "manifests": ("crates/adder/Cargo.toml", "crates/parser/Cargo.toml"),
        },
        ("cat", "zig"): {"c-units": ("cat.c", "io.c")},
        ("core", "assemblyscript"): {"entry": ("as/core.ts",), "modules": ("as/core.ts",)},
        ("flat", "zig"): {"c-units": ("lib/deep/more.c", "lib/flat.c"), "headers": ("api/flat.h",)},
        ("gcd", "wat"): {"module": ("gcd.wat",)},
        ("greet", "zig"): {"zig-command": ("src/main.zig",), "zig-files": ("build.zig", "src/main.zig")},
        ("lcm", "wat"): {"module": ("lcm.wat",)},
        ("matmul", "zig"): {"cxx-units": ("src/matmul.cpp",), "headers": ("include/matmul.hpp",)},
        ("odd", "zig"): {"zig-reactor": ("odd.zig",), "zig-files": ("odd.zig",)},
        ("resize", "assemblyscript"): {"entry": ("assembly/index.ts",), "modules": ("assembly/index.ts",)},
        ("silent", "zig"): {"c-units": ("src/silent.c",)},
        ("wc", "zig"): {"c-units": ("wc.c", "io.c")},
    }
    table = tomllib.loads((tmp_path / "forge.toml").read_text())["components"]
    assert table["matmul"] == {
        "path": "libs/matmul",
        "language": "c++",
        "exports": ["matmul", "malloc", "free"],
        "options": {"std": "c++20"},
    }
    assert "targets" not in table["greet"]
    assert table["silent"]["kind"] == "reactor"
    assert table["flat"]["options"] == {"includes": ["api"]}
    assert [s.path for s in done.skipped] == ["third_party/"]
    assert done.next.startswith("wasmforge build --target web")


def test_a_language_without_a_recipe_is_a_comment_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = load_catalog(None)
    targets = {
        n: msgspec.structs.replace(t, recipes={k: r for k, r in t.recipes.items() if k != "rust"})
        for n, t in catalog.targets.items()
    }
    poorer = msgspec.structs.replace(catalog, targets=targets)
    monkeypatch.setattr("wasmforge.app.init.load_catalog", lambda _: poorer)
    lay(tmp_path, dict(MONOREPO))
    done = init(tmp_path)
    text = (tmp_path / "forge.toml").read_text()
    assert {e.component.name for e in done.entries if e.problem} == {"parser", "adder"}
    assert "# no target has a recipe for rust yet, so this waits as a comment:\n# [components.adder]\n" in text


def test_what_lacks_something_is_a_comment_until_it_has_it(tmp_path: Path) -> None:
    lay(tmp_path, {"Cargo.toml": CDYLIB, "src/lib.rs": '#[no_mangle]\npub extern "C" fn f() {}\n'})
    first = init(tmp_path)
    assert "Cargo.lock" in first.entries[0].problem
    assert first.next == ""
    assert init(tmp_path, force=True).status == "unchanged"
    lay(tmp_path, {"Cargo.lock": "version = 4\n"})
    assert init(tmp_path, force=True).status == "extended"
    assert [recipe for _, recipe in accepted(tmp_path)] == ["cargo"]


def test_two_packages_of_a_workspace_are_told_apart(tmp_path: Path) -> None:
    files = dict(MONOREPO) | {
        "crates/other/Cargo.toml": CDYLIB.replace("adder", "other"),
        "crates/other/src/lib.rs": "",
    }
    lay(tmp_path, dict(MONOREPO))
    init(tmp_path)
    lay(tmp_path, dict(files))
    assert [e.component.package for e in init(tmp_path, force=True).entries] == ["other"]


def test_a_recipe_of_its_own_is_named(tmp_path: Path) -> None:
    source = "#include <emscripten.h>\nint EMSCRIPTEN_KEEPALIVE f(int a) { return a; }\n"
    lay(tmp_path, {"a/src/a.c": source})
    init(tmp_path)
    assert [recipe for _, recipe in accepted(tmp_path)] == ["emscripten"]


def test_only_what_cannot_be_built_is_written_too(tmp_path: Path) -> None:
    lay(tmp_path, {"Cargo.toml": "[package]", "src/main.rs": "fn main() {}"})
    done = init(tmp_path)
    assert tomllib.loads((tmp_path / "forge.toml").read_text())["format"] == 1
    assert bool(done.next) == any(e.targets for e in done.entries)


def test_simd_is_asked_for(tmp_path: Path) -> None:
    lay(tmp_path, {"a.wat": '(module (func (export "f") (param v128)))'})
    init(tmp_path)
    assert tomllib.loads((tmp_path / "forge.toml").read_text())["components"].popitem()[1]["features"] == ["simd"]
    accepted(tmp_path)


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    lay(tmp_path, {"a/a.wat": WAT, "forge.toml": "mine"})
    with pytest.raises(ForgeError, match="already") as e:
        init(tmp_path)
    assert e.value.exit_code == Exit.USAGE
    assert "--force" in e.value.problems[0].hint
    assert (tmp_path / "forge.toml").read_text() == "mine"


MINE = """# mine
format = 1

[components.first]   # keep me
path = "a"
language = "wat"
targets = ["wasi"]

[toolchains.zig]
origin = "python"
"""


def test_force_adds_what_lacks_and_keeps_every_byte(tmp_path: Path) -> None:
    lay(tmp_path, {"a/a.wat": WAT, "b/b.wat": WAT, "first/x.wat": WAT, "forge.toml": MINE})
    done = init(tmp_path, force=True)
    text = (tmp_path / "forge.toml").read_text()
    assert text.startswith(MINE)
    assert [e.component.path for e in done.entries] == ["b", "first"]
    assert (done.status, done.declared) == ("extended", ("first",))
    assert {n for n, _ in accepted(tmp_path)} == {"first", "b", "first-2"}
    again = init(tmp_path, force=True)
    assert (again.status, again.entries) == ("unchanged", ())
    assert (tmp_path / "forge.toml").read_text() == text


def test_force_twice_does_not_repeat_comments_or_parts(tmp_path: Path) -> None:
    lay(tmp_path, dict(MONOREPO))
    init(tmp_path)
    text = (tmp_path / "forge.toml").read_text()
    assert init(tmp_path, force=True).status == "unchanged"
    assert (tmp_path / "forge.toml").read_text() == text


def test_force_keeps_line_endings(tmp_path: Path) -> None:
    lay(tmp_path, {"a/a.wat": WAT, "b/b.wat": WAT, "forge.toml": MINE.replace("\n", "\r\n")})
    init(tmp_path, force=True)
    data = (tmp_path / "forge.toml").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert len(load_project(tmp_path).manifest.components) == 2


@pytest.mark.parametrize(
    "text",
    [
        'format = 1\ncomponents = { first = { path = "a", language = "wat" } }\n',
        'format = 1\ncomponents.first.path = "a"\ncomponents.first.language = "wat"\n',
        '[components]\nfirst = { path = "a", language = "wat" }\n',
    ],
)
def test_force_copes_with_components_written_otherwise(tmp_path: Path, text: str) -> None:
    text = text if "format" in text else f"format = 1\n{text}"
    lay(tmp_path, {"a/a.wat": WAT, "b/b.wat": WAT, "forge.toml": text})
    init(tmp_path, force=True)
    assert set(load_project(tmp_path).manifest.components) == {"first", "b"}


def test_members_and_their_components_are_known(tmp_path: Path) -> None:
    member = 'format = 1\n[components.inner]\npath = "."\nlanguage = "wat"\n'
    top = 'format = 1\nmembers = ["m"]\n'
    lay(tmp_path, {"m/forge.toml": member, "m/m.wat": WAT, "b/b.wat": WAT, "o/forge.toml": member, "forge.toml": top})
    done = init(tmp_path, force=True)
    assert [e.component.name for e in done.entries] == ["b"]
    assert [(s.path, "members" in s.why) for s in done.skipped] == [("o/", True)]


def test_a_dry_run_writes_nothing_and_tells_the_text(tmp_path: Path) -> None:
    lay(tmp_path, {"a/a.wat": WAT})
    done = init(tmp_path, dry_run=True)
    assert not (tmp_path / "forge.toml").exists()
    assert done.dry_run
    init(tmp_path)
    assert (tmp_path / "forge.toml").read_text() == done.text


@pytest.mark.parametrize(
    ("files", "where", "what"),
    [
        ({"README.md": "x"}, ".", "found no sources"),
        ({"vendor/x.c": MAIN}, ".", "found no sources"),
        ({}, "nowhere", "no such folder"),
        ({"file": "x"}, "file", "is a file, not a folder"),
        ({"forge.toml": "format = 1\n[what]\n"}, "--force", "unknown key"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, files: dict[str, str | bytes], where: str, what: str) -> None:
    lay(tmp_path, files)
    with pytest.raises(ForgeError, match=what) as e:
        init(tmp_path if where == "--force" else tmp_path / where, force=where == "--force")
    assert e.value.exit_code == Exit.USAGE


def test_nothing_found_says_what_was_looked_for(tmp_path: Path) -> None:
    lay(tmp_path, {"vendor/x.c": MAIN})
    with pytest.raises(ForgeError) as e:
        init(tmp_path)
    assert "asconfig.json" in e.value.problems[0].hint
    assert "vendor/" in e.value.problems[0].hint


def test_odd_files_do_not_crash(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "a/a.c": b"\xff\xfe int main(void) { }",
            "a/empty.c": "",
            "b/Cargo.toml": b"\xff",
            "b/x.rs": "",
            "c/c.wat": WAT,
        },
    )
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.c").symlink_to("self.c")
    (tmp_path / "gone.c").symlink_to("nowhere.c")
    (tmp_path / "out.c").symlink_to("/etc/hostname")
    (tmp_path / os.fsdecode(b"bad\xff")).mkdir()
    (tmp_path / os.fsdecode(b"bad\xff") / "x.c").write_text(MAIN)
    os.mkfifo(tmp_path / "pipe.c")
    done = init(tmp_path)
    assert {(e.component.path, e.component.kind) for e in done.entries} == {("a", "command"), ("c", "reactor")}


def test_names_with_signs_that_mean_something_in_globs_or_toml(tmp_path: Path) -> None:
    lay(tmp_path, {'w "[x]*/a[1].wat': WAT, 'w "[x]*/b.wat': WAT, "ü/src/main.c": MAIN})
    init(tmp_path)
    assert {g["module"] for (_, r), g in accepted(tmp_path).items() if r == "wat"} == {("a[1].wat",), ("b.wat",)}


def test_an_unwritable_folder_is_the_machines_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(tmp_path, {"a.wat": WAT})

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ForgeError, match="No space left") as e:
        init(tmp_path)
    assert e.value.exit_code == Exit.MACHINE
    assert [p.name for p in tmp_path.iterdir()] == ["a.wat"]


def test_a_linked_file_and_its_mode_stay(tmp_path: Path) -> None:
    lay(tmp_path, {"p/a/a.wat": WAT, "p/etc/real.toml": "format = 1\n"})
    (tmp_path / "p/etc/real.toml").chmod(0o640)
    (tmp_path / "p/forge.toml").symlink_to("etc/real.toml")
    done: InitResult = init(tmp_path / "p", force=True)
    assert done.status == "extended"
    assert (tmp_path / "p/forge.toml").is_symlink()
    assert (tmp_path / "p/etc/real.toml").stat().st_mode & 0o777 == 0o640
    assert "components.a" in (tmp_path / "p/etc/real.toml").read_text()


def test_a_file_outside_that_a_link_leads_to_is_not_written(tmp_path: Path) -> None:
    lay(tmp_path, {"p/a/a.wat": WAT, "real.toml": "format = 1\n"})
    (tmp_path / "p/forge.toml").symlink_to("../real.toml")
    with pytest.raises(ForgeError, match="leads outside the project") as e:
        init(tmp_path / "p", force=True)
    assert e.value.exit_code == Exit.USAGE
    assert (tmp_path / "real.toml").read_text() == "format = 1\n"


def test_patterns_cover_what_is_wanted_and_no_more() -> None:
    listing = ["a.c", "b.c", "x/a.c", "x/y/b.c", "t/no.c", "x/a.h"]
    assert minimal_globs(["a.c", "b.c"], listing) == ("*.c",)
    assert minimal_globs(["x/a.c", "x/y/b.c"], listing) == ("x/**/*.c",)
    assert minimal_globs(["x/a.c", "x/y/b.c"], listing, walls=["x/vendor/"]) == ("x/*.c", "x/y/*.c")
    assert minimal_globs(["a.c", "x/a.h"], listing) == ("a.c", "x/*.h")
    for wanted in (["a.c"], ["a.c", "x/y/b.c"], listing):
        assert matches(minimal_globs(wanted, listing), listing) == set(wanted)
