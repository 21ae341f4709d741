"""Which components a change touches: by their sources, by what forge.toml said before, by what builds them."""

from pathlib import Path

import msgspec
import pytest

from tests.support.factories.plan import adding, catalog, component, manifest, recipe, step, target, toolchain
from wasmforge.changes.affected import affected_units, by_component
from wasmforge.changes.config_diff import ConfigDiff, diff
from wasmforge.changes.symlinks import with_symlink_targets
from wasmforge.model.fetch import LockedSource
from wasmforge.model.lockfile import Locked, LockFile
from wasmforge.model.manifest import Build, Component, Manifest, ToolchainChoice
from wasmforge.model.recipe import Option
from wasmforge.model.smoke import Smoke
from wasmforge.plan import Request, select

ROOT = Path("/project")

KNOWN = catalog(
    recipe(sources={"units": ("src/**/*.t",)}),
    recipe("other", toolchain="crate", languages={"other": {}}, fragments=("shared",)),
    passes=(adding(fragments=("common",)),),
    targets=(target("web", passes=("polish",)), target("wasi", recipes={"toy": "toy", "other": "other"})),
    toolchains=(toolchain(), toolchain("crate", needs=("node",)), toolchain("node"), toolchain("judge")),
)

SAID = manifest(
    lib=component(exports=("f",), path="lib"),
    app=component(exports=("f",), path="app", needs=("lib",)),
    tool=component(path="tool", language="other", targets=("wasi",), smoke=(Smoke(preopen="data"),)),
)
SAID = msgspec.structs.replace(
    SAID, components={n: msgspec.structs.replace(p, folder=n) for n, p in SAID.components.items()}
)


def found(*paths: str, things: dict[str, str] | None = None, said: Manifest = SAID) -> dict[str, str]:
    """`name@target` of what is touched, and why."""
    wanted = select(said, KNOWN, Request())
    pairs = affected_units(ROOT, wanted, KNOWN, paths, ConfigDiff(reasons=things or {}), ("judge",))
    return {"@".join(pair): "; ".join(why) for pair, why in pairs.items()}


@pytest.mark.parametrize(
    "path",
    ["README.md", "app/README.md", "app/other.t", "app/src/.cache/x.t", "app/src/node_modules/x.t", "apple/src/x.t"],
)
def test_what_no_build_reads_touches_nothing(path: str) -> None:
    assert found(path) == {}


@pytest.mark.parametrize("path", ["app/src/a.t", "app/src/deep/b.t", "app/Cargo.lock", "app/src/vendor/", "app/"])
def test_a_source_touches_its_component(path: str) -> None:
    assert found(path) == {f"app@{t}": f"{path} changed" for t in ("web", "wasi")}


C_FAMILY = catalog(
    recipe(
        sources={"units": ("*.c",), "included": ("**/*.h",)},
        mentioned={"included": '#include "([^"]+)"'},
        options={"includes": Option(kind="folders")},
        steps=(step(run=("tool", "{sources.units}", "{sources.included}", "-I{options.includes}")),),
    )
)


def touched(path: str, **keys: object) -> bool:
    """Whether a path touches a component in app/ with these keys."""
    app = msgspec.structs.replace(manifest(app=component(exports=("f",), **keys)).components["app"], folder="app")
    units = select(msgspec.structs.replace(SAID, components={"app": app}), C_FAMILY, Request(targets=("web",)))
    return bool(affected_units(ROOT, units, C_FAMILY, [path], ConfigDiff(), ()))


@pytest.mark.parametrize(
    ("path", "hit"),
    [
        ("app/a.c", True),
        ("app/luac.c", False),
        ("lib/z/z.c", True),
        ("lib/z/test.c", False),
        ("lib/z/deep/z.h", True),
        ("lib/y/y.h", False),
        ("lib/y/y.c", False),
        ("shared/s.h", True),
        ("shared/s.c", False),
        ("shared/.git/s.h", False),
        ("shared/", True),
        ("lib/", True),
        ("app/deep/any.h", True),
        ("other/any.h", False),
    ],
)
def test_sources_from_the_root_and_those_that_are_taken_away(path: str, hit: bool) -> None:
    units = ("*.c", "!luac.c", "//lib/z/*.c", "!//lib/z/test.c")
    assert touched(path, sources={"units": units}, options={"includes": ("//shared",)}) is hit


def test_a_group_by_mention_that_a_component_lists_itself() -> None:
    assert touched("app/deep/any.h")
    assert not touched("app/deep/any.h", sources={"included": ("one.h",)})


def test_who_needs_it_is_touched_too() -> None:
    assert found("lib/src/a.t")["app@wasi"] == "needs lib"


