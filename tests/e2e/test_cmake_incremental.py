"""With ccache, CMake projects compile what an edit touches, and give what they give in an empty folder, to the byte."""

import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.test_rust import needs
from tests.support.incremental_edits import edit, edit_of_old, rebuild_after_each
from tests.support.project import ProjectFixture
from wasmforge import process

pytestmark = pytest.mark.toolchains

CMAKE = """
cmake_minimum_required(VERSION 3.5)
project(gauge C)
option(LOUD "does it shout" OFF)
add_custom_command(OUTPUT made.h COMMAND cp ${CMAKE_CURRENT_SOURCE_DIR}/src/made.h.in made.h)
add_library(gauge src/gauge.c src/other.c src/third.c made.h)
target_include_directories(gauge PRIVATE near far ${CMAKE_CURRENT_BINARY_DIR})
if(LOUD)
    target_compile_definitions(gauge PRIVATE MORE=100)
else()
    target_compile_definitions(gauge PRIVATE MORE=0)
endif()
install(TARGETS gauge DESTINATION lib)
"""

GAUGE = """#include "made.h"
#include "scale.h"
int other(void);
int third(void);
int gauge(int x) { return x * FACTOR + SCALE + MORE + other() + third(); }
"""

FILES = {
    "lib/CMakeLists.txt": CMAKE,
    "lib/far/scale.h": "#define SCALE 1000\n",
    "lib/near/.keep": "",
    "lib/src/made.h.in": "#define FACTOR 7\n",
    "lib/src/gauge.c": GAUGE,
    "lib/src/other.c": "int other(void) { return 1; }\n",
    "lib/src/third.c": "int third(void) { return 10; }\n",
}

FORGE = """
format = 1
[components.gauge]
path = "lib"
language = "c"
recipe = "RECIPE"
targets = ["wasi"]
exports = ["gauge"]
options = { libraries = ["lib/libgauge.a"] }
"""


EDITS = (
    edit("lib/src/other.c", "int other(void) { return 2; }\n"),
    edit("lib/src/other.c", "int other(void) { return 1; }\n"),
    edit_of_old("lib/src/third.c", "int third(void) { return 20; }\n"),
    edit_of_old("lib/src/made.h.in", "#define FACTOR 8\n"),  # no rule says that anything is made from it
    edit("lib/near/scale.h", "#define SCALE 2000\n"),  # a new file, found before the one that was included
    edit("lib/CMakeLists.txt", CMAKE.replace('shout" OFF', 'shout" ON')),  # a default that CMake would remember
)


def write_project(project: ProjectFixture, recipe: str) -> None:
    """A project whose rules do not say all that its units are made of."""
    project.write({"forge.toml": FORGE.replace("RECIPE", recipe), **FILES})
    project.env["CI"] = ""  # where nothing is kept
    sdk = recipe.partition("-")[2]
    needs(project, sdk, f"{sdk}-projects")
    if shutil.which("ccache") is None:
        pytest.skip("no ccache on PATH")


def misses(project: ProjectFixture) -> int:
    """How many units were compiled, since the folder that is kept was made."""
    (folder,) = (project.cache / "scratch-dirs").glob("*/kept")
    said = process.run(["ccache", "--dir", str(folder), "--print-stats"], cwd=folder, env={}, timeout=60).text
    (found,) = re.findall(r"(?m)^cache_miss\s+(\d+)$", said)
    return int(found)


@pytest.mark.parametrize("recipe", ["cmake-wasi-sdk", "cmake-emscripten"])
def test_every_edit_gives_what_an_empty_folder_gives(project: ProjectFixture, tmp_path: Path, recipe: str) -> None:
    write_project(project, recipe)
    assert rebuild_after_each(project, tmp_path, EDITS, "wasi/gauge/gauge.wasm") == len(
        EDITS
    )  # one edit was taken back


@pytest.mark.parametrize("recipe", ["cmake-wasi-sdk", "cmake-emscripten"])
def test_only_what_an_edit_touches_is_compiled(project: ProjectFixture, recipe: str) -> None:
    write_project(project, recipe)
    project.build()
    assert misses(project) == 3
    project.write({"lib/src/other.c": "int other(void) { return 3; }\n"})
    project.build()
    assert misses(project) == 4
    project.write({"lib/CMakeLists.txt": CMAKE + "# nothing to see\n"})
    project.build()
    assert misses(project) == 3  # its rules run while building, and could write into that folder: it is begun anew
