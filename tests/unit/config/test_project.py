"""Finding the project a folder belongs to, and reading its forge.toml with those of its members."""

from pathlib import Path

import pytest

from tests.support.config_files import component, problems_of, write
from wasmforge.config import load_project
from wasmforge.config.project import find_root

TOP = "format = 1\n"


def test_a_member_that_a_link_leads_to_is_not_read(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "forge.toml").write_text("no TOML that is to be told of")
    (root / "libs" / "a").mkdir(parents=True)
    (root / "libs" / "a" / "forge.toml").write_text("format = 1\n")
    (root / "libs" / "b").symlink_to(tmp_path / "other")
    (root / "forge.toml").write_text('format = 1\nmembers = ["libs/*"]\n')
    ((where, what, hint),) = problems_of(lambda: load_project(root))
    assert (where, hint) == ("forge.toml:2: members.0", "copy it in, or name the members one by one")
    assert what == "libs/b leads outside the project through a symbolic link"


def test_the_nearest_forge_toml_above(tmp_path: Path) -> None:
    root = write(tmp_path, {"forge.toml": TOP, "a/b/x": ""})
    assert find_root(root / "a" / "b") == root
    assert find_root(root) == root


def test_a_folder_of_no_project(tmp_path: Path) -> None:
    assert problems_of(lambda: find_root(tmp_path)) == [
        (str(tmp_path), "no forge.toml here or in any folder above", "`wasmforge init` writes one from your sources")
    ]


def test_a_member_belongs_to_the_project_that_names_it(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {"forge.toml": 'format = 1\nmembers = ["services/*"]\n', "services/a/forge.toml": TOP, "other/forge.toml": TOP},
    )
    assert find_root(root / "services" / "a") == root
    assert find_root(root / "other") == root / "other"


def test_a_member_of_a_project_two_folders_up(tmp_path: Path) -> None:
    files = {"forge.toml": 'format = 1\nmembers = ["a/b/c"]\n', "a/b/forge.toml": TOP, "a/b/c/forge.toml": TOP}
    root = write(tmp_path, files)
    assert find_root(root / "a" / "b" / "c") == root
    assert find_root(root / "a" / "b") == root / "a" / "b"


@pytest.mark.parametrize("pattern", ["", "/*", "../*", "a**", "**/**/", "[", "\\0"])
def test_a_pattern_of_members_that_is_none_is_no_trouble_for_a_project_below(tmp_path: Path, pattern: str) -> None:
    root = write(tmp_path, {"forge.toml": f"format = 1\nmembers = ['{pattern}']\n", "other/forge.toml": TOP})
    assert find_root(root / "other") in (root, root / "other")


def test_components_of_all_files_with_their_folders_from_the_root(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "forge.toml": 'format = 1\nmembers = ["m/*"]\n' + component("top", "src"),
            "src/x.wat": "",
            "m/b/forge.toml": TOP + component("two", "lib") + component("up", "../a/deep"),
            "m/b/lib/x.wat": "",
            "m/a/forge.toml": TOP + component("one"),
            "m/a/deep/x.wat": "",
        },
    )
    project = load_project(root / "m" / "b")
    assert project.root == root
    assert project.state == root / ".wasmforge"
    found = [(p.name, p.file, p.folder) for p in project.manifest.components.values()]
    assert found == [
        ("top", "forge.toml", "src"),
        ("one", "m/a/forge.toml", "m/a"),
        ("two", "m/b/forge.toml", "m/b/lib"),
        ("up", "m/b/forge.toml", "m/a/deep"),
    ]


def test_a_member_that_two_patterns_match_is_read_once(tmp_path: Path) -> None:
    files = {"forge.toml": 'format = 1\nmembers = ["m/*", "m/a", "**/a"]\n', "m/a/forge.toml": TOP + component("one")}
    assert list(load_project(write(tmp_path, files)).manifest.components) == ["one"]


def test_one_name_in_two_files_is_told_with_both_places(tmp_path: Path) -> None:
    files = {
        "forge.toml": 'format = 1\nmembers = ["m"]\n' + component("one"),
        "m/forge.toml": TOP + component("one"),
    }
    assert problems_of(lambda: load_project(write(tmp_path, files))) == [
        (
            "m/forge.toml:2: components.one",
            "forge.toml has a component of that name already",
            "component names are unique in a project",
        )
    ]


def test_what_only_the_top_file_may_say(tmp_path: Path) -> None:
    member = 'format = 1\nmembers = ["x"]\n[build]\nprofile = "dev"\n[toolchains.zig]\norigin = "path"\n'
    root = write(tmp_path, {"forge.toml": 'format = 1\nmembers = ["m"]\n', "m/forge.toml": member})
    what, hint = "a member cannot set this", "move it to the top forge.toml"
    assert problems_of(lambda: load_project(root)) == [
        ("m/forge.toml:2: members", what, hint),
        ("m/forge.toml:5: toolchains", what, hint),
        ("m/forge.toml:3: build", what, hint),
    ]


