"""A module that keeps its contract is found faultless; one that breaks one rule is found at fault in that rule only."""

import pytest

from tests.unit.validate.cases import GOOD, NO_SIMD, delivery, invalid, judge
from tests.unit.wasm import assemble as a
from wasmforge.model.artifact import Verdict
from wasmforge.model.manifest import Waiver

MODULE = a.library(**GOOD)

FOREIGN = a.library(
    **GOOD
    | {
        "imports": (
            *GOOD["imports"],
            a.imported("env", "log", a.FUNC, a.leb(0)),
            a.imported("host", "time", a.FUNC, a.leb(0)),
            a.imported("env", "abort", a.FUNC, a.leb(0)),
        ),
        "exports": (a.exported("memory", a.MEMORY, 0), a.exported("_start", a.FUNC, 4)),
    }
)


def test_the_good_module_keeps_its_contract() -> None:
    assert judge(MODULE) == ()


BROKEN = {
    "kind": a.COMPONENT_PREAMBLE + a.section(1, MODULE),
    "imports": FOREIGN,
    "exports": a.library(**GOOD | {"exports": GOOD["exports"][:1]}),
    "limits": a.library(**GOOD, tail=a.custom("ballast", bytes(1024))),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_one_broken_rule_is_the_only_one_found(rule: str) -> None:
    found = judge(BROKEN[rule])
    assert found
    assert {f.rule for f in found} == {rule}
    assert {(f.component, f.target, f.waived) for f in found} == {("app", "wasi", "")}


@pytest.mark.parametrize(
    ("rule", "item", "said"),
    [
        ("features", "simd", invalid(NO_SIMD)),
        ("valid", "module", invalid("error: duplicate export name `a` already defined (at offset 0x1a)\n")),
    ],
)
def test_the_validators_verdict_is_the_only_finding(rule: str, item: str, said: Verdict) -> None:
    assert [(f.rule, f.item) for f in judge(MODULE, said=said)] == [(rule, item)]


def test_a_component_is_not_called_invalid_too() -> None:
    said = invalid("error: unknown binary version and encoding combination: 0xd and 0x1 (at offset 0x0)")
    assert [f.rule for f in judge(BROKEN["kind"], said=said)] == ["kind"]


def test_a_missing_feature_names_function_and_offset() -> None:
    named = a.library(**GOOD, tail=a.custom("name", a.section(1, a.vec(a.leb(1) + a.name("dot")))))
    (found,) = judge(named, said=invalid(NO_SIMD))
    assert found.place == "function dot, offset 0x24"
    assert found.what == "uses simd, which is not permitted on wasi: SIMD support is not enabled"


def test_a_missing_feature_names_the_source_line() -> None:
    output = NO_SIMD.replace("func 1", "src/dot.c:12:27 function `dot(float*)`", 1)
    (found,) = judge(MODULE, said=invalid(output))
    assert found.place == "src/dot.c:12:27, function dot(float*)"


def test_every_verdict_gives_a_finding() -> None:
    threads = invalid("error: threads must be enabled for shared memories (at offset 0xb)")
    found = judge(MODULE, said=(invalid(NO_SIMD), threads, invalid("error: nonsense")))
    assert [(f.rule, f.item) for f in found] == [("features", "simd"), ("features", "threads"), ("valid", "module")]


def test_imports_are_named_by_module() -> None:
    env, host = judge(FOREIGN)
    assert (env.item, host.item) == ("env", "host")
    assert env.what == "imports env.log, env.abort, which wasi does not provide"
    assert "source file" in env.hint
    assert host.hint == "it provides: wasi_snapshot_preview1"


def test_a_star_permits_any_import() -> None:
    assert judge(FOREIGN, delivery(import_modules=("*",))) == ()


def test_no_import_module_permits_none() -> None:
    (found,) = judge(MODULE, delivery(import_modules=()))
    assert (found.item, found.hint) == ("wasi_snapshot_preview1", "it provides no imports")


def test_a_missing_export_has_a_hint() -> None:
    (found,) = judge(MODULE, delivery(required_exports=("memory", "_strat")))
    assert (found.item, found.hint) == ("_strat", "did you mean '_start'?")
    (bare,) = judge(a.library(), delivery(required_exports=("run",)))
    assert bare.hint == "the module exports nothing"


def test_an_export_of_the_wrong_kind() -> None:
    data = a.library(**GOOD | {"exports": (a.exported("memory", a.FUNC, 0), a.exported("_start", a.FUNC, 1))})
    (found,) = judge(data)
    assert (found.rule, found.item) == ("exports", "memory")
    assert found.what == "exports memory as a func, and a memory is required"


def test_limits_are_exact() -> None:
    assert judge(MODULE, size=1024, gzip=500) == ()
    assert [(f.item, f.what) for f in judge(MODULE, size=1025, gzip=501)] == [
        ("size", "is 1,025 bytes, 1 more than its limit of 1.0 KiB"),
        ("gzip", "is, compressed with gzip, 501 bytes, 1 more than its limit of 500 B"),
    ]


def test_the_memory_limit_counts_every_memory() -> None:
    data = a.library(**GOOD | {"memories": (b"\x00\x02", b"\x00\x01")})
    (found,) = judge(data)
    assert (found.item, found.what) == (
        "memory",
        "starts with a memory of 196,608 bytes, 65,536 more than its limit of 128.0 KiB",
    )


@pytest.mark.parametrize(
    ("waiver", "waived"),
    [
        (Waiver(rule="imports", because="ours"), {"env": "ours", "host": "ours"}),
        (Waiver(rule="imports", item="env", because="ours"), {"env": "ours", "host": ""}),
        (Waiver(rule="imports", item="e*", because="ours"), {"env": "ours", "host": ""}),
        (Waiver(rule="*", item="host.time", because="ours"), {"env": "", "host": "ours"}),
        (Waiver(rule="exports", because="ours"), {"env": "", "host": ""}),
    ],
)
def test_waivers(waiver: Waiver, waived: dict[str, str]) -> None:
    assert {f.item: f.waived for f in judge(FOREIGN, delivery(waiver))} == waived


def test_a_waiver_for_one_import_leaves_its_neighbours() -> None:
    found = judge(FOREIGN, delivery(Waiver(rule="imports", item="env.log", because="debug build")))
    assert [(f.what.split(",")[0], f.waived) for f in found] == [
        ("imports env.log", "debug build"),
        ("imports host.time", ""),
        ("imports env.abort", ""),
    ]


def test_a_feature_can_be_waived() -> None:
    waiver = Waiver(rule="features", item="simd", because="behind a check")
    (found,) = judge(MODULE, delivery(waiver), invalid(NO_SIMD))
    assert found.waived == "behind a check"
