"""Components of kind library: planned once per configuration, compiled for what needs them, linked in order."""

from pathlib import Path

import msgspec
import pytest

from tests.support.factories.plan import component, manifest, snapshot, source
from wasmforge.changes.affected import affected_units
from wasmforge.changes.config_diff import ConfigDiff
from wasmforge.config import load_catalog
from wasmforge.errors import ForgeError
from wasmforge.model.manifest import Component, Limits, Manifest, Overlay
from wasmforge.model.plan import Plan, Snapshot
from wasmforge.model.smoke import Smoke
from wasmforge.plan import Request, check, make_plan, restrict_to, select, toolchains_of
from wasmforge.plan.graph import by_component
from wasmforge.plan.shards import shards

CATALOG = load_catalog(None)


WITH_LIBRARIES = "cmake-emscripten, cmake-wasi-sdk, emscripten, make-emscripten, make-wasi-sdk, wasi-sdk, zig"


def c(**keys: object) -> Component:
    return component(**{"language": "c", "recipe": "zig", **keys})


def lib(path: str, **keys: object) -> Component:
    return component(path=path, kind="library", **{"language": "c", **keys})


def diamond(**app: object) -> Manifest:
    """An application that needs two libraries, which need a third."""
    return manifest(
        app=c(**{"needs": ("left", "right"), "exports": ("f",), "targets": ("wasi",), **app}),
        left=lib("left", needs=("base",), public_defines=("LEFT=1",)),
        right=lib("right", needs=("base",)),
        base=lib("base", options={"defines": ("PRIVATE",), "libs": ("m",)}),
    )


def units_of(name: str, made_with: str) -> Snapshot:
    """A snapshot with one unit, and of a library also one public header."""
    groups = dict.fromkeys(CATALOG.recipes[made_with].sources, ())
    if "project" in groups:
        return snapshot(name, made_with, **{**groups, "project": ("CMakeLists.txt",)})
    found = snapshot(name, made_with, **{**groups, "c-units": (f"{name}.c",), "headers": (f"{name}_private.h",)})
    header = f"include/{name}.h"
    files = {**found.files, header: source(header)}
    return msgspec.structs.replace(found, files=files, public=(header,), public_includes=("include",))


def planned(said: Manifest, request: Request | None = None) -> Plan:
    check(said, CATALOG)
    units = select(said, CATALOG, request or Request())
    parts = [part.resolved for unit in units for part in unit.parts]
    snapshots = {(s.name, s.recipe): units_of(s.name, s.recipe) for s in parts}
    return make_plan(said, units, CATALOG, snapshots, dict.fromkeys(CATALOG.toolchains, "1"))


def test_a_diamond_is_planned_once_and_linked_in_order() -> None:
    plan = planned(diamond())
    assert [label for label in plan.actions if not label.startswith("app")] == [
        "base@wasi/release/zig:compile-c[base.c]",
        "base@wasi/release/zig:archive",
        "left@wasi/release/zig:compile-c[left.c]",
        "left@wasi/release/zig:archive",
        "right@wasi/release/zig:compile-c[right.c]",
        "right@wasi/release/zig:archive",
    ]
    link = plan.actions["app@wasi/release:link"]
    archives = [word for word in link.argv if word.endswith(".a")]
    assert archives == ["needs/left/libleft.a", "needs/right/libright.a", "needs/base/libbase.a", ".libraries.a"]
    assert [d.label for d in plan.deliveries] == ["app@wasi/release"]


def test_public_parts_reach_what_needs_a_library_and_private_parts_do_not() -> None:
    plan = planned(diamond())
    app, left = (
        plan.actions[label]
        for label in ("app@wasi/release:compile-c[app.c]", "left@wasi/release/zig:compile-c[left.c]")
    )
    base = plan.actions["base@wasi/release/zig:compile-c[base.c]"]
    for folder in ("left", "right", "base"):
        assert f"-Ineeds/{folder}/include" in app.argv
        assert app.sources[f"needs/{folder}/include/{folder}.h"].path.endswith(f"include/{folder}.h")
    assert "needs/left/left_private.h" not in app.sources
    assert app.generated_inputs == ()  # it need not wait for archives
    assert "-DLEFT=1" in app.argv
    assert "-DLEFT=1" in left.argv
    assert "-DPRIVATE" in base.argv
    assert "-DPRIVATE" not in app.argv
    assert {word for word in left.argv if word.startswith("-Ineeds")} == {"-Ineeds/base/include"}
    assert "-lm" in plan.actions["app@wasi/release:libraries"].argv  # the library base says so


