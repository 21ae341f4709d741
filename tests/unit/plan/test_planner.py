"""What a plan is made of: actions that follow from each other, deliveries, contracts, and files that may not meet."""

import pytest

from tests.support.factories.plan import (
    FOLDER,
    adding,
    catalog,
    component,
    manifest,
    plan,
    recipe,
    source,
    step,
    target,
)
from wasmforge.errors import ForgeError
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Build, Limits, Manifest, Waiver
from wasmforge.model.plan import GeneratedInput, Plan, PlannedFile
from wasmforge.model.recipe import Option, Recipe, Step
from wasmforge.model.smoke import Smoke
from wasmforge.model.target import Target, TargetExports, TargetFeatures, TargetImports
from wasmforge.plan import Request

WEB = Request(targets=("web",))

COMPILE = step("compile", each="{sources.units}", run=("tool", "{each}"), outputs={"object": "{each}.o"})

LINK = step("link", run=("tool", "{steps.compile.object}", "{exports}"), outputs={"module": "{name}.wasm"})

LINKED = recipe(steps=(COMPILE, LINK))

GLUE = adding(
    "glue",
    steps=(
        step("glue", run=("tool", "{given.module}"), outputs={"glue": "{given.module.stem}.js", "types": "x.d.ts"}),
    ),
)

PACK = adding("pack", steps=(step("pack", run=("tool", "{given.glue.name}"), outputs={"package": "package.json"}),))

BASE = "app@web/release"


def passing(*passes: Recipe, made_by: Recipe = LINKED, **changes: object) -> Catalog:
    """A catalog whose target `web` has these passes."""
    aim = target("web", passes=tuple(p.name for p in passes), **changes)
    return catalog(made_by, passes=passes, targets=(aim,))


def app(known: Catalog, files: tuple[str, ...] = ("a.t", "b.t"), **changes: object) -> Plan:
    """The plan of one component for `web`."""
    return plan(manifest(app=component(**changes)), known, files, WEB)


def refused(known: Catalog, files: tuple[str, ...] = ("a.t", "b.t"), **changes: object) -> tuple[str, str, str]:
    """The one problem that keeps a component from being planned."""
    with pytest.raises(ForgeError) as caught:
        app(known, files, **changes)
    (problem,) = caught.value.problems
    return problem.where, problem.what, problem.hint


@pytest.mark.parametrize("name", ["-oevil.t", "@x.t"])
def test_no_name_of_a_file_is_taken_for_an_option_or_for_more_words(name: str) -> None:
    compiling = step(
        "compile",
        each="{sources.units}",
        run=(
            "tool",
            "{options.flags}",
            "{each}",
            ("-I", "{each.parent}"),
            "-c{each}",
            "{each.stem}.s",
            "-o",
            "{each}.o",
        ),
        outputs={"object": "{each}.o"},
    )
    options = {"flags": Option(kind="list", help="words that are meant as such")}
    made = app(
        catalog(recipe(steps=(compiling, LINK), options=options)), files=(name,), options={"flags": ("-g", "@y")}
    )
    first, link = made.actions.values()
    stem = name.removesuffix(".t")
    words = (f"./{name}", "-I", ".", f"-c{name}", f"./{stem}.s", "-o", f"./{name}.o")
    assert first.argv == ("tool", "-g", "@y", *words)
    assert first.outputs == (f"{name}.o",)
    assert list(first.sources) == [name]
    assert link.argv == ("tool", f"./{name}.o")


def test_an_option_that_names_a_file_is_no_option_of_the_tool() -> None:
    reading = step("compile", run=("tool", "{options.map}", "{sources.units}"), outputs={"module": "{name}.wasm"})
    options = {"map": Option(kind="file", help="a file")}
    known = catalog(recipe(steps=(reading,), options=options))
    made = app(known, files=("a.t", "-map"), options={"map": "-map"})
    (action,) = made.actions.values()
    assert action.argv[:2] == ("tool", "./-map")


def test_one_action_for_each_item_and_one_that_takes_them_all() -> None:
    made = app(catalog(LINKED), exports=("f", "g"))
    assert list(made.actions) == [f"{BASE}:compile[a.t]", f"{BASE}:compile[b.t]", f"{BASE}:link"]
    first, _, link = made.actions.values()
    assert first.argv == ("tool", "a.t")
    assert first.sources == {"a.t": source("a.t")}
    assert first.generated_inputs == ()
    assert link.argv == ("tool", "a.t.o", "b.t.o", "f", "g")
    assert link.sources == {}
    assert link.generated_inputs == (
        GeneratedInput(path="a.t.o", action=f"{BASE}:compile[a.t]", output="a.t.o"),
        GeneratedInput(path="b.t.o", action=f"{BASE}:compile[b.t]", output="b.t.o"),
    )


