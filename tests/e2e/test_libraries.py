"""Libraries between components of C, built by real compilers: headers, archives, features, edits."""

import re

import pytest

from tests.support.project import ProjectFixture

FORGE = """
format = 1
[build]
targets = ["wasi"]

[components.app]
path = "app"
language = "c"
needs = ["core", "text"]
exports = ["run", "core_value"]
features = ["simd"]
{recipe}
[[components.app.smoke]]
call = "run"
args = [3]
returns = 1053

[components.tool]
path = "tool"
language = "c"
needs = ["text"]
{recipe}
[[components.tool.smoke]]
stdout = "1007"

[components.core]
kind = "library"
path = "libs/core"
language = "c"
needs = ["base"]
public-defines = ["CORE_BIAS=10"]

[components.text]
kind = "library"
path = "libs/text"
language = "c"
needs = ["base"]

[components.base]
kind = "library"
path = "libs/base"
language = "c"
options = {{ defines = ["BASE_PRIVATE=1000"] }}
"""

SOURCES: dict[str, str | bytes] = {
    "app/app.c": """
#include <core.h>
#include <text.h>
#ifdef BASE_PRIVATE
#error a private definition
#endif
int run(int a) { return core_value(a) + text_value() + CORE_BIAS; }
""",
    "tool/main.c": """
#include <stdio.h>
#include "text.h"
int main(void) { printf("%d", text_value()); }
""",
    "libs/core/include/core.h": '#include "deep/types.h"\ncore_int core_value(core_int);\n',
    "libs/core/include/deep/types.h": "typedef int core_int;\n",
    "libs/core/include/deep/unused.h": "typedef int unused;\n",
    "libs/core/src/x/util.c": """
#include <core.h>
#include <base.h>
core_int core_value(core_int a) { return a * CORE_BIAS + 6 + base() - base() + core_other() - 1; }
""",
    "libs/core/src/y/util.c": "int core_other(void) { return 1; }\n",
    "libs/text/text.h": "int text_value(void);\n",
    "libs/text/text.c": '#include "text.h"\n#include "base.h"\nint text_value(void) { return base() + 7; }\n',
    "libs/base/base.h": "int base(void);\n",
    "libs/base/base.c": "int base(void) { return BASE_PRIVATE; }\n",
}
SOURCES["libs/core/src/x/util.c"] = "int core_other(void);\n" + str(SOURCES["libs/core/src/x/util.c"])


def test_libraries_with_zig(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE.format(recipe=""), **SOURCES})
    ran = project.build().executed()
    assert sorted(label for label in ran if label.endswith("compile-c[base.c]")) == [
        "base@wasi/release/zig+simd:compile-c[base.c]",
        "base@wasi/release/zig:compile-c[base.c]",
    ]
    assert sorted(path for path in project.dist() if path.endswith(".wasm")) == [
        "wasi/app/app.wasm",
        "wasi/tool/tool.wasm",
    ]
    project.write({"libs/core/include/deep/unused.h": "typedef long unused;\n"})
    assert project.build().executed() == []  # nobody reads it
    project.write({"libs/core/include/deep/types.h": "typedef unsigned core_int;\n"})
    ran = project.build().executed()
    assert [label for label in ran if label.endswith("compile-c[app.c]")]
    assert not [label for label in ran if label.startswith(("tool", "text", "base"))]
    refused = project.run("build", "core")
    assert (refused.exit, "build app" in refused.output) == (2, True)
    assert "core  c library for wasi" in project.run("graph").output
    assert "libcore.a" not in project.run("explain", "core@wasi").output
    project.write({"libs/base/base.c": "int base(void) { return BASE_PRIVAT; }\n"})
    failed = project.run("build")
    assert failed.exit == 1
    # Two variants compile it, side by side: the first that fails ends the build.
    assert re.search(r"Failed base@wasi/release/zig(\+simd)?:compile-c\[base\.c\]", failed.output)
    assert "base.c:1:" in failed.output


