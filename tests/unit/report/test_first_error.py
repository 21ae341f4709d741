"""The line of an output that tells what is wrong."""

import pytest

from wasmforge.report.first_error import first_error, without_place

CMAKE = """-- Checking for strerror
-- Looking for strerror: found
CMake Error at CMakeLists.txt:150 (add_library):
  Cannot find source file:

    win32/zlib1.rc

  Tried extensions .c .C .c++ .cc

-- Configuring incomplete, errors occurred!
"""

FIND = """CMake Error at CMakeLists.txt:3 (find_package):
  By not providing "FindFoo.cmake" in CMAKE_MODULE_PATH this project has
  asked CMake to find a package configuration file, but CMake did not find
  one.

  Could not find a package
"""

WHY = (
    'By not providing "FindFoo.cmake" in CMAKE_MODULE_PATH this project has asked CMake to find a package '
    "configuration file, but CMake did not find one."
)

HEADER = """In file included from src/a.c:1:
In file included from /opt/zig/wait.h:26:
/opt/zig/signal.h:2:2: error: "wasm lacks signal support"
src/a.c:9:1: error: unknown type name
"""

MAKE = """cc -Werror -c a.c
make: *** [Makefile:3: a.o] Error 1
"""


@pytest.mark.parametrize(
    ("output", "error"),
    [
        ("a\n  \x1b[31merror:\x1b[0m b\nerror: c", "error: b"),
        ("nothing of the kind", ""),
        (CMAKE, "CMake Error at CMakeLists.txt:150 (add_library): Cannot find source file: win32/zlib1.rc"),
        (
            FIND,
            f"CMake Error at CMakeLists.txt:3 (find_package): {WHY}",
        ),
        (HEADER, 'src/a.c:1: error: "wasm lacks signal support"'),
        ("warning: no error: here\nld: error: undefined symbol: f\n", "ld: error: undefined symbol: f"),
        ("error[E0425]: cannot find value\nerror: could not compile\n", "error[E0425]: cannot find value"),
        ("\nERROR TS2304: Cannot find name 'x'.\n", "ERROR TS2304: Cannot find name 'x'."),
        (f"checking for strerror... yes\n{MAKE}", "make: *** [Makefile:3: a.o] Error 1"),
        (f"{MAKE}configure: error: no acceptable C compiler\n", "configure: error: no acceptable C compiler"),
        ("make: *** No rule to make target 'x'.  Stop.\nError 2", "make: *** No rule to make target 'x'.  Stop."),
        ("error: why:\n", "error: why:"),
        (f"error: {'x' * 400}", f"error: {'x' * 292}…"),
    ],
)
def test_the_first_error_with_its_reason(output: str, error: str) -> None:
    assert first_error(output) == error


def test_equal_mistakes_are_equal_without_their_place() -> None:
    assert without_place("src/a.c:1:10: fatal error: 'x.h' file not found") == "fatal error: 'x.h' file not found"
    assert without_place("wasm-ld: error: a.o: undefined symbol: f") == "wasm-ld: error: a.o: undefined symbol: f"