def test_a_step_whose_files_are_none_is_left_out() -> None:
    alone = step("alone", run=("tool",), outputs={"module": "{name}.wasm"})
    assert list(
        app(
            catalog(
                recipe(
                    steps=(
                        COMPILE,
                        step("rest", run=("tool", "{steps.compile.object}"), outputs={"rest": "rest"}),
                        alone,
                    )
                )
            ),
            (),
        ).actions
    ) == [f"{BASE}:alone"]


def test_inputs_are_laid_without_being_mentioned() -> None:
    reading = step(run=("tool", "{sources.units}"), inputs=("{sources.headers}",))
    known = catalog(recipe(sources={"units": ("*.t",), "headers": ("*.h",)}, steps=(reading,)))
    made = plan(manifest(app=component()), known, {"units": ("a.t",), "headers": ("a.h", "b.h")}, WEB)
    (action,) = made.actions.values()
    assert list(action.sources) == ["a.h", "a.t", "b.h"]
    assert action.argv == ("tool", "a.t")


def test_files_that_variables_mention_are_laid() -> None:
    known = catalog(
        recipe(
            sources={"units": ("*.t",), "config": ("*.ini",), "more": ("*.m",)},
            env={"CONFIG": "{sources.config.joined}"},
            steps=(step(env={"MORE": "{sources.more.joined}"}),),
        )
    )
    files = {"units": ("a.t",), "config": ("x.ini",), "more": ("x.m",)}
    (action,) = plan(manifest(app=component()), known, files, WEB).actions.values()
    assert list(action.sources) == ["a.t", "x.ini", "x.m"]
    assert action.env == {"CONFIG": "x.ini", "MORE": "x.m"}


def test_a_folder_is_not_written_over_files_that_are_there() -> None:
    known = catalog(recipe(steps=(step(outputs={"module": "x.wasm", "all": "src/"}),)))
    what = f"{BASE}:build would write src/ over that of {FOLDER}/src/a.t"
    assert refused(known, ("src/a.t",)) == ("components.app", what, "rename one of the files")
    assert app(known, ("source/a.t",)).actions[f"{BASE}:build"].outputs == ("x.wasm", "src/")


def test_a_file_is_laid_by_its_path_in_the_component_and_read_by_that_in_the_project() -> None:
    (action,) = app(catalog(), ("src/a.t",)).actions.values()
    assert action.sources["src/a.t"].path == f"{FOLDER}/src/a.t"


def test_needs_are_laid_in_a_folder_of_their_name_for_every_action() -> None:
    needing = recipe(
        steps=(step(run=("tool", "{sources.units}", "--with={needs}")), step("rest", outputs={"rest": "rest"}))
    )
    known = catalog(needing, passes=(GLUE,), targets=(target("web", passes=("glue",), delivers=("module", "glue")),))
    said = manifest(lib=component(exports=("f",)), app=component(needs=("lib",), exports=("f",)))
    made = plan(said, known, ("a.t",), WEB)
    lib = "lib@web/release"
    laid = (
        GeneratedInput(path="needs/lib/lib.js", action=f"{lib}:glue", output="lib.js"),
        GeneratedInput(path="needs/lib/lib.wasm", action=f"{lib}:build", output="lib.wasm"),
    )
    assert made.actions[f"{BASE}:build"].generated_inputs == laid
    assert made.actions[f"{BASE}:rest"].generated_inputs == laid
    assert made.actions[f"{BASE}:build"].argv == ("tool", "a.t", "--with=needs/lib/lib.wasm")
    assert made.actions[f"{lib}:build"].generated_inputs == ()
    assert [g.path for g in made.actions[f"{BASE}:glue"].generated_inputs] == ["app.wasm"]


def test_needs_are_those_of_the_same_target_and_profile() -> None:
    said = manifest(lib=component(exports=("f",)), app=component(needs=("lib",), exports=("f",)))
    known = catalog(recipe(steps=(step(run=("tool", "{sources.units}", "{needs}")),)))
    made = plan(said, known, ("a.t",), Request(profile="dev"))
    for where in ("web", "wasi"):
        (given,) = made.actions[f"app@{where}/dev:build"].generated_inputs
        assert given.action == f"lib@{where}/dev:build"


