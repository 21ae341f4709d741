"""Sources as components write them: patterns that take away, that begin at the root, and files that others include."""

from pathlib import Path

import pytest

from tests.support.config_files import problems_of, write
from wasmforge.config.patterns import matches_any, parse
from wasmforge.config.project import Project
from wasmforge.config.snapshot import load_snapshots
from wasmforge.model.manifest import Build, Component, Manifest, ProjectComponent
from wasmforge.model.plan import OptionWord, Snapshot
from wasmforge.model.recipe import Recipe, Step

RECIPE = Recipe(
    format=1,
    name="toy",
    toolchain="box",
    sources={"units": ("*.c", "src/**/*.c"), "headers": ("*.h",), "included": ("**/*.[ch]", "**/*.inc")},
    library={"includes": ("{public.includes}",)},
    mentioned={"included": '#include ["<]([^">\n]+)|#define \\w+ "([^"\n]+)'},
    steps=(
        Step(
            name="build",
            run=("tool", "{sources.units}"),
            inputs=("{sources.headers}", "{sources.included}"),
            outputs={"module": "x"},
        ),
    ),
)

WHERE = "forge.toml: components.app"


def taken(root: Path, *words: OptionWord, **sources: tuple[str, ...]) -> Snapshot:
    """The snapshot of a component with these lists of sources and words of options."""
    return snapshot_of(root, Component(path="app", language="toy", sources=sources), *words)


def library(root: Path, *public: str, **sources: tuple[str, ...]) -> Snapshot:
    """The snapshot of a library with these public folders, if there are any."""
    component = Component(path="app", language="toy", kind="library", sources=sources, public_includes=public or None)
    return snapshot_of(root, component)


def snapshot_of(root: Path, component: Component, *words: OptionWord) -> Snapshot:
    project = Project(root=root, manifest=Manifest(build=Build(), toolchains={}, components={}))
    declared = ProjectComponent(name="app", file="forge.toml", folder="app", component=component)
    (snapshot,) = load_snapshots(project, [(declared, RECIPE)], {("app", "toy"): words}).values()
    return snapshot


def folder(path: str) -> OptionWord:
    return OptionWord(where="options.includes.0", word=path, folder=True)


LUA = {"app/lua.c": "", "app/luac.c": "", "app/lapi.c": "", "app/src/x.c": "", "app/lapi.h": ""}


@pytest.mark.parametrize(
    ("patterns", "units"),
    [
        (("*.c", "!luac.c"), ("lapi.c", "lua.c")),
        (("!lua*.c", "*.c"), ("lapi.c",)),
        (("!luac.c",), ("lapi.c", "lua.c", "src/x.c")),
        (("!lua.c", "!luac.c", "!src/**"), ("lapi.c",)),
        (("**/*.c", "!src/*", "!lua?.c"), ("lapi.c", "lua.c")),
    ],
)
def test_an_exclusion_takes_away_wherever_it_stands(
    tmp_path: Path, patterns: tuple[str, ...], units: tuple[str, ...]
) -> None:
    assert taken(write(tmp_path, LUA), units=patterns).groups["units"] == units


@pytest.mark.parametrize(
    ("patterns", "index", "hint"),
    [
        (("*.c", "!lauc.c"), 1, "did you mean 'luac.c'?"),
        (("!lapi.h",), 0, "did you mean 'lapi.c'?"),
        (("lua.c", "!src/x.c"), 1, "known: lua.c"),
    ],
)
def test_an_exclusion_of_nothing(tmp_path: Path, patterns: tuple[str, ...], index: int, hint: str) -> None:
    what = f"{patterns[index]!r} takes nothing away: the other patterns of units match no such file"
    assert problems_of(lambda: taken(write(tmp_path, LUA), units=patterns)) == [
        (f"{WHERE}.sources.units.{index}", what, hint)
    ]


