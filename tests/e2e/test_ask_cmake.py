"""What CMake itself says of a project, asked in the sandbox."""

from pathlib import Path

import pytest

from wasmforge.app.ask_cmake import CMakeAsker, switched_off
from wasmforge.model.discovery import BuildProject

CMAKE = """cmake_minimum_required(VERSION 3.13)
project(answers C)
option(ANSWERS_BUILD_TESTS "" ON)
include(CheckIncludeFile)
check_include_file(unistd.h HAVE_UNISTD_H)
configure_file(config.h.in config.h)
foreach(part one two)
  list(APPEND units src/${part}.c)
endforeach()
add_library(answers ${units})
target_include_directories(answers PRIVATE api ${CMAKE_CURRENT_BINARY_DIR})
target_compile_definitions(answers PRIVATE LIMIT=42)
file(WRITE ${CMAKE_CURRENT_SOURCE_DIR}/written.txt x)
if(ANSWERS_BUILD_TESTS)
  add_executable(check src/check.c)
endif()
"""


def _write(top: Path, cmake: str) -> BuildProject:
    files = {
        "CMakeLists.txt": cmake,
        "config.h.in": "#cmakedefine HAVE_UNISTD_H\n",
        "api/answers.h": "int one(void);\n",
        "src/one.c": '#include "config.h"\nint one(void) { return LIMIT; }\n',
        "src/two.c": "int two(void) { return 2; }\n",
        "src/check.c": "int main(void) { return 0; }\n",
    }
    for path, text in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)
    return BuildProject(root="", file="CMakeLists.txt", system="CMake")


@pytest.mark.toolchains
def test_targets_definitions_and_written_headers_are_those_of_cmake(tmp_path: Path) -> None:
    answer = CMakeAsker(tmp_path, lambda _: None)(_write(tmp_path, CMAKE))
    assert answer.ran, answer.notes
    assert answer.name == "answers"
    (library,) = answer.targets
    assert (library.name, library.kind, library.sources) == ("answers", "library", ("src/one.c", "src/two.c"))
    assert library.defines == ("LIMIT=42",)
    assert library.includes == ("api", "forge")
    assert "#define HAVE_UNISTD_H" in answer.generated["forge/config.h"]
    assert not (tmp_path / "written.txt").exists(), "the project itself was written to"


@pytest.mark.toolchains
def test_a_project_that_cmake_refuses_is_left_as_it_was_with_the_reason(tmp_path: Path) -> None:
    project = _write(tmp_path, CMAKE + 'message(FATAL_ERROR "needs a screen")\n')
    answer = CMakeAsker(tmp_path, lambda _: None)(project)
    assert not answer.ran
    assert answer.targets == ()
    (note,) = answer.notes
    assert note.startswith("CMake was not asked: ")
    assert "needs a screen" in note


def test_other_builds_are_not_asked(tmp_path: Path) -> None:
    project = BuildProject(root="", file="Makefile", system="make")
    assert CMakeAsker(tmp_path, lambda _: None)(project) is project


def test_options_for_tests_and_programs_are_switched_off() -> None:
    text = "option(A_BUILD_TESTS x ON)\noption(A_TOOLS x ON)\noption(A_NO_EXAMPLES x ON)\noption(A_FAST x ON)\n"
    assert switched_off(text) == ("-DA_BUILD_TESTS=OFF",)
    assert switched_off(text, programs=True) == ("-DA_TOOLS=OFF",)