def test_a_file_of_ones_own_where_a_need_is_laid() -> None:
    said = manifest(lib=component(exports=("f",)), app=component(needs=("lib",), exports=("f",)))
    with pytest.raises(ForgeError, match=r"components\.app: has a file at needs/lib/lib\.wasm"):
        plan(said, catalog(), ("needs/lib/lib.wasm",), WEB)


def test_passes_take_what_is_given_and_the_last_maker_of_a_role_counts() -> None:
    made = app(passing(adding(), GLUE, PACK, delivers=("module", "glue", "package")))
    polish, glue, pack = (made.actions[f"{BASE}:{name}"] for name in ("polish", "glue", "pack"))
    assert polish.generated_inputs == (GeneratedInput(path="app.wasm", action=f"{BASE}:link", output="app.wasm"),)
    assert glue.argv == ("tool", "polished/app.wasm")
    assert glue.generated_inputs == (
        GeneratedInput(path="polished/app.wasm", action=f"{BASE}:polish", output="polished/app.wasm"),
    )
    assert glue.outputs == ("app.js", "x.d.ts")
    assert pack.argv == ("tool", "app.js")
    (delivery,) = made.deliveries
    assert delivery.files == (
        PlannedFile(role="module", name="app.wasm", action=f"{BASE}:polish", output="polished/app.wasm"),
        PlannedFile(role="glue", name="app.js", action=f"{BASE}:glue", output="app.js"),
        PlannedFile(role="package", name="package.json", action=f"{BASE}:pack", output="package.json"),
    )


@pytest.mark.parametrize(
    ("brought", "runs"), [({}, True), ({"glue": "my.js"}, True), ({"glue": "my.js", "types": "my.d.ts"}, False)]
)
def test_a_pass_is_left_out_when_the_recipe_brings_all_that_it_makes(brought: dict[str, str], runs: bool) -> None:
    own = recipe(steps=(step(outputs={"module": "{name}.wasm", **brought}),))
    made = app(passing(GLUE, made_by=own, delivers=("module", "glue")))
    assert (f"{BASE}:glue" in made.actions) is runs
    assert made.deliveries[0].files[1].name == ("app.js" if runs else "my.js")


def test_a_pass_that_makes_a_module_is_never_left_out() -> None:
    assert f"{BASE}:polish" in app(passing(adding())).actions


def test_a_pass_without_what_it_takes() -> None:
    several = recipe(
        steps=(step("build", each="{sources.units}", run=("tool", "{each}"), outputs={"module": "{each}.wasm"}),)
    )
    what = "pass 'polish' of target 'web' takes module, of which recipe 'toy' does not make exactly one"
    assert refused(passing(adding(), made_by=several)) == ("components.app", what, "check that all its sources exist")
    app(passing(adding(), made_by=several), ("a.t",))


@pytest.mark.parametrize("files", [(), ("a.t", "b.t")])
def test_a_target_that_delivers_what_is_not_made_exactly_once(files: tuple[str, ...]) -> None:
    several = recipe(
        steps=(step("build", each="{sources.units}", run=("tool", "{each}"), outputs={"module": "{each}.wasm"}),)
    )
    assert refused(passing(made_by=several), files) == (
        "components.app",
        "target 'web' delivers module, which recipe 'toy' does not make exactly one of",
        "add a pass that makes it to the target, or an output to the recipe",
    )


STEMS = (step("compile", each="{sources.units}", run=("tool", "{each}"), outputs={"object": "{each.stem}.o"}), LINK)

OVER: dict[str, tuple[tuple[Step, ...], tuple[str, ...], str]] = {
    "equal stems in two folders": (
        STEMS,
        ("a/x.t", "b/x.t"),
        f"{BASE}:compile[b/x.t] would write x.o over that of {BASE}:compile[a/x.t]",
    ),
    "a source": (
        STEMS,
        ("a.t", "a.o"),
        f"{BASE}:compile[a.t] would write a.o over that of {FOLDER}/a.o",
    ),
    "a folder with sources in it": (
        (step("fetch", run=("tool", "crates"), outputs={"crates": "crates/"}), COMPILE, LINK),
        ("crates/a.t",),
        f"{BASE}:fetch would write crates/ over that of {FOLDER}/crates/a.t",
    ),
    "two steps": (
        (COMPILE, LINK, step("strip", run=("tool", "{steps.link.module}"), outputs={"module": "./{name}.wasm"})),
        ("a.t",),
        f"{BASE}:strip would write app.wasm over that of {BASE}:link",
    ),
}


@pytest.mark.parametrize("name", OVER)
def test_nothing_is_written_over_another_file(name: str) -> None:
    steps, files, what = OVER[name]
    assert refused(catalog(recipe(steps=steps)), files) == ("components.app", what, "rename one of the files")


