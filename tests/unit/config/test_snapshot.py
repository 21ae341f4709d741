"""Snapshots of sources: what globs find, what they must not, and what is said when it is not right."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.config_files import problems_of, write
from wasmforge.config.project import Project
from wasmforge.config.snapshot import load_snapshots, required_groups
from wasmforge.errors import ForgeError
from wasmforge.model.manifest import Build, Component, Manifest, ProjectComponent
from wasmforge.model.plan import FileList, OptionFile, Snapshot
from wasmforge.model.recipe import Recipe, Step

RECIPE = Recipe(
    format=1,
    name="toy",
    toolchain="box",
    sources={"units": ("*.t", "src/**/*.t"), "headers": ("**/*.h",)},
    steps=(
        Step(name="build", run=("tool", "{sources.units}"), inputs=("{sources.headers}",), outputs={"module": "x"}),
    ),
)


def declared(name: str = "app", folder: str = "app", **sources: tuple[str, ...]) -> ProjectComponent:
    """A component with its sources in `folder`."""
    return ProjectComponent(
        name=name, file="forge.toml", folder=folder, component=Component(path=folder, language="toy", sources=sources)
    )


def project(root: Path, dist: str = "dist") -> Project:
    """A project whose components are told to `load_snapshots` themselves."""
    return Project(root=root, manifest=Manifest(build=Build(dist=dist), toolchains={}, components={}))


def taken(root: Path, one: ProjectComponent | None = None, recipe: Recipe = RECIPE, dist: str = "dist") -> Snapshot:
    """The snapshot of one component."""
    (snapshot,) = load_snapshots(project(root, dist), [(one or declared(), recipe)]).values()
    return snapshot


def test_groups_and_files(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "one", "app/src/deep/b.t": "two", "app/x.h": "", "app/notes.txt": "", "c.t": ""})
    (root / "app" / "a.t").chmod(0o755)
    found = taken(root)
    assert (found.component, found.recipe) == ("app", "toy")
    assert found.groups == {"units": ("a.t", "src/deep/b.t"), "headers": ("x.h",)}
    assert sorted(found.files) == ["a.t", "src/deep/b.t", "x.h"]
    a = found.files["a.t"]
    assert (a.path, a.digest, a.size, a.executable) == ("app/a.t", hashlib.sha256(b"one").hexdigest(), 3, True)
    assert not found.files["x.h"].executable


def test_order_is_that_of_patterns_then_of_names_whatever_order_the_disk_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["src/z.t", "src/a.t", "z.t", "a.t", "B.t", "src/b/a.t", "src/b.t"]
    root = write(tmp_path, {f"app/{name}": "" for name in names})
    first = taken(root)
    assert first.groups["units"] == ("B.t", "a.t", "z.t", "src/a.t", "src/b.t", "src/b/a.t", "src/z.t")

    def backwards(top: Path, **options: Any) -> list[tuple[str, list[str], list[str]]]:
        return [(f, sorted(d, reverse=True), sorted(n, reverse=True)) for f, d, n in [*walk(top, **options)][::-1]]

    walk = os.walk
    monkeypatch.setattr(os, "walk", backwards)
    assert taken(root) == first


def test_a_file_that_two_patterns_match_is_there_once(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/src/a.t": ""})
    assert taken(root, declared(units=("src/*.t", "**/*.t"))).groups["units"] == ("src/a.t",)


def test_own_sources_replace_a_group_and_leave_the_others(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "", "app/lib/b.u": "", "app/x.h": ""})
    assert taken(root, declared(units=("lib/*.u",))).groups == {"units": ("lib/b.u",), "headers": ("x.h",)}


def test_an_own_pattern_must_match_something(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": ""})
    assert problems_of(lambda: taken(root, declared(units=("a.t", "b.t")))) == [
        ("forge.toml: components.app.sources.units.1", "'b.t' matches no file in app/", "did you mean 'a.t'?")
    ]


def test_an_own_pattern_in_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    assert problems_of(lambda: taken(tmp_path, declared(units=("b.t",)))) == [
        ("forge.toml: components.app.sources.units.0", "'b.t' matches no file in app/", "the folder is empty")
    ]


@pytest.mark.parametrize("pattern", ["../c.t", "/etc/*", "./a.t", "app/../../c.t"])
def test_a_pattern_never_leads_out(tmp_path: Path, pattern: str) -> None:
    root = write(tmp_path, {"app/a.t": "", "c.t": ""})
    assert problems_of(lambda: taken(root, declared(units=(pattern,))))[0][1] == f"{pattern!r} matches no file in app/"


def test_an_unknown_group(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": ""})
    assert problems_of(lambda: taken(root, declared(unit=("a.t",)))) == [
        (
            "forge.toml: components.app.sources.unit",
            "recipe 'toy' has no such group of sources",
            "did you mean 'units'?",
        )
    ]


def test_no_source_at_all(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/x.h": ""})
    assert problems_of(lambda: taken(root)) == [
        (
            "forge.toml: components.app",
            "no source files in app/",
            "recipe 'toy' looks for *.t, src/**/*.t; components.app.sources names others",
        )
    ]


def test_one_of_several_groups_is_enough(tmp_path: Path) -> None:
    both = Recipe(
        format=1,
        name="both",
        toolchain="box",
        sources={"c": ("*.c",), "c-more": ("*.t",), "data": ("*.d",)},
        steps=(Step(name="build", each="{sources.c-more}", run=("tool", ("-x", "{each}")), outputs={"module": "x"}),),
    )
    assert required_groups(both, "toy") == ("c-more",)
    assert taken(write(tmp_path, {"app/a.t": ""}), recipe=both).groups["c"] == ()
    root = write(tmp_path / "other", {"app/a.c": ""})
    assert problems_of(lambda: taken(root, recipe=both))[0][1] == "no source files in app/"


TWO = Recipe(
    format=1,
    name="two",
    toolchain="box",
    languages={"toy": {}, "toy++": {"plus": ""}},
    sources={"units": ("*.t",), "more": ("*.tt",)},
    steps=(
        Step(name="one", each="{sources.units}", run=("tool", "{each}"), outputs={"object": "{each}.o"}),
        Step(
            name="two",
            each="{sources.more}{language.plus}",
            run=("tool", "{each}"),
            outputs={"object": "{each}.o"},
        ),
        Step(name="link", run=("tool", "{steps.one.object}", "{steps.two.object}"), outputs={"module": "x"}),
    ),
)


def test_units_of_another_language_are_told_where_there_are_no_others(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.tt": ""})
    assert problems_of(lambda: taken(root, recipe=TWO)) == [
        (
            "forge.toml: components.app",
            "no source files in app/",
            "a.tt is there, which is built where the language is toy++",
        )
    ]


def test_units_of_another_language_that_a_component_lists(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "", "app/b.tt": ""})
    assert problems_of(lambda: taken(root, declared(more=("b.tt",)), TWO)) == [
        (
            "forge.toml: components.app.sources.more",
            "recipe 'two' builds no more where the language is toy",
            "it does where it is toy++",
        )
    ]


def test_all_components_are_told_of_at_once(tmp_path: Path) -> None:
    root = write(tmp_path, {"a/x": "", "b/a.t": "", "c/x": ""})
    wanted = [(declared(name, name), RECIPE) for name in "abc"]
    assert [where for where, _, _ in problems_of(lambda: load_snapshots(project(root), wanted))] == [
        "forge.toml: components.a",
        "forge.toml: components.c",
    ]


def test_one_component_with_two_recipes(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "", "app/b.t": ""})
    other = Recipe(format=1, name="other", toolchain="box", sources={"units": ("b.*",)}, steps=RECIPE.steps)
    found = load_snapshots(project(root), [(declared(), RECIPE), (declared(), other), (declared(), RECIPE)])
    assert {key: s.groups["units"] for key, s in found.items()} == {
        ("app", "toy"): ("a.t", "b.t"),
        ("app", "other"): ("b.t",),
    }


@pytest.mark.parametrize(
    "folder", [".git", ".cache/deep", "node_modules", "src/node_modules/x", "__pycache__", "dist/web", ".wasmforge"]
)
def test_folders_that_hold_no_sources(tmp_path: Path, folder: str) -> None:
    root = write(tmp_path, {"a.t": "", f"{folder}/b.t": ""})
    every = declared(folder=".", units=("**/*.t",))
    assert taken(root, every).groups["units"] == ("a.t",)


def test_a_folder_is_only_dist_when_it_is_that_of_the_project(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/dist/a.t": "", "app/out/b.t": "", "dist/c.t": ""})
    every = declared(folder=".", units=("**/*.t",))
    assert taken(root, every, dist="app/out").groups["units"] == ("app/dist/a.t", "dist/c.t")


def test_a_dot_file_is_found_when_it_is_asked_for(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/.t": "", "app/a.t": ""})
    assert taken(root).groups["units"] == (".t", "a.t")


def test_a_link_to_a_file_inside_is_its_content(tmp_path: Path) -> None:
    root = write(tmp_path, {"shared/x.t": "text", "app/a.t": ""})
    (root / "app" / "b.t").symlink_to("../shared/x.t")
    file = taken(root).files["b.t"]
    assert (file.path, file.digest) == ("app/b.t", hashlib.sha256(b"text").hexdigest())


@pytest.mark.parametrize("sign", ["\n", "\x1b[2J", "\u202e", "\u2066", "\x7f"])
def test_a_name_that_would_hide_something_is_refused(sign: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "", f"app/x{sign}y.t": ""})
    with pytest.raises(ForgeError, match="has a control character in its name") as e:
        taken(root)
    assert sign not in e.value.problems[0].where
    write(tmp_path, {f"app/{sign}": "no source is called so"})
    (root / "app" / f"x{sign}y.t").unlink()
    assert taken(root).groups["units"] == ("a.t",)


def link_out(root: Path) -> None:
    (root.parent / "secret").write_text("s")
    (root / "app" / "b.t").symlink_to("../../secret")


def link_broken(root: Path) -> None:
    (root / "app" / "b.t").symlink_to("gone")


def link_round(root: Path) -> None:
    (root / "app" / "b.t").symlink_to("b.t")


def pipe(root: Path) -> None:
    os.mkfifo(root / "app" / "b.t")


BAD = {
    "link out": (link_out, "is a symbolic link that leads outside the project"),
    "broken link": (link_broken, "cannot be read: No such file or directory"),
    "link to itself": (link_round, "is a symbolic link to itself"),
    "pipe": (pipe, "is not a file (a pipe, a socket or a device)"),
}


@pytest.mark.parametrize("name", BAD)
def test_files_that_are_none(tmp_path: Path, name: str) -> None:
    make, what = BAD[name]
    root = write(tmp_path / "project", {"app/a.t": ""})
    make(root)
    assert [(where, said) for where, said, _ in problems_of(lambda: taken(root))] == [("app/b.t", what)]


@pytest.mark.parametrize("name", BAD)
def test_they_are_no_trouble_when_no_pattern_asks_for_them(tmp_path: Path, name: str) -> None:
    root = write(tmp_path / "project", {"app/a.t": ""})
    BAD[name][0](root)
    assert taken(root, declared(units=("a.t",))).groups["units"] == ("a.t",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("what", ["app/b.t", "app/src"])
def test_what_may_not_be_read(tmp_path: Path, what: str) -> None:
    root = write(tmp_path, {"app/a.t": "", "app/b.t": "", "app/src/c.t": ""})
    (root / what).chmod(0)
    try:
        ((where, said, _),) = problems_of(lambda: taken(root))
    finally:
        (root / what).chmod(0o700)
    assert where.endswith(what)
    assert said == "cannot be read: Permission denied"


def test_files_that_options_name_are_in_the_snapshot_as_far_as_they_are_there(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "one", "app/edge/handler.mjs": "", "app/other.mjs": ""})
    named = (
        OptionFile(where="options.handler", path="edge/handler.mjs", said=True),
        OptionFile(where="options.config", path="config.toml", said=False),
    )
    (found,) = load_snapshots(project(root), [(declared(), RECIPE)], {("app", "toy"): named}).values()
    assert sorted(found.files) == ["a.t", "edge/handler.mjs"]
    assert found.groups == {"units": ("a.t",), "headers": ()}


def test_a_file_that_is_named_and_not_there(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "one", "app/handler.mjs": ""})
    named = (OptionFile(where="on.web.options.handler", path="handler.js", said=True),)
    with pytest.raises(ForgeError) as error:
        load_snapshots(project(root), [(declared(), RECIPE)], {("app", "toy"): named})
    (problem,) = error.value.problems
    assert problem.where == "forge.toml: components.app.on.web.options.handler"
    assert problem.what == "no file handler.js in app/"
    assert "handler.mjs" in problem.hint


def with_files(root: Path, *patterns: str) -> Snapshot:
    """The snapshot of a component that is given files."""
    said = FileList(where="files", patterns=patterns)
    (snapshot,) = load_snapshots(project(root), [(declared(), RECIPE)], {("app", "toy"): [said]}).values()
    return snapshot


def test_files_by_pattern_whatever_the_recipe_looks_for(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "", "app/assets/one": "1", "app/assets/deep/two": "22", "app/other": ""})
    found = with_files(root, "assets/**", "*.t")
    assert found.matched == {("assets/**", "*.t"): ("assets/deep/two", "assets/one", "a.t")}
    assert found.files["assets/deep/two"].size == 2
    assert "other" not in found.files
    assert with_files(root, "assets/**", "!**/two").matched == {("assets/**", "!**/two"): ("assets/one",)}


def test_a_pattern_of_files_that_matches_nothing(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "", "app/assets/one": "1"})
    ((where, what, hint),) = problems_of(lambda: with_files(root, "assets/**", "asets/**"))
    assert (where, what) == ("forge.toml: components.app.files.1", "'asets/**' matches no file in app/")
    assert hint == "did you mean 'assets/one'?"


def test_files_lie_in_the_component(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.t": "", "shared/one": "1"})
    ((where, what, _),) = problems_of(lambda: with_files(root, "a.t", "//shared/**"))
    assert where == "forge.toml: components.app.files.1"
    assert what.startswith("'//shared/**' begins at the project's root")


@pytest.mark.parametrize("pattern", ["../c.t", "/etc/passwd", "assets/../../c.t"])
def test_a_pattern_of_files_never_leads_out(tmp_path: Path, pattern: str) -> None:
    root = write(tmp_path, {"app/a.t": "", "c.t": ""})
    ((_, what, _),) = problems_of(lambda: with_files(root, pattern))
    assert what == f"{pattern!r} matches no file in app/"


def test_a_link_among_the_files_that_leads_out(tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"app/a.t": "", "app/assets/one": "1"})
    (tmp_path / "secret").write_text("s")
    (root / "app/assets/link").symlink_to(tmp_path / "secret")
    ((where, what, _),) = problems_of(lambda: with_files(root, "assets/**"))
    assert (where, what) == ("app/assets/link", "is a symbolic link that leads outside the project")


def test_more_files_than_a_page_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wasmforge.config.snapshot.MAX_FILES_BYTES", 2048)
    root = write(tmp_path, {"app/a.t": "", "app/assets/one": "1" * 1024, "app/assets/two": "2" * 1025})
    ((where, what, hint),) = problems_of(lambda: with_files(root, "assets/*", "assets/**"))
    assert where == "forge.toml: components.app.files"
    assert what == "these files have 2.0 KiB together, and at most 2.0 KiB are loaded"
    assert hint == "the largest is assets/two with 1.0 KiB; let the page fetch such a file itself"
