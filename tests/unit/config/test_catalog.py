"""Recipes, passes, toolchains and targets: ours, and a project's own, which come first."""

from pathlib import Path

import pytest

from tests.support.config_files import problems_of, write
from wasmforge.config import bundled, load_catalog
from wasmforge.model.catalog_kinds import KINDS, CatalogKind

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

FRAGMENT = """
format = 1
name = "{name}"
"""

RUNTIME = """
format = 1
name = "{name}"
driver = "wasmtime"
tests = ["call"]
"""

FILES = {
    "recipe": RECIPE,
    "pass": RECIPE,
    "fragment": FRAGMENT,
    "toolchain": TOOLCHAIN,
    "target": TARGET,
    "runtime": RUNTIME,
}

NAMES = {"recipe": "zig", "pass": "package", "fragment": "emscripten", "toolchain": "zig", "target": "web"} | {
    "runtime": "node"
}
"""A bundled entry of each kind."""


def test_what_is_bundled() -> None:
    known = load_catalog(None)
    assert {"zig", "assemblyscript", "wat"} <= set(known.recipes)
    assert {"es-module", "package"} <= set(known.passes)
    assert {"zig", "wasm-tools", "node"} <= set(known.toolchains)
    assert {"web", "node", "wasi"} <= set(known.targets)
    assert known.lookup_order["recipe zig"] == (str(bundled() / "recipes" / "zig.toml"),)


NO_NAMES = ("..", "x$(id)", "-x", "a b", "x;y", ".hidden", "x.", "x\n", "\u202ex", "caf\u00e9", "x" * 101)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_is_no_name_is_refused(kind: CatalogKind, tmp_path: Path) -> None:
    root = write(tmp_path, {f"{kind.folder}/{name}.toml": "format = 1\n" for name in NO_NAMES})
    found = problems_of(lambda: load_catalog(root))
    assert {where for where, _, _ in found} == {f"{root}/{kind.folder}/{name}.toml" for name in NO_NAMES}
    assert {what for _, what, _ in found} == {f"{name!r} is not a name for a {kind.name}" for name in NO_NAMES}
    assert all(hint.startswith("letters, digits") for _, _, hint in found)


def test_files_beside_a_recipe_lie_beside_it(tmp_path: Path) -> None:
    recipe = RECIPE.format(name="toy").replace("[[steps]]", '[files]\nx = "../../secret"\ny = "out"\n[[steps]]')
    root = write(tmp_path / "project", {"recipes/toy.toml": recipe})
    (tmp_path / "secret").write_text("s")
    (root / "recipes" / "out").symlink_to(tmp_path / "secret")
    (first, what, _), (second, why, _) = problems_of(lambda: load_catalog(root))
    assert (first, second) == (f"{root}/recipes/toy.toml: files.x", f"{root}/recipes/toy.toml: files.y")
    assert "leads outside" in what
    assert "leads outside the project through a symbolic link" in why


def test_every_entry_is_found_by_the_name_it_gives_itself() -> None:
    known = load_catalog(None)
    for kind in KINDS:
        for name, entry in known.entries(kind).items():
            assert entry.name == name


def test_a_folder_without_files_of_its_own_has_the_bundled_ones(tmp_path: Path) -> None:
    assert load_catalog(tmp_path) == load_catalog(None)


def test_our_own_checkout_finds_its_files_once() -> None:
    assert load_catalog(bundled()).lookup_order["recipe zig"] == (str(bundled() / "recipes" / "zig.toml"),)


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("form", ["{name}.toml", "{name}/{name}.toml"])
def test_a_project_adds_its_own(tmp_path: Path, kind: CatalogKind, form: str) -> None:
    place = f"{kind.folder}/{form.format(name='toy')}"
    known = load_catalog(write(tmp_path, {place: FILES[kind.name].format(name="toy")}))
    assert known.paths(kind, "toy") == (str(tmp_path / place),)
    assert [k for k in KINDS if "toy" in known.entries(k)] == [kind]


@pytest.mark.parametrize("kind", [k for k in KINDS if k.name != "fragment"], ids=str)
def test_a_projects_own_goes_before_the_bundled_one(tmp_path: Path, kind: CatalogKind) -> None:
    name = NAMES[kind.name]
    known = load_catalog(write(tmp_path, {f"{kind.folder}/{name}.toml": FILES[kind.name].format(name=name)}))
    first, second = known.paths(kind, name)
    assert first == str(tmp_path / kind.folder / f"{name}.toml")
    assert second == load_catalog(None).paths(kind, name)[0]
    assert known.entries(kind)[name] != load_catalog(None).entries(kind)[name]


def test_a_target_has_the_words_of_the_one_it_is_like_unless_it_has_its_own(tmp_path: Path) -> None:
    rows = '[targets.web]\nhost = "page"\n[targets.shy]\nhost = "own"\n'
    files = {"recipes/toy.toml": RECIPE.format(name="toy") + rows}
    for name in ("shop", "shy"):
        files[f"targets/{name}.toml"] = TARGET.format(name=name) + 'like = "web"\n'
    found = load_catalog(write(tmp_path, files)).recipes["toy"].targets
    assert found["shop"] == {"host": "page"}
    assert found["shy"] == {"host": "own"}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_name_in_a_file_is_the_files_name(tmp_path: Path, kind: CatalogKind) -> None:
    root = write(tmp_path, {f"{kind.folder}/mine.toml": FILES[kind.name].format(name="yours")})
    assert problems_of(lambda: load_catalog(root)) == [
        (f"{root / kind.folder / 'mine.toml'}: name", "'yours' in a file named 'mine'", 'write name = "mine"')
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
    found = [(where.removeprefix(f"{root}/"), what) for where, what, _ in problems_of(lambda: load_catalog(root))]
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


def test_what_is_the_projects_own_is_known_by_its_bytes(tmp_path: Path) -> None:
    assert load_catalog(tmp_path).project_toolchains == {}
    text = (bundled() / "toolchains" / "wasm-tools.toml").read_text()
    write(tmp_path, {"toolchains/wasm-tools.toml": text, "toolchains/box/box.toml": TOOLCHAIN.format(name="box")})
    first = load_catalog(tmp_path).project_toolchains
    assert set(first) == {"wasm-tools", "box"}
    write(tmp_path, {"toolchains/box/Dockerfile": "FROM scratch"})
    second = load_catalog(tmp_path).project_toolchains
    assert second["box"] != first["box"]
    assert second["wasm-tools"] == first["wasm-tools"]
    write(tmp_path, {"toolchains/wasm-tools.toml": f"{text}\n"})
    assert load_catalog(tmp_path).project_toolchains["wasm-tools"] != first["wasm-tools"]
    assert load_catalog(bundled()).project_toolchains == {}
