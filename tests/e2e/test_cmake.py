"""Projects that bring their own CMakeLists.txt, Makefile or configure script, over both SDKs."""

import shutil

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import ProjectFixture
from tests.support.published import tar_gz

pytestmark = pytest.mark.toolchains

ORIGINS = pytest.mark.parametrize("origin", ["path", "container"])

LIBRARY = {
    "lib/include/gauge.h": "int gauge(int);\n",
    "lib/src/gauge.c": '#include <gauge.h>\n#include "made.h"\nint gauge(int x) { return x * FACTOR; }\n',
    "lib/src/unused.c": "int unused(void) { return 1; }\n",
    "lib/src/made.h.in": "#define FACTOR @FACTOR@\n",
    # Something of the component's own, over what the project installs.
    "lib/forge/shim.c": "#include <gauge.h>\nint twice(int x) { return gauge(gauge(x)); }\n",
}

CMAKE = """
cmake_minimum_required(VERSION 3.5)
project(gauge C)
if(NOT EMSCRIPTEN AND NOT WASI)
    message(FATAL_ERROR "for which system is this?")
endif()
set(FACTOR 7 CACHE STRING "")
include(CheckFunctionExists)
check_function_exists(strlen HAVE_STRLEN)
check_function_exists(no_such_function HAVE_NOTHING)
if(NOT HAVE_STRLEN OR HAVE_NOTHING)
    message(FATAL_ERROR "checks that link do not tell the truth")
endif()
configure_file(src/made.h.in made.h)
add_library(gauge src/gauge.c src/unused.c)
target_include_directories(gauge PUBLIC include PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
install(TARGETS gauge DESTINATION lib)
install(FILES include/gauge.h DESTINATION include)
"""

CONFIGURE = """
for word; do case $word in --prefix=*) prefix=${word#*=};; --factor=*) factor=${word#*=};; esac; done
sed "s/@FACTOR@/$factor/" src/made.h.in > src/made.h
sed "s|@PREFIX@|$prefix|g" Makefile.in > Makefile
$CC $CFLAGS -c src/unused.c -o conftest.o || { echo "the compiler does not work"; exit 1; }
"""

MAKEFILE = """
CC = gcc
AR = ar
libgauge.a: src/gauge.o src/unused.o
\t$(AR) rc $@ $^
%.o: %.c src/made.h
\t$(CC) $(CFLAGS) -Iinclude -c $< -o $@
install: libgauge.a
\tmkdir -p @PREFIX@/lib @PREFIX@/include
\tcp libgauge.a @PREFIX@/lib
\tcp include/gauge.h @PREFIX@/include
"""

FORGE = """
format = 1
[components.gauge]
path = "lib"
language = "c"
recipe = "RECIPE"
targets = ["wasi"]
exports = ["gauge", "twice"]
options = { configure = ["FACTOR=9"], libraries = ["lib/libgauge.a"] }
[[components.gauge.smoke]]
call = "twice"
args = [2]
returns = 162
"""


def write_project(project: ProjectFixture, recipe: str, origin: str) -> None:
    """The same library with either build system."""
    cmake = recipe.startswith("cmake")
    build = {"lib/CMakeLists.txt": CMAKE} if cmake else {"lib/configure": CONFIGURE, "lib/Makefile.in": MAKEFILE}
    forge = FORGE.replace("RECIPE", recipe).replace("FACTOR=9", "-DFACTOR=9" if cmake else "--factor=9")
    project.write({"forge.toml": forge, **LIBRARY, **build})
    sdk = recipe.partition("-")[2]
    needs(project, sdk, f"{sdk}-projects", origin=origin)


RECIPES = pytest.mark.parametrize("recipe", ["cmake-wasi-sdk", "make-wasi-sdk", "cmake-emscripten", "make-emscripten"])


@ORIGINS
@RECIPES
def test_a_library_with_a_build_of_its_own(project: ProjectFixture, recipe: str, origin: str) -> None:
    write_project(project, recipe, origin)
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"]
    assert b"unused" not in project.dist()["wasi/gauge/gauge.wasm"]
    assert project.build().executed() == []
    project.write({"lib/src/made.h.in": "#define FACTOR (@FACTOR@ + 0)\n"})
    assert "gauge@wasi/release:link" not in " ".join(project.build().executed())  # the same library comes of it


@pytest.mark.parametrize("recipe", ["cmake-wasi-sdk", "make-wasi-sdk"])
def test_a_library_with_a_build_of_its_own_that_is_fetched(project: ProjectFixture, recipe: str) -> None:
    """All of it comes from an archive, but for the unit that is linked with it."""
    write_project(project, recipe, "path")
    lib = project.root / "lib"
    files = {p.relative_to(lib).as_posix(): p.read_bytes() for p in lib.rglob("*") if p.is_file()}
    shim = files.pop("forge/shim.c")
    shutil.rmtree(lib)
    forge = (project.root / "forge.toml").read_text("utf-8")
    fetch = '[components.gauge.fetch.gauge]\nurl = "//gauge.tgz"\npath = "."\n'
    project.write({"forge.toml": forge + fetch, "gauge.tgz": tar_gz({**files}), "lib/forge/shim.c": shim})
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"]


@pytest.mark.parametrize("recipe", ["cmake-emscripten", "make-emscripten"])
def test_a_library_with_a_build_of_its_own_for_the_web(project: ProjectFixture, recipe: str) -> None:
    write_project(project, recipe, "path")
    forge = (project.root / "forge.toml").read_text("utf-8")
    project.write({"forge.toml": forge.replace('targets = ["wasi"]', 'targets = ["web", "node"]')})
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 2


PROGRAM = """
cmake_minimum_required(VERSION 3.5)
project(hello C)
add_executable(hello hello.c)
install(TARGETS hello DESTINATION bin)
"""


@ORIGINS
def test_a_program(project: ProjectFixture, origin: str) -> None:
    forge = """
format = 1
[components.hello]
path = "hello"
language = "c"
recipe = "cmake-wasi-sdk"
targets = ["node", "wasi"]
options = { program = "bin/hello" }
[[components.hello.smoke]]
stdout = "hello\\n"
"""
    code = '#include <stdio.h>\nint main(void) { puts("hello"); }\n'
    project.write({"forge.toml": forge, "hello/CMakeLists.txt": PROGRAM, "hello/hello.c": code})
    needs(project, "wasi-sdk", "wasi-sdk-projects", origin=origin)
    project.build()


@pytest.mark.parametrize("recipe", ["cmake-wasi-sdk", "make-wasi-sdk"])
def test_what_a_failing_build_says_is_shown(project: ProjectFixture, recipe: str) -> None:
    write_project(project, recipe, "path")
    project.write({"lib/src/gauge.c": "int gauge(int x) { return y; }\n"})
    ended = project.run("build")
    assert ended.exit == 1
    assert "use of undeclared identifier 'y'" in ended.output
