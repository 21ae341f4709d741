"""One module per contract rule, each broken in that rule alone: it is found in that rule and in no other."""

import pytest

from tests.space import Space

pytestmark = pytest.mark.e2e

OK = '(memory (export "memory") 1) (func (export "f"))'

BROKEN = {
    "features": ("wasi", '(memory (export "memory") 1 1 shared) (func (export "f"))', ""),
    "imports": ("wasi", '(import "clock" "now" (func)) ' + OK, ""),
    "exports": ("wasi", '(memory (export "memory") 1) (func (export "g"))', ""),
    "start": ("wasi", OK + " (func $s) (start $s)", ""),
    "memory": ("wasi", '(memory (export "memory") 3) (func (export "f"))', 'limits = { memory = "128 KiB" }'),
    "limits": ("wasi", OK + f' (data (i32.const 0) "{"x" * 2000}")', 'limits = { size = "1 KiB" }'),
    "debug": ("wasi", OK + " (func $secret)", "options = { keep-names = true }"),
    "valid": ("wasi", OK + " (func (result i32))", ""),
}

FORGE = """
format = 1
[components.app]
path = "app"
language = "wat"
targets = ["{target}"]
exports = ["f"]
{more}
"""


@pytest.mark.parametrize("rule", BROKEN)
def test_one_broken_rule_is_found_alone(space: Space, rule: str) -> None:
    target, fields, more = BROKEN[rule]
    space.write({"forge.toml": FORGE.format(target=target, more=more), "app/app.wat": f"(module {fields})"})
    ended = space.run("build", "-o", "json")
    assert ended.exit == 1
    assert [e["finding"]["rule"] for e in ended.events() if e["event"] == "Found"] == [rule]
    assert not [e for e in ended.events() if e["event"] in {"ActionFailed", "Proved"}]


@pytest.mark.parametrize("rule", [r for r in BROKEN if r != "valid"])
def test_what_is_waived_is_shown_with_its_reason_and_no_failure(space: Space, rule: str) -> None:
    target, fields, more = BROKEN[rule]
    waive = f'{more}\nwaive = [{{ rule = "{rule}", because = "agreed with the host" }}]'
    space.write({"forge.toml": FORGE.format(target=target, more=waive), "app/app.wat": f"(module {fields})"})
    ended = space.run("build")
    assert ended.exit == 0, ended.said
    assert "agreed with the host" in ended.said
    again = space.run("check")
    assert again.exit == 0
    assert "agreed with the host" in again.said


def test_a_component_where_a_core_module_is_due(space: Space) -> None:
    space.write({"forge.toml": FORGE.format(target="wasi", more=""), "app/app.wat": "(component)"})
    ended = space.run("build", "-o", "json")
    assert ended.exit == 1
    assert [e["finding"]["rule"] for e in ended.events() if e["event"] == "Found"] == ["kind"]


def test_a_waiver_of_no_rule_is_refused(space: Space) -> None:
    more = 'waive = [{ rule = "improts", because = "x" }]'
    space.write({"forge.toml": FORGE.format(target="wasi", more=more), "app/app.wat": f"(module {OK})"})
    ended = space.run("build")
    assert ended.exit == 2
    assert "unknown rule 'improts'" in ended.said
    assert "did you mean 'imports'?" in ended.said