def test_a_library_has_the_features_and_the_target_of_what_needs_it() -> None:
    said = manifest(
        fast=c(needs=("base",), exports=("f",), features=("simd",), targets=("web", "wasi")),
        slow=c(needs=("base",), exports=("f",), targets=("wasi",)),
        also=c(needs=("base",), exports=("f",), targets=("wasi",)),
        base=lib("base"),
    )
    plan = planned(said)
    compiled = {
        label: action for label, action in plan.actions.items() if label.startswith("base") and "compile" in label
    }
    assert sorted(compiled) == [
        "base@wasi/release/zig+simd:compile-c[base.c]",
        "base@wasi/release/zig:compile-c[base.c]",
        "base@web/release/zig+simd:compile-c[base.c]",
    ]
    assert {"+simd128" in " ".join(a.argv) for n, a in compiled.items() if "+simd:" in n} == {True}
    assert "-simd128" in " ".join(compiled["base@wasi/release/zig:compile-c[base.c]"].argv)


def test_each_variant_is_linked_with_its_own_build_of_a_library() -> None:
    said = manifest(
        app=c(needs=("base",), exports=("f",), targets=("web",), variants={"simd": ("simd",), "base": ()}),
        base=lib("base"),
    )
    plan = planned(said)
    links = {n: a for n, a in plan.actions.items() if n.endswith(":link")}
    assert {n: [g.action for g in a.generated_inputs if "base" in g.path] for n, a in links.items()} == {
        "app@web/release/simd:link": ["base@web/release/zig+simd:archive"],
        "app@web/release/base:link": ["base@web/release/zig:archive"],
    }


def test_what_a_project_installs_is_given() -> None:
    said = manifest(
        app=c(recipe="wasi-sdk", needs=("z",), exports=("f",), targets=("wasi",)),
        z=lib("z", recipe="cmake-wasi-sdk", options={"libraries": ("lib/libz.a",)}),
    )
    plan = planned(said)
    app, link = plan.actions["app@wasi/release:compile-c[app.c]"], plan.actions["app@wasi/release:link"]
    assert "-Ineeds/z/built/include" in app.argv
    assert "needs/z/built/lib/libz.a" in link.argv
    for action in (app, link):
        assert [(g.path, g.action, g.output) for g in action.generated_inputs if "z" in g.path] == [
            ("needs/z/built", "z@wasi/release/cmake-wasi-sdk:project", "built/")
        ]


def test_an_option_that_must_be_equal_comes_from_what_needs_the_library() -> None:
    said = manifest(
        app=c(
            recipe="emscripten",
            needs=("a", "b"),
            exports=("f",),
            targets=("web",),
            options={"exceptions": "javascript"},
        ),
        a=lib("a"),
        b=lib("b", options={"exceptions": "trap"}),
    )
    plan = planned(said)
    a, b = (
        plan.actions[f"{name}@web/release/emscripten{more}:compile-c[{name}.c]"]
        for name, more in (("a", "+exceptions=javascript"), ("b", "+exceptions=javascript"))
    )
    assert "-fexceptions" in a.argv
    assert "-fexceptions" not in b.argv


def test_libraries_are_no_units_of_their_own() -> None:
    said = diamond()
    units = select(said, CATALOG, Request())
    assert [u.resolved.name for u in units] == ["app"]
    assert restrict_to(units, {("app", "wasi")}) == units
    assert shards(units, {}, 2) == ((("app", "wasi"),), ())
    assert "zig" in toolchains_of(units, CATALOG)
    nodes = {node.name: node.about for node in by_component(units).nodes}
    assert nodes == {
        "base": "c library for wasi",
        "left": "c library for wasi",
        "right": "c library for wasi",
        "app": "c for wasi",
    }


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        (diamond(), "build app"),
        (manifest(base=lib("base"), x=c(exports=("f",))), "no component needs it yet: name it in `needs` of one"),
    ],
)
def test_a_library_cannot_be_built_alone(said: Manifest, hint: str) -> None:
    with pytest.raises(ForgeError) as e:
        select(said, CATALOG, Request(components=("base",)))
    (problem,) = e.value.problems
    assert problem.what == "is a library, which is built for what needs it, with its features"
    assert problem.hint == hint


def test_libraries_alone_are_nothing_to_build() -> None:
    with pytest.raises(ForgeError, match="there are only libraries, which are built for what needs them"):
        select(manifest(base=lib("base")), CATALOG, Request())


def test_a_change_of_a_library_touches_what_needs_it() -> None:
    said = diamond()
    folders = {n: msgspec.structs.replace(p, folder=n) for n, p in said.components.items()}
    units = select(msgspec.structs.replace(said, components=folders), CATALOG, Request())

    def touched(*paths: str, **things: str) -> tuple[str, ...]:
        reasons = {f"component {n}": why for n, why in things.items()}
        found = affected_units(Path("/p"), units, CATALOG, paths, ConfigDiff(reasons=reasons), ())
        return found.get(("app", "wasi"), ())

    assert touched("base/base.c") == ("base/base.c changed",)
    assert touched("left/include/left.h", "other/x.c") == ("left/include/left.h changed",)
    assert touched(right="components.right differs") == ("components.right differs",)
    assert touched("other/x.c") == ()


APP = "forge.toml: components.app"
BASE = "forge.toml: components.base"

