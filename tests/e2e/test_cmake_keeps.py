"""With ccache, CMake projects compile what an edit touches, and give what they give in an empty folder, to the byte."""

import re
import shutil
from pathlib import Path

import pytest

from tests.e2e.keeping import edit, edit_of_old, every_edit
from tests.e2e.test_rust import needs
from tests.space import Space
from wasmforge import process

pytestmark = [pytest.mark.e2e, pytest.mark.toolchains]

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


def project(space: Space, recipe: str) -> None:
    """A project whose rules do not say all that its units are made of."""
    space.write({"forge.toml": FORGE.replace("RECIPE", recipe), **FILES})
    sdk = recipe.partition("-")[2]
    needs(space, sdk, f"{sdk}-projects")
    if shutil.which("ccache") is None:
        pytest.skip("no ccache on PATH")


def misses(space: Space) -> int:
    """How many units were compiled, since the folder that is kept was made."""
    (folder,) = (space.cache / "rooms").glob("*/kept")
    said = process.run(["ccache", "--dir", str(folder), "--print-stats"], cwd=folder, env={}, timeout=60).text
    (found,) = re.findall(r"(?m)^cache_miss\s+(\d+)$", said)
    return int(found)


@pytest.mark.parametrize("recipe", ["cmake-wasi-sdk", "cmake-emscripten"])
def test_every_edit_gives_what_an_empty_folder_gives(space: Space, tmp_path: Path, recipe: str) -> None:
    project(space, recipe)
    assert every_edit(space, tmp_path, EDITS, "wasi/gauge/gauge.wasm") == len(EDITS)  # one edit was taken back


@pytest.mark.parametrize("recipe", ["cmake-wasi-sdk", "cmake-emscripten"])
def test_only_what_an_edit_touches_is_compiled(space: Space, recipe: str) -> None:
    project(space, recipe)
    space.build()
    assert misses(space) == 3
    space.write({"lib/src/other.c": "int other(void) { return 3; }\n"})
    space.build()
    assert misses(space) == 4
    space.write({"lib/CMakeLists.txt": CMAKE + "# nothing to see\n"})
    space.build()
    assert misses(space) == 4
