"""Smoke tests in a page of headless Chromium: what modules do wrong fails alone, and the next test finds a browser."""

from pathlib import Path

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import ProjectFixture

pytestmark = pytest.mark.toolchains

MODULE = """
(module
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 0))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "count") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (global.get $calls))
  (func $deep (export "deep") (param i32) (result i32) (i32.add (i32.const 1) (call $deep (local.get 0))))
  (func (export "grow") (result i32) (memory.grow (i32.const 512)))
  (func (export "endless") (loop (br 0)))
  (func (export "trap") unreachable))
"""

FORGE = """
format = 1
[components.odd]
path = "odd"
language = "wat"
targets = ["web"]
exports = ["add", "count", "deep", "grow", "endless", "trap"]
"""

# Each test, and why it fails; its instance is its own.
TESTS = {
    'call = "add"\nargs = [2, 3]\nreturns = 5': "",
    'call = "count"\nreturns = 1': "",
    'call = "count"\nname = "again"\nreturns = 1': "",
    'call = "add"\nargs = [2, 2]\nreturns = 5': "returned 4, expected 5",
    'call = "trap"': "trap: unreachable at trap",
    'call = "deep"\nargs = [1]': "trap: call stack exhausted at deep",
    'call = "endless"\ntimeout = 1.5': "did not end within 1.5 s",
    'call = "grow"\nmemory = "16 MiB"\nreturns = -1': "",
    'call = "add"\nname = "after all"\nargs = [1, 1]\nreturns = 2': "",
}


def test_what_a_page_survives(project: ProjectFixture) -> None:
    tests = "".join(f"[[components.odd.smoke]]\n{test}\n" for test in TESTS)
    project.write({"forge.toml": FORGE + tests, "odd/odd.wat": MODULE})
    needs(project, "chromium", origin="path")
    project.build("--no-smoke")
    ended = project.run("smoke", "--runtime", "chromium", "-o", "json")
    assert ended.exit == 1, ended.output
    outcomes = [e["outcome"] for e in ended.events() if e["event"] == "SmokeFinished"]
    assert {o["runtime"] for o in outcomes} == {"chromium"}
    reasons = [o["reason"].partition("; the page: ") for o in outcomes]
    assert sorted(why for why, _, _ in reasons) == sorted(TESTS.values()), ended.output
    pictures = {why: Path(picture) for why, _, picture in reasons if picture}
    assert pictures.keys() == {why for why in TESTS.values() if why and "did not end" not in why}
    assert all(p.read_bytes().startswith(b"\x89PNG") for p in pictures.values())


def test_errors_on_the_console_are_failures(project: ProjectFixture) -> None:
    project.write(
        {"forge.toml": FORGE + '[[components.odd.smoke]]\ncall = "add"\nargs = [1, 1]\n', "odd/odd.wat": MODULE}
    )
    needs(project, "chromium", origin="path")
    project.build("--no-smoke")
    script = project.root / "dist" / "web" / "odd" / "odd.js"
    script.write_text('console.error("something", 42);\n' + script.read_text())
    ended = project.run("smoke", "--runtime", "chromium")
    assert ended.exit == 1
    assert "the page's console has an error: something 42" in " ".join(ended.output.split())


def test_a_runtime_that_is_asked_for_and_is_none(project: ProjectFixture) -> None:
    project.write({"forge.toml": FORGE, "odd/odd.wat": MODULE})
    project.build()
    ended = project.run("smoke", "--runtime", "chromum")
    assert (ended.exit, "did you mean 'chromium'?" in ended.output) == (2, True), ended.output
    ended = project.run("smoke", "--runtime", "iwasm")
    assert (ended.exit, "no selected component runs in iwasm" in ended.output) == (2, True), ended.output
