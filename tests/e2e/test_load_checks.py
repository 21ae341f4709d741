"""A delivery is loaded once before it is called ok, and its contract asks what is really given to each import."""

import json
import shutil
from xml.etree import ElementTree as Xml

import pytest

from tests.support.project import CommandResult, ProjectFixture

pytestmark = [pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on PATH")]

ADD = '(func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))'

LIBRARY = f'(module (memory (export "memory") 1) {ADD})'

TRAPS_AT_ONCE = f"(module (func $boom unreachable) (start $boom) {ADD})"

TRAPS_INITIALIZING = f'(module (memory (export "memory") 1) (func (export "_initialize") unreachable) {ADD})'

ASKS_FOR_A_FUNCTION = f'(module (import "env" "tick" (func)) {ADD})'

ASKS_TO_RUN = '(module (import "env" "tick" (func)) (memory (export "memory") 1) (func (export "_start")))'

PROGRAM = """(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.const 3))))
"""
"""Ends with an exit code of its own as soon as it is run: nothing that only loads it sees that."""

PRINTS = f"""(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1) {ADD})
"""

NOT_OF_WASI = f"""(module
  (import "wasi_snapshot_preview1" "fd_frobnicate" (func (param i32) (result i32)))
  (memory (export "memory") 1) {ADD})
"""

OTHERWISE = f"""(module
  (import "wasi_snapshot_preview1" "fd_seek" (func (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1) {ADD})
"""

NOTHING = '(module (memory (export "memory") 1) (func $hidden))'

TEST = '[[components.sum.smoke]]\ncall = "add"\nargs = [2, 3]\nreturns = 5\n'


FORGE = 'format = 1\n[components.sum]\npath = "sum"\nlanguage = "wat"\n'


def write_project(project: ProjectFixture, wat: str, *targets: str, exports: str = '"add"', more: str = "") -> None:
    said = ", ".join(f'"{t}"' for t in targets)
    named = f"exports = [{exports}]\n" if exports else ""
    project.write(
        {
            "forge.toml": f"{FORGE}targets = [{said}]\n{named}{more}",
            "sum/sum.wat": wat,
        }
    )


def loads(ended: CommandResult) -> dict[str, tuple[str, str]]:
    """By target: the runtime that loaded it, or was to, and what came of it."""
    (report,) = [e["report"] for e in ended.events() if e["event"] == "Finished"]
    return {it["target"]: (it["runtime"], it["status"]) for it in report["loads"]}


def found(ended: CommandResult) -> list[tuple[str, str]]:
    return [(e["finding"]["rule"], e["finding"]["item"]) for e in ended.events() if e["event"] == "RuleViolated"]


def test_it_is_loaded_where_no_test_is_written(project: ProjectFixture) -> None:
    write_project(project, LIBRARY, "web", "node", "wasi")
    ended = project.build()
    assert loads(ended) == {"web": ("node", "passed"), "node": ("node", "passed"), "wasi": ("wasmtime", "passed")}
    assert "3 load in" in project.run("smoke").output
    known = json.loads((project.root / "dist/manifest.json").read_text())["artifacts"]
    assert known["web/sum"]["loads"] == [{"test": "loads", "runtime": "node", "status": "passed", "reason": ""}]
    assert known["web/sum"]["smoke"] == []


def test_it_is_remembered_by_its_bytes(project: ProjectFixture) -> None:
    write_project(project, LIBRARY, "web")
    project.build()
    (project.root / "dist/manifest.json").touch()  # the build is not answered before it begins
    (again,) = [e["outcome"] for e in project.build().events() if e["event"] == "Loaded"]
    assert again["cached"]
    write_project(project, LIBRARY.replace("i32.add", "i32.sub"), "web")
    (other,) = [e["outcome"] for e in project.build().events() if e["event"] == "Loaded"]
    assert not other["cached"]


def test_a_test_that_passed_has_loaded_it(project: ProjectFixture) -> None:
    write_project(project, LIBRARY, "web", more=TEST)
    ended = project.build()
    assert loads(ended) == {"web": ("node", "passed")}
    assert [e for e in ended.events() if e["event"] == "Loaded"] == []


def test_a_test_that_failed_leaves_open_whether_it_loads(project: ProjectFixture) -> None:
    write_project(project, LIBRARY, "web", more=TEST.replace("5", "6"))
    ended = project.run("build", "-o", "json")
    assert ended.exit == 1
    assert loads(ended) == {"web": ("node", "passed")}


@pytest.mark.parametrize(
    ("wat", "target", "said"),
    [
        (TRAPS_AT_ONCE, "web", "loads in node: trap: unreachable"),
        (TRAPS_INITIALIZING, "web", "loads in node: trap: unreachable"),
        (TRAPS_INITIALIZING, "wasi", "loads in wasmtime: trap: unreachable"),
    ],
)
def test_what_does_not_load_is_not_ok(project: ProjectFixture, wat: str, target: str, said: str) -> None:
    write_project(project, wat, target)
    ended = project.run("build")
    assert ended.exit == 1
    assert said in ended.output
    assert "1 does not load" in ended.output
    known = json.loads((project.root / "dist/manifest.json").read_text())
    assert [it["status"] for it in known["withheld"][f"{target}/sum"]["loads"]] == ["failed"]
    assert known["artifacts"] == {}, "it is not delivered"
    assert project.run("build", "--no-smoke").exit == 0, "nothing was to be loaded"
    assert project.run("smoke", "--junit", "out.xml").exit == 1
    suite = Xml.parse(project.root / "out.xml").getroot().find("testsuite")  # noqa: S314 - our own file
    assert suite is not None
    assert (suite.get("name"), suite.get("failures")) == (f"sum@{target} loads", "1")


def test_in_a_junit_file_it_is_no_test(project: ProjectFixture) -> None:
    write_project(project, LIBRARY, "web", more=TEST)
    project.build()
    assert project.run("smoke", "--junit", "out.xml").exit == 0
    suites = Xml.parse(project.root / "out.xml").getroot().findall("testsuite")  # noqa: S314 - our own file
    assert [(s.get("name"), s.get("tests")) for s in suites] == [("sum@web loads", "1"), ("sum@web", "2")]


def test_a_program_is_loaded_and_not_run(project: ProjectFixture) -> None:
    write_project(project, PROGRAM, "node", "wasi", exports="")
    assert loads(project.build()) == {"node": ("node", "passed"), "wasi": ("wasmtime", "passed")}


def test_what_the_caller_gives_is_said_and_not_loaded(project: ProjectFixture) -> None:
    write_project(project, ASKS_FOR_A_FUNCTION, "web", "node")
    ended = project.run("build")
    assert ended.exit == 0
    said = "Not loaded sum@web, sum@node  whoever calls instantiate() gives it env.tick"
    assert said in " ".join(ended.output.split("\n")).replace("  ", " ").replace("node whoever", "node  whoever")
    assert "2 not loaded" in ended.output


def test_nobody_gives_anything_to_a_program(project: ProjectFixture) -> None:
    write_project(project, ASKS_TO_RUN, "node", exports="")
    ended = project.run("build", "-o", "json")
    assert ended.exit == 1
    assert found(ended) == [("imports", "env")]
    (finding,) = [e["finding"] for e in ended.events() if e["event"] == "RuleViolated"]
    assert "imports env.tick" in finding["what"]
    assert 'host-imports = ["env.tick"]' in finding["hint"]


def test_what_the_embedder_gives_is_waived_and_not_loaded(project: ProjectFixture) -> None:
    more = 'waive = [{ rule = "imports", item = "env.tick", because = "the device has it" }]\n'
    write_project(project, ASKS_TO_RUN, "wasi", exports="", more=more)
    ended = project.run("build")
    assert ended.exit == 0
    assert "whoever runs it gives it env.tick" in ended.output


@pytest.mark.parametrize("wat", [NOT_OF_WASI, OTHERWISE])
def test_what_is_none_of_wasis_functions_is_not_given(project: ProjectFixture, wat: str) -> None:
    write_project(project, wat, "wasi", "node")
    ended = project.run("build", "-o", "json")
    assert found(ended) == [("imports", "wasi_snapshot_preview1")] * 2


def test_a_library_that_exports_nothing(project: ProjectFixture) -> None:
    write_project(project, NOTHING, "web", "wasi", exports="", more='kind = "reactor"\n')
    ended = project.run("build", "-o", "json")
    assert ended.exit == 1
    assert found(ended) == [("entry", "exports")] * 2


def test_a_file_is_checked_with_the_delivery_that_it_lies_in(project: ProjectFixture) -> None:
    write_project(project, PRINTS, "web")
    project.build()
    by_file = project.run("check", "dist/web/sum/sum.wasm", "--target", "web", "-o", "json")
    by_name = project.run("check", "sum@web", "-o", "json")
    assert (by_file.exit, found(by_file)) == (by_name.exit, found(by_name)) == (0, [])
    limited = 'limits = { size = "10 B" }\n'
    write_project(project, PRINTS, "web", more=limited)
    by_file = project.run("check", "dist/web/sum/sum.wasm", "--target", "web", "-o", "json")
    by_name = project.run("check", "sum@web", "-o", "json")
    assert (by_file.exit, found(by_file)) == (by_name.exit, found(by_name)) == (1, [("limits", "size")])


def test_where_no_runtime_is_that_is_said(project: ProjectFixture) -> None:
    write_project(project, LIBRARY, "web")
    project.write({"toolchains/node.toml": NO_NODE})
    ended = project.run("build")
    if "trust" in ended.output:  # a project's own toolchain has to be trusted first
        ended = project.run("build", "--trust-project")
    assert ended.exit == 0, ended.output
    assert "node is not available" in ended.output
    assert "1 not loaded" in ended.output


NO_NODE = """format = 1
name = "node"
[[origins]]
kind = "path"
program = "no-such-node"
fix = "install it"
tools = { node = ["{program}"], npm = ["{program}"] }
"""
