"""Smoke tests of C: strings with their NUL go in and come back, in every runtime."""

from tests.support.project import ProjectFixture

FORGE = """
format = 1
[components.text]
path = "text"
language = "c"
targets = ["web", "node", "wasi"]
exports = ["version", "length", "upper", "nothing", "malloc"]

[[components.text.smoke]]
call = "version"
returns = { cstring = "1.3.1-é" }

[[components.text.smoke]]
call = "length"
args = [{ cstring = "four" }]
returns = 4

[[components.text.smoke]]
call = "upper"
args = [{ cstring = "abc", becomes-cstring = "ABC" }]
returns = { cstring = "ABC" }

[[components.text.smoke]]
name = "another"
call = "version"
returns = { cstring = "1.3" }

[[components.text.smoke]]
name = "null"
call = "nothing"
returns = { cstring = "" }
"""

TEXT = """
#include <stddef.h>
#include <string.h>
const char *version(void) { return "1.3.1-\\xc3\\xa9"; }
int length(const char *text) { return (int) strlen(text); }
char *upper(char *text) { for (char *at = text; *at; ++at) *at -= 32; return text; }
const char *nothing(void) { return NULL; }
"""


def test_strings_of_c(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "text/text.c": TEXT})
    ended = project.run("build", "-o", "json")
    outcomes = [e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished"]
    assert {o["runtime"] for o in outcomes} >= {"node", "wasmtime"}
    assert {o["test"] for o in outcomes if o["status"] == "passed"} == {
        "version()",
        'length(cstring "four")',
        'upper(cstring "abc")',
    }
    reasons = {o["test"]: o["reason"] for o in outcomes if o["status"] == "failed"}
    assert reasons == {
        "another": 'returned the address of "1.3.1-é", expected "1.3"',
        "null": 'returned a null pointer, expected the address of ""',
    }
    assert not [o for o in outcomes if o["status"] == "skipped"]
    assert "Differs" not in ended.output
