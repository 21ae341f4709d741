"""One module per contract rule, each broken in that rule alone: it is found in that rule and in no other."""

from typing import NamedTuple, get_args

import pytest

from tests.support.project import ProjectFixture
from wasmforge.model.finding import Rule

MEMORY, F = '(memory (export "memory") 1)', '(func (export "f"))'

OK = MEMORY + F

NOISE = "".join(f"\\{(i * i * 7 + i // 3) % 251:02x}" for i in range(4000))
"""Bytes that compress badly."""


class Broken(NamedTuple):
    """A module (`wat`, without its parentheses), what else its component says, and the one thing that is wrong."""

    rule: str
    item: str
    wat: str
    more: str = ""
    target: str = "wasi"


BROKEN = {
    "a feature the target has not": Broken("features", "threads", f'(memory (export "memory") 1 1 shared) {F}'),
    "a feature of an older form": Broken("features", "legacy-exceptions", f"{OK} (func try catch_all end)"),
    "a feature its engine is too old for": Broken(
        "features", "extended-const", f"{OK} (global i32 (i32.add (i32.const 1) (i32.const 2)))", target="lambda-edge"
    ),
    "an import from a module nobody has": Broken("imports", "clock", f'(import "clock" "now" (func)) {OK}'),
    "an import that the glue does not bring": Broken(
        "imports",
        "wasi_snapshot_preview1",
        f'(import "wasi_snapshot_preview1" "path_open" (func)) {OK}',
        target="cloudflare",
    ),
    "one name of a module of which others are there": Broken(
        "imports", "env", f'(import "env" "log" (func)) {OK}', target="wamr"
    ),
    "a missing export": Broken("exports", "f", f'{MEMORY} (func (export "g"))'),
    "nothing is exported": Broken("entry", "exports", "(memory 1) (func)", 'kind = "reactor"'),
    "a missing memory": Broken("exports", "memory", '(memory 1) (func (export "_start"))', 'kind = "command"'),
    "an export of the wrong kind": Broken(
        "exports", "memory", '(memory 1) (func (export "memory")) (func (export "_start"))', 'kind = "command"'
    ),
    "a forbidden export": Broken("exports", "malloc", f'{OK} (func (export "malloc"))', target="strict"),
    "a start function": Broken("start", "1", f"{OK} (func $s) (start $s)"),
    "a memory that begins too large": Broken(
        "memory", "initial", f'(memory (export "memory") 3) {F}', 'limits = { memory = "128 KiB" }'
    ),
    "a memory that may grow too large": Broken(
        "memory", "maximum", f'(memory (export "memory") 1 3) {F}', 'limits = { max-memory = "128 KiB" }'
    ),
    "a memory without an end": Broken("memory", "maximum", OK, 'limits = { max-memory = "128 KiB" }'),
    "more memory than the host has": Broken(
        "memory", "initial", f'(memory (export "memory") 2049) {F}', target="strict"
    ),
    "too large": Broken("limits", "size", f'{OK} (data (i32.const 0) "{"x" * 2000}")', 'limits = { size = "1 KiB" }'),
    "too large with gzip": Broken(
        "limits", "gzip", f'{OK} (data (i32.const 0) "{NOISE}")', 'limits = { gzip = "100 B" }'
    ),
    "too large with brotli": Broken(
        "limits", "brotli", f'{OK} (data (i32.const 0) "{NOISE}")', 'limits = { brotli = "100 B" }'
    ),
    "names": Broken("debug", "name", f"{OK} (func $secret)", "options = { keep-names = true }"),
    "debug information": Broken(
        "debug", "dwarf", f'{OK} (@custom ".debug_info" "secret")', "options = { keep-names = true }"
    ),
    "where its source is": Broken(
        "debug", "sourceMappingURL", f'{OK} (@custom "sourceMappingURL" "/home/me")', "options = { keep-names = true }"
    ),
    "no WebAssembly": Broken("valid", "module", f"{OK} (func (result i32))"),
    "native code of another version": Broken("aot", "app.cwasm", OK, "options = { aot = true }", target="strict"),
    "a component": Broken("kind", "component", ""),
}

STRICT = """
format = 1
name = "strict"
like = "wasi"
passes = ["strip", "wasmtime-aot"]
delivers = ["module"]
may-deliver = ["aot"]
aot = ["wasmtime 7"]
runtimes = []
recipes = { wat = "wat" }
features = { permitted = ["mutable-global"] }
exports = { forbidden = ["malloc"] }
limits = { memory = "128 MiB" }
"""

FORGE = """
format = 1
[components.app]
path = "app"
language = "wat"
targets = ["{target}"]
{exports}
{more}
"""


def write_project(project: ProjectFixture, case: Broken, more: str = "") -> None:
    """A component of one module, and a target of the project's own."""
    exports = "" if "kind" in case.more else 'exports = ["f"]'
    text = f"(module {case.wat})" if case.wat else "(component)"
    forge = FORGE.format(target=case.target, exports=exports, more=f"{case.more}\n{more}")
    project.write({"forge.toml": forge, "app/app.wat": text, "targets/strict.toml": STRICT})


def test_every_rule_has_a_module_that_breaks_it() -> None:
    assert {case.rule for case in BROKEN.values()} == set(get_args(Rule))


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_rule_is_found_alone(project: ProjectFixture, name: str) -> None:
    case = BROKEN[name]
    write_project(project, case)
    ended = project.run("build", "-o", "json")
    assert ended.exit == 1, ended.output
    found = [(e["finding"]["rule"], e["finding"]["item"]) for e in ended.events() if e["event"] == "RuleViolated"]
    assert found == [(case.rule, case.item)]
    assert not [e for e in ended.events() if e["event"] in {"ActionFailed", "ContractHolds"}]


ONE_EACH = {case.rule: name for name, case in BROKEN.items() if case.rule not in {"valid", "kind"}}


@pytest.mark.parametrize("rule", ONE_EACH)
def test_what_is_waived_is_shown_with_its_reason_and_no_failure(project: ProjectFixture, rule: str) -> None:
    write_project(project, BROKEN[ONE_EACH[rule]], f'waive = [{{ rule = "{rule}", because = "agreed with the host" }}]')
    ended = project.run("build")
    assert ended.exit == 0, ended.output
    assert "agreed with the host" in ended.output
    again = project.run("check")
    assert again.exit == 0
    assert "agreed with the host" in again.output


def test_a_waiver_of_no_rule_is_refused(project: ProjectFixture) -> None:
    write_project(project, BROKEN["no WebAssembly"], 'waive = [{ rule = "improts", because = "x" }]')
    ended = project.run("build")
    assert ended.exit == 2
    assert "unknown rule 'improts'" in ended.output
    assert "did you mean 'imports'?" in ended.output
