"""What a change in C and C++ sources makes a build do again, with a real compiler."""

import shutil
from pathlib import Path

from tests.support.project import ProjectFixture
from wasmforge import process

SAMPLES = Path(__file__).parents[2] / "samples"

FORGE_RESIZE = """
format = 1
[build]
targets = ["wasi"]
[components.resize]
path = "resize"
language = "c++"
exports = ["resize", "malloc", "free"]
features = ["simd"]
options = { std = "c++20", cxx-library = "none" }
"""


def test_one_header_rebuilds_only_the_unit_that_includes_it(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE_RESIZE})
    shutil.copytree(SAMPLES / "resize-cpp", project.root / "resize")
    project.build()
    header = project.root / "resize" / "src" / "lanes.hpp"
    text = header.read_text()
    header.write_text(text.replace("0, 16, 1, 17", "16, 0, 17, 1"))
    why = project.run("explain", "resize@wasi").output
    assert "src/lanes.hpp" in why
    assert "resize@wasi/release:compile-cxx[src/resize.cpp]  up to date" in why
    ran = [label.partition(":")[2] for label in project.build().executed()]
    assert ran == ["compile-cxx[src/blend.cpp]", "link", "strip"]
    assert "up to date" in project.run("explain", "resize@wasi").output
    header.write_text("// words\n" + header.read_text())
    assert project.build().executed() == ["resize@wasi/release:compile-cxx[src/blend.cpp]"]  # the object is the same
    header.write_text(text)
    assert project.build().executed() == []  # as it was at first


C_FORGE = """
format = 1
[build]
targets = ["wasi", "node"]
[components.tool]
path = "tool"
language = "c"
[[components.tool.smoke]]
stdin = "x"
stdout = "XY"
"""

TOOL = """
#include <ctype.h>
#include <stdio.h>
int more(void);
int main(void) {
    for (int c; (c = getchar()) != EOF;) putchar(toupper(c));
    return putchar(more()) == EOF;
}
"""

MORE = "int more(void) { return 'Y'; }\n"


def test_a_command_runs_as_a_program_and_sources_come_and_go(project: ProjectFixture) -> None:
    project.write({"forge.toml": C_FORGE, "tool/src/main.c": TOOL, "tool/src/more.c": MORE})
    project.build()
    done = process.run(
        ["/usr/bin/env", "node", "dist/node/tool/tool.js"],
        cwd=project.root,
        stdin=b"abc",
        timeout=60,
        merge_stderr=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    if done.exit != 127:
        assert done.text == "ABCY"
    (project.root / "tool" / "src" / "more.c").unlink()
    ended = project.run("build")
    assert ended.exit == 1
    assert "undefined symbol: more" in ended.output
    project.write({"tool/src/other.c": MORE})
    ended = project.build()
    assert "tool@wasi/release:compile-c[src/other.c]" in ended.executed()
    assert "tool@wasi/release:compile-c[src/main.c]" not in ended.executed()


def test_an_undeclared_input_is_an_error_on_the_first_build(project: ProjectFixture) -> None:
    project.write(
        {
            "forge.toml": C_FORGE,
            "tool/src/main.c": '#include "../../shared/more.h"\n' + TOOL,
            "shared/more.h": MORE,
        }
    )
    ended = project.run("build", "--target", "wasi")
    assert ended.exit == 1
    assert "'../../shared/more.h' file not found" in ended.output
    assert "Traceback" not in ended.output
    assert not (project.root / "dist" / "wasi").exists()