MISTAKES: dict[str, tuple[Manifest, tuple[str, str, str]]] = {
    "exports of a library": (
        manifest(base=lib("base", exports=("f",))),
        (
            f"{BASE}.exports",
            "a library exports nothing itself",
            "name them in `exports` of the component that needs it",
        ),
    ),
    "targets of a library": (
        manifest(base=lib("base", targets=("web",))),
        (f"{BASE}.targets", "a library is built for the targets of what needs it", "drop it"),
    ),
    "features of a library": (
        manifest(base=lib("base", features=("simd",))),
        (
            f"{BASE}.features",
            "a library is built with the features of what needs it",
            "name them in the component that needs it",
        ),
    ),
    "tests of a library": (
        manifest(base=lib("base", smoke=(Smoke(call="f"),))),
        (f"{BASE}.smoke", "a library becomes no module of its own", "name it in the component that needs it"),
    ),
    "limits of a library on a target": (
        manifest(base=lib("base", on={"web": Overlay(limits=Limits(size=1))})),
        (f"{BASE}.on.web.limits", "a library becomes no module of its own", "name it in the component that needs it"),
    ),
    "a library that needs a module": (
        manifest(app=c(exports=("f",)), base=lib("base", needs=("app",))),
        (
            f"{BASE}.needs",
            "a library can need only libraries, and app is none",
            "let the component need it that needs the library",
        ),
    ),
    "what only a library gives": (
        manifest(app=c(exports=("f",), public_includes=("x",))),
        (f"{APP}.public-includes", "only a library gives anything to others", 'kind = "library", or use `options`'),
    ),
    "a folder outside": (
        manifest(base=lib("base", public_includes=("../x",))),
        (
            f"{BASE}.public-includes",
            "'../x' leads out of the component's folder; a folder of the project is written //FOLDER",
            "",
        ),
    ),
    "a recipe without libraries": (
        manifest(
            app=component(path="app", language="wat", needs=("base",), exports=("f",), targets=("web",)),
            base=lib("base"),
        ),
        (
            f"{APP}.needs",
            "recipe 'wat', which builds it for web, links no libraries, and base is one",
            f"recipes that do: {WITH_LIBRARIES}",
        ),
    ),
    "a recipe that makes none": (
        manifest(app=c(exports=("f",), needs=("base",), targets=("web",)), base=lib("base", recipe="native")),
        (
            f"{BASE}.recipe",
            "recipe 'native' makes no libraries",
            f"recipes that do: {WITH_LIBRARIES}",
        ),
    ),
    "a library in another language": (
        manifest(app=c(exports=("f",), needs=("base",), targets=("web",)), base=lib("base", language="rust")),
        (BASE, "recipe 'zig', with which app needs it for web, does not build language 'rust'", "only: c, zig, c++"),
    ),
    "a library of another toolchain": (
        manifest(app=c(exports=("f",), needs=("base",), targets=("web",)), base=lib("base", recipe="cmake-wasi-sdk")),
        (
            f"{BASE}.recipe",
            "recipe 'cmake-wasi-sdk' takes toolchain wasi-sdk, and app needs it for web with zig",
            "recipes that fit: zig; on.web.recipe says it for one target",
        ),
    ),
    "a library in C++ of a component in C": (
        manifest(app=c(exports=("f",), needs=("base",), targets=("web",)), base=lib("base", language="c++")),
        (
            f"{APP}.needs",
            "app is linked as c, and base is c++",
            'language = "c++" in app, which builds its other sources as well',
        ),
    ),
    "public folders of a project that installs": (
        manifest(
            app=c(exports=("f",), recipe="wasi-sdk", needs=("base",), targets=("wasi",)),
            base=lib("base", recipe="cmake-wasi-sdk", public_includes=("x",)),
        ),
        (
            f"{BASE}.public-includes",
            "recipe 'cmake-wasi-sdk' gives the headers that the project installs",
            "drop it",
        ),
    ),
    "an option that the recipe has not": (
        manifest(
            app=c(exports=("f",), needs=("base",), targets=("wasi", "web")),
            base=lib("base", options={"define": ("X",)}),
        ),
        (f"{BASE}.options.define", "recipe 'zig' has no such option", "did you mean 'defines'?"),
    ),
    "a circle of libraries": (
        manifest(
            app=c(exports=("f",), needs=("base",), targets=("web",)),
            base=lib("base", needs=("more",)),
            more=lib("more", needs=("base",)),
        ),
        (f"{BASE}.needs", "base needs more needs base", "break the circle"),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str) -> None:
    said, expected = MISTAKES[name]
    with pytest.raises(ForgeError) as e:
        check(said, CATALOG)
    assert [(p.where, p.what, p.hint) for p in e.value.problems] == [expected]


def test_a_component_in_c_plus_plus_takes_a_library_in_c() -> None:
    check(manifest(app=c(language="c++", exports=("f",), needs=("base",), targets=("web",)), base=lib("base")), CATALOG)
