"""Where roles lie in a delivered folder, which line starts a program, and what cannot be delivered."""

import pytest

from tests.support.factories.plan import catalog, component, manifest, plan, recipe, step, target
from wasmforge.errors import ForgeError
from wasmforge.model.catalog import Catalog
from wasmforge.plan.layout import run_line

BOTH = recipe(steps=(step(outputs={"module": "deep/x.wasm", "archive": "y.tar.gz"}),))


def laid_out(**changes: object) -> Catalog:
    """One target with a layout."""
    said: dict[str, object] = {"delivers": ("module", "archive"), **changes}
    return catalog(BOTH, targets=(target("web", **said),))


def refused(known: Catalog) -> tuple[str, str]:
    """Where and why."""
    with pytest.raises(ForgeError) as error:
        plan(manifest(app=component()), known)
    return error.value.problems[0].where, error.value.problems[0].what


def test_a_role_lies_where_the_layout_says_else_under_its_own_name() -> None:
    (delivery,) = plan(manifest(app=component()), laid_out(layout={"archive": "./pkg/{name}.tar.gz"})).deliveries
    assert [(p.role, p.name) for p in delivery.files] == [("module", "x.wasm"), ("archive", "pkg/app.tar.gz")]


@pytest.mark.parametrize(
    ("layout", "where", "what"),
    [
        ({"module": "../x"}, "module", "the path '../x' leads outside the action's directory"),
        ({"module": "/x"}, "module", "the path '/x' leads outside the action's directory"),
        ({"module": "bin/"}, "module", "a file lies there, so no `/` at its end"),
        ({"module": "{kind}"}, "module", "{kind} names nothing"),
        ({"glue": "x"}, "glue", "is not delivered"),
    ],
)
def test_places_that_cannot_be(layout: dict[str, str], where: str, what: str) -> None:
    assert refused(laid_out(layout=layout)) == (f"target web: layout.{where}", what)


@pytest.mark.parametrize("place", ["x.wasm", "x.wasm/y"])
def test_two_files_cannot_lie_in_one_place(place: str) -> None:
    said = ("components.app", "two files of target 'web' lie at x.wasm, and a delivery is one folder")
    assert refused(laid_out(layout={"archive": place})) == said


def test_a_folder_cannot_be_delivered() -> None:
    made = recipe(steps=(step(outputs={"module": "made/"}),))
    what = "target 'web' delivers module, which recipe 'toy' makes as a folder"
    assert refused(catalog(made, targets=(target("web"),))) == ("components.app", what)


def test_the_line_that_starts_a_program() -> None:
    known = laid_out(run="run {folder}/{name}.wasm")
    (program,) = plan(manifest(app=component()), known).deliveries
    (library,) = plan(manifest(app=component(exports=("f",))), known).deliveries
    assert (program.run, library.run) == ("run dist/web/app/app.wasm", "")


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("dist/web/app", "serve -C dist/web/app/serve.toml dist/web/app/bin/app.wasm"),
        ("my dist/web/a'b", """serve -C 'my dist/web/a'"'"'b/serve.toml' 'my dist/web/a'"'"'b/bin/app.wasm'"""),
    ],
)
def test_words_of_the_line_that_starts_a_program_are_quoted_where_a_shell_wants_it(folder: str, expected: str) -> None:
    there = target("web", run="serve -C {folder}/serve.toml {folder}/bin/{name}.wasm", run_aot="serve {name}.aot")
    assert run_line(there, "command", folder, "app") == expected
    assert run_line(there, "command", folder, "app", native=True) == "serve app.aot"
    assert run_line(there, "reactor", folder, "app") == ""


def test_the_line_preopens_the_files_beside_a_program() -> None:
    there = target("wasi", run="wasmtime run {files} {folder}/{name}.wasm", run_files="--dir {folder}/files::/")
    assert run_line(there, "command", "dist/a", "app") == "wasmtime run dist/a/app.wasm"
    expected = "wasmtime run --dir 'my dist/files::/' 'my dist/app.wasm'"
    assert run_line(there, "command", "my dist", "app", files=True) == expected