@pytest.mark.toolchains
@pytest.mark.parametrize(("recipe", "target"), [("wasi-sdk", "wasi"), ("emscripten", "node")])
def test_libraries_with_other_toolchains(project: ProjectFixture, recipe: str, target: str) -> None:
    forge = FORGE.format(recipe=f'recipe = "{recipe}"').replace('targets = ["wasi"]', f'targets = ["{target}"]')
    project.write({"forge.toml": forge, **SOURCES})
    report = project.build().events()[-1]["report"]
    assert {o["status"] for o in report["outcomes"]} == {"passed"}


PROJECTS = """
format = 1
[components.app]
path = "app"
language = "c"
recipe = "wasi-sdk"
targets = ["wasi", "node"]
needs = ["shapes", "made"]
exports = ["run", "area"]
[components.app.on.node]
recipe = "emscripten"
[[components.app.smoke]]
call = "run"
args = [3]
returns = 147

[components.shapes]
kind = "library"
path = "shapes"
language = "c"
needs = ["base", "plain"]
recipe = "cmake-wasi-sdk"
options = { libraries = ["lib/libshapes.a"] }
on.node = { recipe = "cmake-emscripten" }

[components.made]
kind = "library"
path = "made"
language = "c"
needs = ["base"]
recipe = "make-wasi-sdk"
options = { libraries = ["lib/libmade.a"] }
on.node = { recipe = "make-emscripten" }

[components.base]
kind = "library"
path = "base"
language = "c"
recipe = "cmake-wasi-sdk"
options = { libraries = ["lib/libbase.a"] }
on.node = { recipe = "cmake-emscripten" }

[components.plain]
kind = "library"
path = "plain"
language = "c"
"""

PROJECT_SOURCES: dict[str, str | bytes] = {
    "app/app.c": "#include <made.h>\n#include <shapes.h>\nint run(int a) { return area(a, 4) + made(); }\n",
    "base/CMakeLists.txt": """
cmake_minimum_required(VERSION 3.20)
project(base C)
add_library(base STATIC base.c)
install(TARGETS base EXPORT base-config)
install(FILES base.h DESTINATION include/base)
install(EXPORT base-config DESTINATION lib/cmake/base)
target_include_directories(base INTERFACE $<INSTALL_INTERFACE:include>)
""",
    "base/base.c": "int base(void) { return 5; }\n",
    "base/base.h": "int base(void);\n",
    "plain/include/plain.h": "int plain(void);\n",
    "plain/plain.c": "int plain(void) { return 100; }\n",
    "shapes/CMakeLists.txt": """
cmake_minimum_required(VERSION 3.20)
project(shapes C)
find_package(base CONFIG REQUIRED)
find_library(PLAIN plain REQUIRED)
find_path(PLAIN_INCLUDE plain.h REQUIRED)
add_library(shapes STATIC shapes.c)
target_include_directories(shapes PRIVATE "${PLAIN_INCLUDE}")
target_link_libraries(shapes base "${PLAIN}")
install(TARGETS shapes)
install(FILES shapes.h DESTINATION include)
""",
    "shapes/shapes.c": """
#include <base/base.h>
#include <plain.h>
int area(int a, int b) { return a * b + base() + plain(); }
""",
    "shapes/shapes.h": "int area(int a, int b);\n",
    "made/Makefile": """
CFLAGS = -O2
libmade.a: made.o
\t$(AR) rc $@ $^
install:
\tmkdir -p $(prefix)/lib $(prefix)/include
\tcp libmade.a $(prefix)/lib
\tcp made.h $(prefix)/include
""",
    "made/made.c": "#include <base/base.h>\nint made(void) { return base() * 6; }\n",
    "made/made.h": "int made(void);\n",
}


@pytest.mark.toolchains
def test_projects_with_builds_of_their_own_are_libraries_and_find_libraries(project: ProjectFixture) -> None:
    project.write({"forge.toml": PROJECTS, **PROJECT_SOURCES})
    report = project.build().events()[-1]["report"]
    assert {(o["target"], o["status"]) for o in report["outcomes"]} == {("wasi", "passed"), ("node", "passed")}