def test_items_that_are_twice_the_same() -> None:
    many = recipe(
        steps=(step("build", each="{sources.units.stem}", run=("tool", "{each}"), outputs={"module": "{each}.wasm"}),)
    )
    where, what, _ = refused(catalog(many), ("a/x.t", "b/x.t"))
    assert (where, what) == ("components.app", f"two actions have the label {BASE}:build[x]")


def test_items_that_are_no_files_are_words_only() -> None:
    worded = recipe(
        kinds={"reactor": {"marker": ""}},
        targets={"web": {"host": "page"}, "wasi": {}},
        steps=(step(each="{target.host}{kind.marker}", run=("tool", "{each}", "{sources.units}")),),
    )
    known = catalog(worded)
    (action,) = app(known, exports=("f",)).actions.values()
    assert action.label == f"{BASE}:build[page]"
    assert action.argv == ("tool", "page", "a.t", "b.t")
    with pytest.raises(ForgeError, match="builds no program for target 'web'"):
        app(known)


def test_two_files_of_one_name_cannot_be_delivered() -> None:
    both = recipe(steps=(step(outputs={"module": "a/x", "map": "b/x"}),))
    what = "two files of target 'web' lie at x, and a delivery is one folder"
    hint = "rename one in its recipe or pass"
    assert refused(passing(made_by=both, delivers=("module", "map"))) == ("components.app", what, hint)


def test_outputs_have_one_spelling() -> None:
    made = app(catalog(recipe(steps=(step(outputs={"module": "./out//{name}.wasm"}, depfile="./x//d"),))))
    (action,) = made.actions.values()
    assert action.outputs == ("out/app.wasm",)
    assert action.depfile == "x/d"


def test_environment_toolchain_and_time_of_a_step() -> None:
    known = catalog(recipe(env={"NAME": "{name}", "AT": "{target}"}, steps=(step(timeout=5.0, env={"AT": "home"}),)))
    (action,) = app(known).actions.values()
    assert action.env == {"AT": "home", "NAME": "app"}
    assert (action.toolchain, action.timeout) == ("box", 5.0)


def test_tools_are_those_in_use_with_their_identities() -> None:
    assert app(catalog()).tools == {"box": "box 1.0"}


CONTRACTS = target(
    "web",
    features=TargetFeatures(permitted=("simd", "gc")),
    imports=TargetImports(modules=("env",)),
    exports=TargetExports(command=("_start", "memory"), reactor=("memory", "f")),
    limits=Limits(size=100),
    runtimes=("wasmtime", "node"),
)


def delivered(aim: Target, said: Manifest) -> Plan:
    """The plan for one target."""
    return plan(said, catalog(targets=(aim,)), ("a.t",), WEB)


def test_the_contract_of_a_reactor_requires_its_exports_once() -> None:
    waive = (Waiver(rule="exports", because="later"),)
    smoke = (Smoke(call="f"),)
    said = manifest(
        build=Build(dist="out/here"), app=component(exports=("f", "g"), limits=Limits(gzip=9), waive=waive, smoke=smoke)
    )
    (delivery,) = delivered(CONTRACTS, said).deliveries
    assert delivery.contract.required_exports == ("memory", "f", "g")
    assert delivery.contract.kind == "reactor"
    assert delivery.contract.permitted == ("simd", "gc")
    assert delivery.contract.import_modules == ("env",)
    assert delivery.contract.limits == Limits(size=100, gzip=9)
    assert delivery.contract.waive == waive
    assert delivery.smoke == smoke
    assert delivery.runtimes == ("wasmtime", "node")
    assert (delivery.folder, delivery.source_folder) == ("out/here/web/app", FOLDER)
    assert (delivery.label, delivery.component, delivery.target, delivery.profile) == (BASE, "app", "web", "release")


def test_the_contract_of_a_command_requires_what_the_host_needs_to_run_it() -> None:
    (delivery,) = delivered(CONTRACTS, manifest(app=component())).deliveries
    assert delivery.contract.required_exports == ("_start", "memory")


def test_actions_stand_behind_what_they_need() -> None:
    said = manifest(app=component(needs=("lib",), exports=("f",)), lib=component(exports=("f",)))
    needing = recipe(steps=(COMPILE, LINK, step("rest", run=("tool", "{needs}"), outputs={"rest": "rest"})))
    made = plan(said, catalog(needing), ("a.t", "b.t"))
    before: set[str] = set()
    for label, action in made.actions.items():
        assert {g.action for g in action.generated_inputs} <= before
        before.add(label)
    assert len(before) == 2 * 2 * 4
