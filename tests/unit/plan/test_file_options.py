"""Files of a component that options name: laid for who mentions them, nothing where a default is not there."""

import msgspec
import pytest

from tests.support.factories.plan import adding, catalog, component, manifest, recipe, snapshot, step, target
from wasmforge.errors import ForgeError
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Component, Overlay
from wasmforge.model.plan import Action, OptionFile
from wasmforge.model.recipe import Option
from wasmforge.plan import Request, check, file_lists, file_options, lint, make_plan, select

SCRIPT = Option(kind="file", default="app.ld")


def packing(option: Option, **changes: object) -> Catalog:
    """A pass on `web` that takes a file of the component."""
    run = ("tool", "{given.module}", ("--own", "{options.own}"))
    packed = step("pack", run=run, outputs={"archive": "a.zip"}, **changes)
    return catalog(
        passes=(adding("pack", options={"own": option}, steps=(packed,)),),
        targets=(target("web", passes=("pack",), delivers=("module", "archive")), target("wasi")),
    )


def packed(known: Catalog, one: Component, *files: str) -> Action:
    """The pass's action, where these files are there beside the sources."""
    said = manifest(app=one)
    check(said, known)
    wanted = select(said, known, Request(targets=("web",)))
    there = {("app", "toy"): snapshot("app", "toy", units=("a.t",), named=files)}
    return make_plan(said, wanted, known, there, {"box": "1"}).actions["app@web/release:pack"]


def test_a_pass_is_laid_the_file_that_is_named() -> None:
    action = packed(packing(Option(kind="file")), component(options={"own": "./b/x.mjs"}, targets=("web",)), "b/x.mjs")
    assert action.argv == ("tool", "app.wasm", "--own", "b/x.mjs")
    assert action.sources["b/x.mjs"].path == "where/app/b/x.mjs"


def test_a_default_that_is_not_there_is_no_word() -> None:
    known = packing(Option(kind="file", default="x.toml"))
    assert packed(known, component(), "x.toml").argv == ("tool", "app.wasm", "--own", "x.toml")
    assert packed(known, component()).argv == ("tool", "app.wasm")
    assert not packed(known, component()).sources


def test_what_is_named_is_asked_for_with_its_place() -> None:
    known = packing(Option(kind="file", default="x.toml"))
    ours = component(targets=("web",), options={"own": "mine"})
    theirs = component(targets=("web",), on={"web": Overlay(options={"own": "yours"})})
    said = manifest(plain=component(targets=("web",)), ours=ours, theirs=theirs, other=component(targets=("wasi",)))
    asked = [n for one in select(said, known, Request()) for n in file_options(one, known)]
    assert asked == [
        OptionFile(where="options.own", path="x.toml", said=False),
        OptionFile(where="options.own", path="mine", said=True),
        OptionFile(where="on.web.options.own", path="yours", said=True),
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("../x", "expected a file in the component's folder, got '../x'"),
        ("/etc/passwd", "expected a file in the component's folder, got '/etc/passwd'"),
        ("", "expected a file in the component's folder, got ''"),
        ("folder/", "expected a file, got the folder 'folder/'"),
        (True, "expected the path of a file, got true"),
        (("a",), "expected the path of a file, got ['a']"),
    ],
)
def test_what_can_be_no_file_of_the_component(value: object, what: str) -> None:
    one = component(targets=("web",), options={"own": value})
    with pytest.raises(ForgeError) as error:
        check(manifest(app=one), packing(Option(kind="file")))
    assert error.value.problems[0].what == what


def test_a_file_cannot_lie_on_what_is_made() -> None:
    file = "polished/app.wasm"
    run = ("tool", "{given.module}", "{options.own}")
    last = adding("pack", options={"own": Option(kind="file")}, steps=(step("pack", run=run),))
    known = catalog(passes=(adding(), last), targets=(target("web", passes=("polish", "pack")),))
    with pytest.raises(ForgeError, match=f"takes {file} from its folder, but a file of that name is generated"):
        packed(known, component(targets=("web",), options={"own": file}), file)


def test_a_recipe_may_name_files_too_and_so_may_its_lists() -> None:
    words = ("tool", "{sources.units}", "-T{options.script}")
    fine = recipe(options={"script": SCRIPT}, steps=(step(run=words),))
    assert not lint(fine, catalog(fine))
    listed = recipe(
        options={"script": SCRIPT},
        lists={"more": ("-T{options.script}",)},
        steps=(step(run=("tool", "{sources.units}", "{lists.more}")),),
    )
    assert not lint(listed, catalog(listed))


def test_where_one_word_is_due_a_file_may_be_missing() -> None:
    wrong = recipe(options={"script": SCRIPT}, steps=(step(env={"SCRIPT": "{options.script}"}),))
    assert "none or one words where one word is needed" in str(lint(wrong, catalog(wrong))[0])


def test_a_list_of_files_is_laid_as_its_patterns_match() -> None:
    known = packing(Option(kind="files"))
    one = component(options={"own": ("b.js", "js/*.js")}, targets=("web",))
    files = snapshot("app", "toy", units=("a.t",), named=("b.js", "js/a.js", "c.js"))
    matched = msgspec.structs.replace(files, matched={("b.js", "js/*.js"): ("b.js", "js/a.js")})
    said = manifest(app=one)
    wanted = select(said, known, Request(targets=("web",)))
    action = make_plan(said, wanted, known, {("app", "toy"): matched}, {"box": "1"}).actions["app@web/release:pack"]
    assert action.argv == ("tool", "app.wasm", "--own", "b.js", "--own", "js/a.js")
    assert {"b.js", "js/a.js"} <= action.sources.keys()
    assert "c.js" not in action.sources
    assert packed(known, component(targets=("web",))).argv == ("tool", "app.wasm")


def test_a_list_of_files_is_asked_for_with_its_place() -> None:
    known = packing(Option(kind="files"))
    said = manifest(app=component(targets=("web",), options={"own": ("a.js", "b.js")}))
    (unit,) = select(said, known, Request())
    assert [(n.where, n.patterns) for n in file_lists(unit, known)] == [("options.own", ("a.js", "b.js"))]


def test_one_file_is_no_list() -> None:
    with pytest.raises(ForgeError, match="expected a list of strings"):
        check(manifest(app=component(targets=("web",), options={"own": "a.js"})), packing(Option(kind="files")))


def test_a_list_of_files_has_no_default() -> None:
    known = packing(Option(kind="files", default=("a.js",)))
    assert "has no default" in str(list(lint(known.passes["pack"], known)))


def test_a_list_of_files_that_no_step_takes_on_a_target() -> None:
    steps = (
        step("glued", each="{target.glue}", run=("tool", ("--js", "{options.own}"), "{sources.units}")),
        step("plain", each="{target.plain}", outputs={"module": "{name}.wasm"}),
    )
    rows = {"web": {"glue": "y"}, "wasi": {"plain": "y"}}
    known = catalog(
        recipe(options={"own": Option(kind="files")}, targets=rows, steps=steps),
        targets=(target("web"), target("wasi")),
    )
    check(manifest(app=component(options={"own": ("a.js",)}, targets=("web",))), known)
    check(manifest(app=component(options={"own": ("a.js",)}, on={"wasi": Overlay(options={"own": ()})})), known)
    with pytest.raises(ForgeError) as caught:
        check(manifest(app=component(options={"own": ("a.js",)})), known)
    (problem,) = caught.value.problems
    assert problem.where == "forge.toml: components.app.options.own"
    assert problem.what == "recipe 'toy' has no use for them in a command for target 'wasi'"
    assert problem.hint == "say on.wasi.options.own = []"