def test_what_was_taken_away_may_still_be_included(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/all.c": '#include "part.c"\n', "app/part.c": "", "app/test.c": ""})
    found = taken(root, units=("*.c", "!part.c", "!test.c"))
    assert found.groups == {"units": ("all.c",), "headers": (), "included": ("part.c",)}
    assert sorted(found.files) == ["all.c", "part.c"]


ZLIB = {
    "app/main.c": "#include <zlib.h>\n",
    "third_party/zlib/inflate.c": '#include "inflate.h"\n',
    "third_party/zlib/minigzip.c": "",
    "third_party/zlib/inflate.h": '#include "deep/fixed.inc"\n',
    "third_party/zlib/zlib.h": "",
    "third_party/zlib/deep/fixed.inc": "",
    "third_party/zlib/unused.h": "",
    "third_party/other/zlib.h": "",
}


def test_a_pattern_from_the_root(tmp_path: Path) -> None:
    root = write(tmp_path, ZLIB)
    found = taken(root, units=("*.c", "//third_party/zlib/*.c", "!//third_party/zlib/mini*"))
    base = ".project/third_party/zlib"
    assert found.groups == {
        "units": ("main.c", f"{base}/inflate.c"),
        "headers": (),
        "included": (f"{base}/deep/fixed.inc", f"{base}/inflate.h", f"{base}/zlib.h"),
    }
    assert found.files[f"{base}/zlib.h"].path == "third_party/zlib/zlib.h"
    assert found.folders == ("app", "third_party/zlib", "third_party/zlib/deep")


def test_a_folder_of_the_root_that_an_option_names_gives_its_headers(tmp_path: Path) -> None:
    root = write(tmp_path, ZLIB)
    found = taken(root, folder("//third_party"))
    base = ".project/third_party"
    assert found.groups["included"] == (f"{base}/other/zlib.h", f"{base}/zlib/zlib.h")
    whole = taken(root, folder("//"))
    assert whole.groups["included"] == found.groups["included"]


def test_a_pattern_without_a_folder_searches_no_more_than_it_must(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.c": '#include "version.h"\n', "version.h": "", "other/version.h": ""})
    found = taken(root, headers=("//version.h",))
    assert found.groups["headers"] == (".project/version.h",)
    assert found.folders == (".", "app")
    assert found.groups["included"] == (".project/version.h",)


@pytest.mark.parametrize(
    ("pattern", "what", "hint"),
    [
        ("../shared/*.c", "matches no file in app/", '"//shared/*.c"'),
        ("../../x.c", "matches no file in app/", "nothing outside of the project is a source"),
        ("//shred/*.c", "matches no file of the project", "there is no folder //shred with sources"),
        ("//shared/utl.c", "matches no file of the project", "did you mean '//shared/util.c'?"),
        ("//dist/*.c", "matches no file of the project", "there is no folder //dist with sources"),
        ("//.git/*.c", "matches no file of the project", "there is no folder //.git with sources"),
        ("//node_modules/x/*.c", "matches no file of the project", "there is no folder //node_modules/x with sources"),
        ("//link/*.c", "matches no file of the project", "there is no folder //link with sources"),
        ("//../*.c", "matches no file of the project", "there is no folder //.. with sources"),
    ],
)
def test_a_pattern_that_leads_nowhere(tmp_path: Path, pattern: str, what: str, hint: str) -> None:
    files = {"app/x.c": "", "shared/util.c": "", "dist/a.c": "", ".git/a.c": "", "node_modules/x/a.c": ""}
    root = write(tmp_path / "project", files)
    write(tmp_path, {"a.c": "", "secret/a.c": ""})
    (root / "link").symlink_to("../secret")
    ((where, said, said_hint),) = problems_of(lambda: taken(root, units=(pattern,)))
    assert (where, said) == (f"{WHERE}.sources.units.0", f"{pattern!r} {what}")
    assert hint in said_hint


def test_a_link_to_a_folder_of_the_project_may_be_named(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/x.c": "", "shared/util.c": ""})
    (root / "link").symlink_to("shared")
    assert taken(root, units=("//link/*.c",)).groups["units"] == (".project/link/util.c",)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("//third", "the project has no folder third/ with sources"),
        ("incldue", "no folder incldue in app/"),
    ],
)
def test_a_folder_that_is_not_there(tmp_path: Path, path: str, what: str) -> None:
    root = write(tmp_path, {"app/a.c": "", "app/include/deep/a.h": ""})
    assert problems_of(lambda: taken(root, folder(path)))[0][:2] == (f"{WHERE}.options.includes.0", what)


def test_what_a_unit_includes_is_there_from_unit_to_unit(tmp_path: Path) -> None:
    files = {
        "app/a.c": '#include "lib/deep/b.h"\n#include "../lib/d.inc"\n',
        "app/lib/deep/b.h": '#define TEMPLATE "c.c"\n',
        "app/lib/c.c": '#include "./e.h"\n',
        "app/lib/e.h": '#include "a.c"\n',
        "app/lib/d.inc": "",
        "app/lib/d.txt": '#include "unused.h"',
        "app/unused/unused.c": "",
        "app/other/b.h": "",
    }
    found = taken(write(tmp_path, files))
    assert found.groups["included"] == ("a.c", "lib/c.c", "lib/d.inc", "lib/deep/b.h", "lib/e.h")
    assert "unused/unused.c" not in found.files


def test_what_an_option_names_is_there(tmp_path: Path) -> None:
    files = {"app/a.c": "#include CONFIG\n", "app/port/config.h": "", "app/port/gaps.h": "", "app/port/x.h": ""}
    words = (
        OptionWord(where="options.defines.0", word='CONFIG="port/config.h"'),
        OptionWord(where="options.flags.1", word="gaps.h"),
    )
    assert taken(write(tmp_path, files), *words).groups["included"] == ("port/config.h", "port/gaps.h")


def test_a_component_that_lists_a_group_by_mention_means_these_files(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/a.c": '#include "b.inc"\n', "app/b.inc": "", "app/c.inc": ""})
    assert taken(root, included=("c.inc",)).groups["included"] == ("c.inc",)


def test_a_mentioned_file_that_nobody_may_read_is_told(tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"app/a.c": '#include "b.inc"\n'})
    write(tmp_path, {"secret": ""})
    (root / "app" / "b.inc").symlink_to("../../secret")
    ((where, what, _),) = problems_of(lambda: taken(root))
    assert (where, what) == ("app/b.inc", "is a symbolic link that leads outside the project")


CORE = {
    "app/a.c": '#include "src/private.h"\n#include "part.c"\n',
    "app/part.c": "",
    "app/src/private.h": "",
    "app/src/detail.h": "",
    "app/include/core/core.h": '#include "../../src/detail.h"\n',
    "app/include/core/tables.inc": "",
    "app/include/notes.txt": "",
    "app/api/core.h": "",
    "lib/z/z.h": "",
}


def test_what_a_library_gives_is_its_include_folder_with_what_that_includes(tmp_path: Path) -> None:
    found = library(write(tmp_path, CORE), units=("a.c",))
    assert found.public_includes == ("include",)
    assert found.public == ("include/core/core.h", "include/core/tables.inc", "src/detail.h")
    assert found.groups["included"] == ("part.c", "src/private.h")
    assert set(found.public) < found.files.keys()


def test_a_library_without_an_include_folder_gives_its_own_without_units(tmp_path: Path) -> None:
    files = {name: text for name, text in CORE.items() if not name.startswith("app/include")}
    found = library(write(tmp_path, files), units=("a.c",))
    assert found.public_includes == (".",)
    assert found.public == ("api/core.h", "part.c", "src/detail.h", "src/private.h")


def test_a_library_names_what_it_gives(tmp_path: Path) -> None:
    found = library(write(tmp_path, CORE), "api", "//lib/z", units=("a.c",))
    assert found.public_includes == ("api", ".project/lib/z")
    assert found.public == (".project/lib/z/z.h", "api/core.h")


def test_a_folder_that_a_library_does_not_have(tmp_path: Path) -> None:
    assert problems_of(lambda: library(write(tmp_path, CORE), "api", "apj"))[0] == (
        f"{WHERE}.public-includes.1",
        "no folder apj in app/",
        "did you mean 'api'?",
    )


def test_a_library_may_have_headers_alone_and_not_nothing(tmp_path: Path) -> None:
    assert library(write(tmp_path / "a", {"app/include/x.h": ""})).public == ("include/x.h",)
    assert problems_of(lambda: library(write(tmp_path / "b", {"app/notes.txt": ""})))[0][1] == "no source files in app/"


def test_other_components_give_nothing(tmp_path: Path) -> None:
    found = taken(write(tmp_path, CORE))
    assert (found.public, found.public_includes) == ((), ())


@pytest.mark.parametrize(
    ("pattern", "folder", "depth"),
    [
        ("//a/b/*.c", "a/b", 0),
        ("//a/*/b/*.c", "a", 2),
        ("//a/**/*.c", "a", None),
        ("//*.h", ".", 0),
        ("//a**", ".", None),
    ],
)
def test_where_a_pattern_looks(pattern: str, folder: str, depth: int | None) -> None:
    parsed = parse(pattern)
    assert (parsed.folder, parsed.depth) == (folder, depth)


@pytest.mark.parametrize(
    ("path", "hit"),
    [("app/a.c", True), ("app/luac.c", False), ("lib/z.c", True), ("lib/t.c", False), ("apple/a.c", False)],
)
def test_patterns_ask_for_paths_from_the_root(path: str, hit: bool) -> None:
    assert matches_any(("*.c", "!luac.c", "//lib/*.c", "!//lib/t.c"), path, "app") is hit
