"""The files of a component: who takes them to the module, and what is said where nobody does."""

import msgspec
import pytest

from tests.support.factories.plan import (
    FOLDER,
    adding,
    catalog,
    component,
    manifest,
    recipe,
    snapshot,
    source,
    step,
    target,
)
from wasmforge.errors import ForgeError
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Overlay
from wasmforge.model.plan import Plan
from wasmforge.model.recipe import Recipe
from wasmforge.plan import Request, check, file_lists, make_plan, select

GLUE = adding(
    "glue",
    steps=(
        step("pack", run=("tool", "{files}", "-o", "{name}.bin"), outputs={"data": "{name}.bin"}),
        step(
            "glue",
            run=("tool", "{given.module}", ["--data", "{steps.pack.data.name}"]),
            outputs={"glue": "{name}.js"},
        ),
    ),
)

PACKAGE = adding(
    "package",
    optional=("data",),
    steps=(
        step("package", run=("tool", "{given.glue}", ["--data", "{given.data.name}"]), outputs={"package": "p.json"}),
    ),
)

PAGE = target(
    "web", passes=("glue", "package"), delivers=("module", "glue", "package"), may_deliver=("data",), run="open {name}"
)

COMMAND_LINE = target("wasi", may_deliver=("files",), run="run {files} {name}.wasm", run_files="--dir {folder}/files")

OWN_GLUE = recipe("own", steps=(step(outputs={"module": "{name}.wasm", "glue": "{name}.js"}),))

EMBEDS = recipe("embeds", steps=(step(run=("tool", "{sources.units}", "--embed={files}")),))


def known(*more: Recipe) -> Catalog:
    """A page that loads a pack, a command line with a folder, and a host that knows no files."""
    return catalog(recipe(), *more, passes=(GLUE, PACKAGE), targets=(PAGE, COMMAND_LINE, target("bare")))


def planned(catalog_used: Catalog, where: str, **changes: object) -> Plan:
    """The plan for a component with `assets/**`, which match two files."""
    said = manifest(app=component(**{"files": ("assets/**",), "targets": (where,), **changes}))
    check(said, catalog_used)
    units = select(said, catalog_used, Request())
    taken = snapshot("app", units[0].resolved.recipe, units=("a.t",))
    paths = ("assets/b", "assets/a")
    files = {**taken.files, **{p: source(p) for p in paths}}
    taken = msgspec.structs.replace(taken, files=files, matched={("assets/**",): paths})
    return make_plan(said, units, catalog_used, {("app", taken.recipe): taken}, {"box": "box 1.0"})


def argv(plan: Plan, name: str) -> tuple[str, ...]:
    return plan.actions[f"app@web/release:{name}"].argv


def test_a_page_gets_a_pack_that_its_javascript_loads() -> None:
    plan = planned(known(), "web")
    assert argv(plan, "pack") == ("tool", "assets/a", "assets/b", "-o", "app.bin")
    assert argv(plan, "glue") == ("tool", "app.wasm", "--data", "app.bin")
    assert argv(plan, "package") == ("tool", "app.js", "--data", "app.bin")
    assert sorted(plan.actions["app@web/release:pack"].sources) == ["assets/a", "assets/b"]
    assert [f.name for f in plan.deliveries[0].files] == ["app.wasm", "app.js", "p.json", "app.bin"]


def test_without_files_there_is_no_pack() -> None:
    plan = planned(known(), "web", files=())
    assert argv(plan, "glue") == ("tool", "app.wasm")
    assert argv(plan, "package") == ("tool", "app.js")
    assert not any(label.endswith("pack") for label in plan.actions)


def test_a_command_line_gets_the_files_as_they_are() -> None:
    plan = planned(known(), "wasi")
    delivery = plan.deliveries[0]
    assert [(f.role, f.name) for f in delivery.files] == [
        ("module", "app.wasm"),
        ("files", "files/assets/a"),
        ("files", "files/assets/b"),
    ]
    assert delivery.files[1].source == source("assets/a")
    assert source("assets/a").path == f"{FOLDER}/assets/a"
    assert delivery.run == "run --dir dist/wasi/app/files app.wasm"
    assert planned(known(), "wasi", files=()).deliveries[0].run == "run app.wasm"


def test_a_recipe_may_take_them_itself_and_then_nobody_else_does() -> None:
    plan = planned(known(EMBEDS), "web", recipe="embeds")
    assert argv(plan, "build") == ("tool", "a.t", "--embed=assets/a", "--embed=assets/b")
    assert argv(plan, "glue") == ("tool", "app.wasm")
    files = planned(known(EMBEDS), "wasi", recipe="embeds").deliveries[0].files
    assert [f.role for f in files] == ["module"]


def test_javascript_of_a_recipe_stays_and_has_no_use_for_a_pack() -> None:
    plan = planned(known(OWN_GLUE), "web", recipe="own", files=())
    assert [a.partition(":")[2] for a in plan.actions] == ["build", "package"]


def refused(**changes: object) -> tuple[str, str, str]:
    with pytest.raises(ForgeError) as caught:
        planned(known(OWN_GLUE), **changes)  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    return problem.where, problem.what, problem.hint


APP = "forge.toml: components.app"


def test_a_target_without_a_place_for_files() -> None:
    hint = "say on.bare.files = [], or build for: web, wasi"
    assert refused(where="bare") == (f"{APP}.files", "target 'bare' has no place for files", hint)
    overlay = {"bare": Overlay(files=("x",))}
    assert refused(where="bare", on=overlay)[0] == f"{APP}.on.bare.files"


def test_javascript_that_loads_no_files() -> None:
    what = "recipe 'own' brings JavaScript of its own for target 'web', which loads no files"
    assert refused(where="web", recipe="own") == (f"{APP}.files", what, "recipes that can: toy")


def test_a_recipe_that_builds_no_program_for_a_target() -> None:
    steps = (
        step("library", each="{target.any}{kind.library}"),
        step("program", each="{target.program}{kind.program}", outputs={"module": "{name}.wasm"}),
    )
    kinds = {"command": {"program": "y"}, "reactor": {"library": "y"}}
    rows = {"web": {"any": "y"}, "wasi": {"any": "y", "program": "y"}}
    partial = recipe("partial", kinds=kinds, targets=rows, steps=steps)
    used = catalog(recipe(), partial, targets=(target("web"), target("wasi")))
    with pytest.raises(ForgeError) as caught:
        check(manifest(app=component(recipe="partial", targets=("web",))), used)
    (problem,) = (p for p in caught.value.problems if p.where == "forge.toml: components.app")
    expected = "recipe 'partial' builds no program for target 'web'"
    assert (problem.what, problem.hint) == (expected, "recipes that do: toy")


def test_a_target_may_do_without() -> None:
    plan = planned(known(), "bare", on={"bare": Overlay(files=())})
    assert [f.role for f in plan.deliveries[0].files] == ["module"]


def test_patterns_say_where_they_are_written() -> None:
    said = manifest(app=component(files=("a", "b"), targets=("web", "wasi"), on={"wasi": Overlay(files=("c",))}))
    found = [[(p.where, p.patterns) for p in file_lists(unit, known())] for unit in select(said, known(), Request())]
    assert found == [[("files", ("a", "b"))], [("on.wasi.files", ("c",))]]
