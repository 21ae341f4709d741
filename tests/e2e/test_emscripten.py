"""Emscripten: libraries with named exports behind its factory, programs, embind, and what goes wrong."""

import pytest

from tests.e2e.test_rust import needs
from tests.integration.test_glue import NODE, script
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

ORIGINS = pytest.mark.parametrize("origin", ["path", "container"])

LIBRARY = """
format = 1
[components.poly]
path = "poly"
language = "c++"
recipe = "emscripten"
exports = ["area", "name", "twice", "malloc", "free"]
options = { std = "c++17", filesystem = "none" }
[[components.poly.smoke]]
call = "area"
args = [{ f64 = [0, 0, 4, 0, 4, 3] }, 3]
returns = 6
"""

AREA = """
#include "poly.hpp"
#include <vector>
double area(const double *xy, int points) {
    std::vector<double> x, y;
    for (int i = 0; i < points; ++i) x.push_back(xy[2 * i]), y.push_back(xy[2 * i + 1]);
    double sum = 0;
    for (int i = 0, j = points - 1; i < points; j = i++) sum += x[j] * y[i] - x[i] * y[j];
    return sum / 2;
}
"""

NAME = """
const char *said = "polygon";
extern "C" const char *name() { return said; }
extern "C" float twice(float x) { return 2 * x; }
"""


def library(project: ProjectFixture, forge: str = LIBRARY) -> None:
    """A C++ library of two units, one of which has a header."""
    header = 'extern "C" double area(const double *xy, int points);\n'
    project.write(
        {"forge.toml": forge, "poly/src/area.cpp": AREA, "poly/src/name.cpp": NAME, "poly/src/poly.hpp": header}
    )


@ORIGINS
def test_a_library_for_every_host(project: ProjectFixture, origin: str) -> None:
    library(project)
    needs(project, "emscripten", origin=origin)
    three = ("--target", "web", "--target", "node", "--target", "wasi")
    ended = project.build(*three)
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 3
    assert project.build(*three).executed() == []
    project.write({"poly/src/poly.hpp": 'extern "C" double area(const double *, int);\n'})
    ran = project.build("--target", "wasi").executed()
    assert "poly@wasi/release:compile-cxx[src/area.cpp]" in ran
    assert "poly@wasi/release:compile-cxx[src/name.cpp]" not in ran


USER = """
import create, { area, name, twice, memory, malloc, ccall, cwrap, instantiate } from "./poly.js";
const at = malloc(64);
new Float64Array(memory.buffer).set([0, 0, 2, 0, 2, 2, 0, 2], at / 8);
const other = await instantiate({ print: () => {} });
console.log(area(at, 4), ccall("name", "string"), cwrap("twice", "number", ["number"])(4), twice(1.5), typeof create);
console.log(other._twice(21), other._area !== area, name() === other._name());
"""


@ORIGINS
@pytest.mark.skipif(NODE is None, reason="node is not on PATH: the glue cannot be imported")
def test_it_is_imported_like_any_other_module(project: ProjectFixture, origin: str) -> None:
    library(project)
    needs(project, "emscripten", origin=origin)
    for profile in ("release", "dev"):
        project.build("--target", "web", "--profile", profile)
        folder = project.root / ("dist/web/poly" if profile == "release" else f"dist/{profile}/web/poly")
        assert script(folder, USER) == "4 polygon 8 3 function\n42 true true\n"
        types = (folder / "poly.d.ts").read_text("utf-8")
        assert "export const area: (p0: number, p1: number) => number;" in types
        assert "export const memory: WebAssembly.Memory;" in types
        (folder / "user.mjs").unlink()


PROGRAM = """
format = 1
[components.shout]
path = "shout"
language = "c"
recipe = "emscripten"
targets = ["node", "wasi"]
[[components.shout.smoke]]
args = ["!"]
stdin = "hello"
stdout = "HELLO!"
exit = 5
"""

SHOUT = """
#include <ctype.h>
#include <stdio.h>
int main(int argc, char **argv) {
    int count = 0;
    for (int c; (c = getchar()) != EOF; ++count) putchar(toupper(c));
    fputs(argc > 1 ? argv[1] : "", stdout);
    return count;
}
"""


@ORIGINS
def test_a_program(project: ProjectFixture, origin: str) -> None:
    project.write({"forge.toml": PROGRAM, "shout/main.c": SHOUT})
    needs(project, "emscripten", origin=origin)
    project.build()
    project.build("--profile", "size")


EMBIND = """
format = 1
[components.greet]
path = "greet"
language = "c++"
kind = "reactor"
recipe = "emscripten"
targets = ["web"]
options = { std = "c++17", embind = true, members = ["greet"] }
[[components.greet.smoke]]
call = "greet"
args = ["world"]
returns = "hello world"
"""

GREET = """
#include <emscripten/bind.h>
#include <string>
static std::string greet(const std::string &who) { return "hello " + who; }
EMSCRIPTEN_BINDINGS(greet) { emscripten::function("greet", &greet); }
"""


@ORIGINS
def test_embind_needs_no_eval(project: ProjectFixture, origin: str) -> None:
    project.write({"forge.toml": EMBIND, "greet/greet.cpp": GREET})
    needs(project, "emscripten", origin=origin)
    project.build()
    glue = project.dist()["web/greet/greet.js"]
    assert b"new Function" not in glue
    assert b"eval(" not in glue