def paths_refused(root: Path, path: str) -> list[tuple[str, str]]:
    """The problems of a component with this path, without hints."""
    write(root, {"forge.toml": TOP + component("one", path)})
    return [(where, what) for where, what, _ in problems_of(lambda: load_project(root))]


PATHS = {
    "absolute": ("/etc", "'/etc' is an absolute path"),
    "home": ("~/x", "'~/x' is an absolute path"),
    "up": ("..", "'..' leads outside the project"),
    "up and down": ("a/../../x", "'a/../../x' leads outside the project"),
    "missing": ("gone", "'gone': no such folder"),
    "a file": ("forge.toml", "'forge.toml': is a file, not a folder"),
    "a link out": ("out", "'out' leads outside the project through a symbolic link"),
    "below a link out": ("out/deep", "'out/deep' leads outside the project through a symbolic link"),
    "empty": ("", "the path is empty"),
    "backslash": ("a\\b", "'a\\\\b' contains a backslash"),
    "circle": ("round", "'round' cannot be followed: Symlink loop from "),
    "too long": ("x" * 300, f"{'x' * 300!r} cannot be followed: File name too long"),
}


@pytest.mark.parametrize("name", PATHS)
def test_paths_that_are_none(tmp_path: Path, name: str) -> None:
    path, what = PATHS[name]
    root = tmp_path / "project"
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    root.mkdir()
    (root / "out").symlink_to(tmp_path / "elsewhere")
    (root / "round").symlink_to("round")
    ((where, said),) = paths_refused(root, path)
    assert where == "forge.toml:3: components.one.path"
    assert said.startswith(what)


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    root = write(tmp_path, {"forge.toml": TOP + component("one", "link"), "real/x.wat": ""})
    (root / "link").symlink_to("real")
    assert load_project(root).manifest.components["one"].folder == "real"


@pytest.mark.parametrize("name", ["a.b", "a/b", "..", "-a", "_a", "a b", "ä", "a:b", "a@b"])
def test_names_that_cannot_be_file_names(tmp_path: Path, name: str) -> None:
    root = write(tmp_path, {"forge.toml": TOP + component(f'"{name}"')})
    line = "" if name == "a.b" else "2:"  # what holds a dot is taken for two keys
    assert problems_of(lambda: load_project(root)) == [
        (
            f"forge.toml:{line} components.{name}",
            f"{name!r} cannot be a component's name",
            "letters, digits, '-' and '_', as in file names",
        )
    ]


@pytest.mark.parametrize("name", ["a", "A-b_9", "0"])
def test_names_that_can(tmp_path: Path, name: str) -> None:
    root = write(tmp_path, {"forge.toml": TOP + component(name)})
    assert list(load_project(root).manifest.components) == [name]


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("none/*", "'none/*' matches no folder with a forge.toml"),
        ("", "the path is empty"),
        ("/abs/*", "'/abs/*' is an absolute path"),
        ("../*", "'../*' leads outside the project"),
        ("a**", "'a**' matches no folder with a forge.toml"),
    ],
)
def test_patterns_of_members_that_match_nothing(tmp_path: Path, pattern: str, what: str) -> None:
    root = write(tmp_path, {"forge.toml": f"format = 1\nmembers = ['{pattern}']\n"})
    assert [(where, said) for where, said, _ in problems_of(lambda: load_project(root))] == [
        ("forge.toml:2: members.0", what)
    ]


def test_all_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    files = {
        "forge.toml": 'format = 1\nmembers = ["m/*", "none"]\n' + component('"a b"') + component("gone", "gone"),
        "m/a/forge.toml": "format = 1\n[components.x]\nlanguage = 1\n",
        "m/b/forge.toml": "format = 2\n",
    }
    assert [(where, what) for where, what, _ in problems_of(lambda: load_project(write(tmp_path, files)))] == [
        ("m/a/forge.toml:3: components.x.language", "expected a string, got a whole number"),
        ("m/a/forge.toml:2: components.x", "'path' is missing"),
        ("m/b/forge.toml", "format 2 is not known"),
        ("forge.toml:2: members.1", "'none' matches no folder with a forge.toml"),
        ("forge.toml:3: components.a b", "'a b' cannot be a component's name"),
        ("forge.toml:8: components.gone.path", "'gone': no such folder"),
    ]


@pytest.mark.parametrize(
    ("dist", "what"),
    [
        (".", "'.' is the project's own folder"),
        ("src", "'src' lies in 'src', which builds replace and `clean` deletes"),
        ("../x", "'../x' leads outside the project"),
        ("/x", "'/x' is an absolute path"),
    ],
)
def test_dist_is_a_folder_of_its_own(tmp_path: Path, dist: str, what: str) -> None:
    files = {"forge.toml": f"format = 1\n[build]\ndist = '{dist}'\n" + component("one", "src"), "src/x.wat": ""}
    assert [said for _, said, _ in problems_of(lambda: load_project(write(tmp_path, files)))] == [what]
