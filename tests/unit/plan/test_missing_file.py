"""What to write in forge.toml when a tool does not find a file."""

import msgspec
import pytest

from wasmforge.plan.missing_file import SearchedFile, missing_file_hint

RECIPES = ("zig", "cmake-wasi-sdk", "make-wasi-sdk")


def hint(name: str, *files: str, folder: str = "lib", inputs: tuple[str, ...] = ("src/a.c",), **more: object) -> str:
    searched = SearchedFile(name=name, folder=folder, inputs=inputs, known=inputs, recipes=RECIPES)
    return missing_file_hint(msgspec.structs.replace(searched, **more), dict.fromkeys(files))


def test_a_header_that_the_component_has_needs_its_folder() -> None:
    had = ("src/a.c", "src/deep/x/one.h")
    files = ("lib/src/a.c", "lib/src/deep/x/one.h", "other/one.h")
    assert hint("one.h", *files, inputs=had) == 'one.h is at src/deep/x/one.h: options = { includes = ["src/deep/x"] }'
    assert hint("x/one.h", *files, inputs=had).endswith('options = { includes = ["src/deep"] }')
    assert hint("../x/one.h", *files, inputs=had).endswith('options = { includes = ["src/deep"] }')
    assert hint("one.h", *files, inputs=had, has_includes=False).endswith('options = { flags = ["-Isrc/deep/x"] }')


def test_a_file_that_is_an_input_of_other_actions_alone() -> None:
    said = hint("part.c", "lib/src/part.c", known=("src/part.c",))
    assert said.startswith("src/part.c exists, but is no input of what failed: sources = {")
    assert '"src/part.c"' in said


def test_a_file_that_no_glob_matches() -> None:
    said = hint("one.h", "lib/third/inc/one.h")
    assert said == (
        'third/inc/one.h exists, but no glob of its recipe names it: sources = { headers = ["**/*.h"] }, '
        'options = { includes = ["third/inc"] }'
    )
    assert hint("table.def", "lib/src/table.def").endswith('sources = { headers = ["**/*.h", "src/table.def"] }')


@pytest.mark.parametrize(
    ("name", "folder", "file", "include"),
    [
        ("one.h", "app", "third/inc/one.h", "//third/inc"),
        ("inc/one.h", "app", "third/inc/one.h", "//third"),
        ("color/color.h", "color", "color/color.h", "//"),
        ("../../zlib.h", "contrib/minizip", "zlib.h", "//"),
    ],
)
def test_a_file_outside_of_the_component(name: str, folder: str, file: str, include: str) -> None:
    assert hint(name, file, folder=folder) == f'//{file} is not looked for: options = {{ includes = ["{include}"] }}'


@pytest.mark.parametrize(
    ("folder", "file", "said"),
    [
        ("app", "third/one.h", 'path = "." is a folder that holds both, options = { flags = ["-Ithird"] }'),
        ("libs/app", "libs/inc/one.h", 'path = "libs" is a folder that holds both, options = { flags = ["-Iinc"] }'),
    ],
)
def test_a_project_with_a_build_of_its_own_has_a_folder_for_all_of_it(folder: str, file: str, said: str) -> None:
    assert hint("one.h", file, folder=folder, has_includes=False) == f"{file} lies outside of {folder}/: {said}"


def test_a_file_that_the_projects_own_build_makes() -> None:
    said = hint("config.h", "lib/config.h.in", "lib/configure", "CMakeLists.txt")
    assert said == (
        "config.h is made of config.h.in by the project's own build: "
        'recipe = "make-wasi-sdk", docs/cpp.md; or write it by hand'
    )
    assert 'recipe = "cmake-wasi-sdk"' in hint("x/config.h", "lib/src/x/config.h.cmake.in", "lib/CMakeLists.txt")
    assert "no recipe here runs" in hint("config.h", "lib/config.h.in", "lib/meson.build")
    assert hint("config.h", "lib/config.h.in", "lib/configure", has_includes=False) == ""


@pytest.mark.parametrize("name", ["nowhere.h", "/usr/include/one.h", "..", "ne.h"])
def test_nothing_is_said_of_what_is_not_in_the_project(name: str) -> None:
    assert hint(name, "lib/src/one.h", "one.h") == ""