def test_a_folder_that_a_smoke_test_sees() -> None:
    assert found("tool/data/in.txt") == {"tool@wasi": "tool/data/in.txt changed"}


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        ("recipes/toy.toml", ["lib@web", "lib@wasi", "app@web", "app@wasi"]),
        ("recipes/other/other.toml", ["tool@wasi"]),
        ("recipes/passes/polish.toml", ["lib@web", "app@web"]),
        ("recipes/fragments/shared.toml", ["tool@wasi"]),
        ("recipes/fragments/common/common.toml", ["lib@web", "app@web"]),
        ("recipes/fragments/nobody.toml", []),
        ("runtimes/wasmtime.toml", ["lib@web", "lib@wasi", "app@web", "app@wasi", "tool@wasi"]),
        ("runtimes/nobody.toml", []),
        ("toolchains/crate/package-lock.json", ["tool@wasi"]),
        ("toolchains/node.toml", ["tool@wasi"]),
        ("toolchains/judge.toml", ["lib@web", "lib@wasi", "app@web", "app@wasi", "tool@wasi"]),
        ("targets/web.toml", ["lib@web", "app@web"]),
        ("recipes/nobody.toml", []),
    ],
)
def test_what_builds_it(path: str, labels: list[str]) -> None:
    assert sorted(found(path)) == sorted(labels)


def test_reasons_by_component() -> None:
    wanted = select(SAID, KNOWN, Request(components=("app",)))
    pairs = affected_units(ROOT, wanted, KNOWN, ["lib/src/a.t", "app/src/b.t"], ConfigDiff(), ())
    lib, app = by_component(pairs)
    assert (lib.component, lib.targets, lib.because) == ("lib", ("web", "wasi"), ("lib/src/a.t changed",))
    assert app.because == ("app/src/b.t changed", "needs lib")


FORGE = b"""
format = 1
[components.lib]
path = "lib"
language = "toy"
exports = ["f"]
"""


def now(**changes: object) -> Manifest:
    """What the project says today."""
    lib = Component(path="lib", language="toy", exports=("f",))
    made = manifest(**{"lib": lib, **changes})  # type: ignore[arg-type]
    declared = {n: msgspec.structs.replace(p, file="forge.toml") for n, p in made.components.items()}
    return msgspec.structs.replace(made, build=Build(), components=declared)


def differs(data: bytes | None, today: Manifest, members: tuple[str, ...] = ()) -> dict[str, str]:
    return diff({"forge.toml": data}, today, members, None).reasons


def test_the_same_forge_toml_in_other_words() -> None:
    assert differs(FORGE.replace(b"format", b"# a comment\nformat"), now()) == {}


def test_tables_of_forge_toml() -> None:
    changed = now(lib=Component(path="lib", language="toy", exports=("g",), features=("simd",)))
    assert differs(FORGE, changed) == {"component lib": "forge.toml: components.lib changed (exports, features)"}
    new = now(more=Component(path="more", language="toy"))
    assert differs(FORGE, new) == {"component more": "forge.toml: components.more is new"}
    profile = msgspec.structs.replace(now(), build=Build(profile="size"))
    assert differs(FORGE, profile) == {"build": "forge.toml: build changed (profile)"}
    box = msgspec.structs.replace(now(), toolchains={"box": ToolchainChoice(origin="path")})
    assert differs(FORGE, box) == {"toolchain box": "forge.toml: toolchains.box changed"}


@pytest.mark.parametrize("data", [b"format = 1\n[", b"\xff", b"format = 1\nnope = 2", b"[[[" * 99])
def test_a_forge_toml_that_was_broken_touches_everything(data: bytes) -> None:
    assert differs(data, now()) == {"build": "forge.toml could not be read before"}


def test_a_file_that_was_not_there() -> None:
    assert differs(None, now()) == {"file forge.toml": "forge.toml is new"}
    assert found(things={"file forge.toml": "is new"}) != {}


def test_members() -> None:
    today = now()
    inner = msgspec.structs.replace(today.components["lib"], file="inner/forge.toml")
    today = msgspec.structs.replace(today, components={"lib": inner})
    old = b'format = 1\nmembers = ["a*"]'
    assert differs(old, today, ("*",)) == {"file inner/forge.toml": "forge.toml: members changed"}
    assert differs(old, today, ("a*",)) == {}


def test_locks() -> None:
    def locked(identity: str) -> LockFile:
        return LockFile(format=1, toolchains={"box": {"x86": Locked(origin="path", identity=identity)}})

    old = b"format = 1\n[toolchains.box.x86]\norigin = 'path'\nidentity = '1'"
    things = diff({"forge.lock": old}, SAID, (), locked("2")).reasons
    assert things == {"toolchain box": "forge.lock: box changed"}
    assert diff({"forge.lock": old}, SAID, (), locked("1")).reasons == {}
    assert diff({"forge.lock": None}, SAID, (), locked("1")).reasons == things
    assert diff({"forge.lock": old}, SAID, (), None).reasons == things
    fetching = msgspec.structs.replace(locked("1"), fetched={"app": {"zlib": LockedSource(source="x", sha256="1")}})
    assert diff({"forge.lock": old}, SAID, (), fetching).reasons == {"component app": "forge.lock: fetched.app changed"}
    assert sorted(found(things=things)) == ["app@wasi", "app@web", "lib@wasi", "lib@web"]


def test_a_link_stands_for_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "app").mkdir()
    (tmp_path / "shared" / "x.h").touch()
    (tmp_path / "app" / "x.h").symlink_to("../shared/x.h")
    assert with_symlink_targets(tmp_path, ["app"], ["shared/x.h"]) == ("shared/x.h", "app/x.h")
    assert with_symlink_targets(tmp_path, ["app"], ["shared/y.h", "app"]) == ("shared/y.h", "app/")
