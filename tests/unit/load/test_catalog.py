"""Recipes, passes, toolchains and targets: ours, and a project's own, which come first."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.unit.load.files import told, write
from wasmforge.load import bundled, load_catalog
from wasmforge.model.catalog import Catalog

RECIPE = """
format = 1
name = "{name}"
summary = "mine"
toolchain = "box"
languages = {{ toy = {{}} }}
[[steps]]
name = "build"
run = ["tool"]
outputs = {{ module = "x" }}
"""

TOOLCHAIN = """
format = 1
name = "{name}"
[[origins]]
kind = "path"
tools = {{ tool = ["{{program}}"] }}
"""

TARGET = """
format = 1
name = "{name}"
delivers = ["module"]
runtimes = ["wasmtime"]
features = {{ permitted = [] }}
recipes = {{ toy = "toy" }}
"""

FILES = {"recipes": RECIPE, "recipes/passes": RECIPE, "toolchains": TOOLCHAIN, "targets": TARGET}

KINDS = {"recipes": "recipe", "recipes/passes": "pass", "toolchains": "toolchain", "targets": "target"}


def test_what_is_bundled() -> None:
    known = load_catalog(None)
    assert {"zig", "assemblyscript", "wat"} <= set(known.recipes)
    assert {"es-module", "package"} <= set(known.passes)
    assert {"zig", "wasm-tools", "node"} <= set(known.toolchains)
    assert {"web", "node", "wasi"} <= set(known.targets)
    assert known.places["recipe zig"] == (str(bundled() / "recipes" / "zig.toml"),)


def test_every_entry_is_found_by_the_name_it_gives_itself() -> None:
    known = load_catalog(None)
    for table in (known.recipes, known.passes, known.toolchains, known.targets):
        for name, entry in table.items():
            assert entry.name == name


def test_a_folder_without_files_of_its_own_has_the_bundled_ones(tmp_path: Path) -> None:
    assert load_catalog(tmp_path) == load_catalog(None)


def test_our_own_checkout_finds_its_files_once() -> None:
    assert load_catalog(bundled()).places["recipe zig"] == (str(bundled() / "recipes" / "zig.toml"),)


def tables(known: Catalog) -> dict[str, Mapping[str, object]]:
    """A catalog's tables by kind."""
    return {"recipe": known.recipes, "pass": known.passes, "toolchain": known.toolchains, "target": known.targets}


@pytest.mark.parametrize("folder", FILES)
@pytest.mark.parametrize("form", ["{name}.toml", "{name}/{name}.toml"])
def test_a_project_adds_its_own(tmp_path: Path, folder: str, form: str) -> None:
    place = f"{folder}/{form.format(name='toy')}"
    known = load_catalog(write(tmp_path, {place: FILES[folder].format(name="toy")}))
    assert known.places[f"{KINDS[folder]} toy"] == (str(tmp_path / place),)
    assert [kind for kind, table in tables(known).items() if "toy" in table] == [KINDS[folder]]


@pytest.mark.parametrize(
    ("folder", "name"),
    [("recipes", "zig"), ("recipes/passes", "package"), ("toolchains", "zig"), ("targets", "web")],
)
def test_a_projects_own_goes_before_the_bundled_one(tmp_path: Path, folder: str, name: str) -> None:
    known = load_catalog(write(tmp_path, {f"{folder}/{name}.toml": FILES[folder].format(name=name)}))
    first, second = known.places[f"{KINDS[folder]} {name}"]
    assert first == str(tmp_path / folder / f"{name}.toml")
    assert second == load_catalog(None).places[f"{KINDS[folder]} {name}"][0]
    kind = KINDS[folder]
    assert tables(known)[kind][name] != tables(load_catalog(None))[kind][name]


def test_a_target_has_the_words_of_the_one_it_is_like_unless_it_has_its_own(tmp_path: Path) -> None:
    rows = '[targets.web]\nhost = "page"\n[targets.shy]\nhost = "own"\n'
    files = {"recipes/toy.toml": RECIPE.format(name="toy") + rows}
    for name in ("shop", "shy"):
        files[f"targets/{name}.toml"] = TARGET.format(name=name) + 'like = "web"\n'
    found = load_catalog(write(tmp_path, files)).recipes["toy"].targets
    assert found["shop"] == {"host": "page"}
    assert found["shy"] == {"host": "own"}


@pytest.mark.parametrize("folder", FILES)
def test_the_name_in_a_file_is_the_files_name(tmp_path: Path, folder: str) -> None:
    root = write(tmp_path, {f"{folder}/mine.toml": FILES[folder].format(name="yours")})
    assert told(lambda: load_catalog(root)) == [
        (f"{root / folder / 'mine.toml'}: name", "'yours' in a file named 'mine'", 'write name = "mine"')
    ]


def test_all_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "recipes/a.toml": RECIPE.format(name="a") + "extra = 1\n",
            "recipes/b.toml": "format = 1\nname = 1\n",
            "recipes/passes/c.toml": "format = 3\n",
            "toolchains/d.toml": "not toml",
            "targets/e.toml": TARGET.format(name="e") + "knd = 1\n",
        },
    )
    found = [(where.removeprefix(f"{root}/"), what) for where, what, _ in told(lambda: load_catalog(root))]
    assert found == [
        ("recipes/a.toml:11: steps.0.extra", "unknown key"),
        ("recipes/b.toml:2: name", "expected a string, got a whole number"),
        ("recipes/b.toml", "'toolchain' is missing"),
        ("recipes/b.toml", "'steps' is missing"),
        ("recipes/passes/c.toml", "format 3 is not known"),
        ("toolchains/d.toml", "not valid TOML: expected '=' after a key in a key/value pair (at line 1, column 5)"),
        ("targets/e.toml:8: knd", "unknown key"),
    ]


def test_what_is_no_toml_file_is_left_alone(tmp_path: Path) -> None:
    files = {"recipes/README.md": "", "recipes/empty/other.toml": "x", "recipes/x.toml/y": "", "recipes/.hidden": ""}
    assert load_catalog(write(tmp_path, files)) == load_catalog(None)