def test_types_by_emscripten(project: ProjectFixture) -> None:
    project.write(
        {"forge.toml": EMBIND.replace("embind = true", "embind = true, emit-tsd = true"), "greet/greet.cpp": GREET}
    )
    needs(project, "emscripten", origin="container")
    project.build()
    types = project.dist()["web/greet/greet.d.ts"].decode()
    assert "greet(_0: EmbindString): string;" in types
    assert 'export const greet: MainModule["greet"];' in types


def test_an_export_that_is_not_there(project: ProjectFixture) -> None:
    library(project, LIBRARY.replace('"area", ', '"area", "volume", '))
    needs(project, "emscripten")
    ended = project.run("build", "--target", "web")
    assert ended.exit == 1
    assert 'undefined exported symbol: "_volume"' in ended.output


HOST = """
format = 1
[components.app]
path = "app"
language = "c"
recipe = "emscripten"
targets = ["web", "node"]
exports = ["ask"]
options = { js-libraries = ["js/lib.js"], pre-js = ["js/pre.js"], post-js = ["js/post.js"] }
[[components.app.smoke]]
call = "ask"
returns = 42
"""


def test_javascript_of_the_component_is_an_input_of_the_link(project: ProjectFixture) -> None:
    library = "mergeInto(LibraryManager.library, { host_answer: function() { return Module.answer; } });\n"
    project.write(
        {
            "forge.toml": HOST,
            "app/app.c": "int host_answer(void);\nint ask(void) { return host_answer() + 1; }\n",
            "app/js/lib.js": library,
            "app/js/pre.js": "Module.answer = 41;\n",
            "app/js/post.js": "Module.behind = 1;\n",
        }
    )
    needs(project, "emscripten")
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 2
    project.write({"app/js/pre.js": "Module.answer = 42;\n"})
    again = project.run("build", "-o", "json")
    assert (again.exit, "returned 43, expected 42" in again.output) == (1, True)
    assert {label.partition(":")[2].partition("[")[0] for label in again.executed()} == {"link", "glue", "package"}


def test_javascript_that_is_not_there(project: ProjectFixture) -> None:
    project.write({"forge.toml": HOST, "app/app.c": "int ask(void) { return 42; }\n", "app/js/lib.js": ""})
    ended = project.run("build")
    assert ended.exit == 2
    assert "forge.toml:9: components.app.options.pre-js.0: 'js/pre.js' matches no file in app/" in ended.output


WAITING = """
format = 1
[components.app]
path = "app"
language = "c"
recipe = "emscripten"
targets = ["web", "node"]
exports = ["slowly", "fetched", "at_once"]
options = { async-exports = ["slowly", "fetched"] }
[[components.app.smoke]]
call = "slowly"
args = [20]
returns = 41
[[components.app.smoke]]
call = "fetched"
args = [3]
returns = 6
[[components.app.smoke]]
call = "at_once"
returns = 7
"""

WAITS = """
#include <emscripten.h>
EM_ASYNC_JS(int, doubled, (int n), {
    await new Promise((wake) => setTimeout(wake, 5));
    return 2 * n;
});
int slowly(int n) { emscripten_sleep(5); return 2 * n + 1; }
int fetched(int n) { return doubled(n); }
int at_once(void) { return 7; }
"""


def test_a_function_that_waits_returns_a_promise(project: ProjectFixture) -> None:
    project.write({"forge.toml": WAITING, "app/app.c": WAITS})
    needs(project, "emscripten")
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 6
    types = project.dist()["web/app/app.d.ts"].decode()
    assert "export const slowly: (p0: number) => Promise<number>;" in types
    assert "export const at_once: () => number;" in types


def test_only_an_export_can_wait(project: ProjectFixture) -> None:
    project.write({"forge.toml": WAITING.replace('["slowly", "fetched"]', '["slow"]'), "app/app.c": WAITS})
    needs(project, "emscripten")
    ended = project.run("build", "--target", "node")
    assert ended.exit == 1
    assert "'slow' is to return a promise, but is not among the exports" in ended.output


EMBEDDED = """
format = 1
[components.app]
path = "app"
language = "c"
recipe = "emscripten"
targets = ["web", "node"]
exports = ["first"]
options = { embed-files = ["assets/**", "!assets/no.txt"] }
[[components.app.smoke]]
call = "first"
returns = 104
"""

READS = """
#include <stdio.h>
int first(void) {
    if (fopen("assets/no.txt", "r")) return -2;
    FILE *file = fopen("/assets/deep/greeting.txt", "r");
    return file ? fgetc(file) : -1;
}
"""


def test_embedded_files_are_found_and_an_edit_links_again(project: ProjectFixture) -> None:
    project.write(
        {
            "forge.toml": EMBEDDED,
            "app/app.c": READS,
            "app/assets/deep/greeting.txt": "hello",
            "app/assets/no.txt": "no",
        }
    )
    needs(project, "emscripten")
    ended = project.build()
    assert [e["outcome"]["status"] for e in ended.events() if e["event"] == "SmokeFinished"] == ["passed"] * 2
    project.write({"app/assets/deep/greeting.txt": "Hello"})
    again = project.run("build")
    assert (again.exit, "returned 72, expected 104" in again.output) == (1, True)
