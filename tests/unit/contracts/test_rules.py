"""A module that keeps its contract is found faultless; one that breaks one rule is found at fault in that rule only."""

import pytest

from tests.support import wasm_bytes as a
from tests.support.factories.contracts import GOOD, NO_SIMD, delivery, invalid, judge
from wasmforge.model.finding import Verdict
from wasmforge.model.manifest import Limits, Waiver

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
    "memory": a.library(**GOOD | {"memories": (b"\x00\x03",)}),
    "start": a.library(**GOOD | {"start": 1}),
    "debug": a.library(**GOOD, tail=a.custom(".debug_info", bytes(8))),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_one_broken_rule_is_the_only_one_found(rule: str) -> None:
    found = judge(BROKEN[rule])
    assert found
    assert {f.rule for f in found} == {rule}
    assert {(f.component, f.target, f.waived) for f in found} == {("app", "wasi", "")}


def test_a_kind_that_the_target_does_not_run() -> None:
    (found,) = judge(MODULE, delivery(kinds=("reactor",)))
    assert found.what == "is a command (has a _start, which ends it), and wasi runs a reactor"


def test_a_forbidden_export() -> None:
    (found,) = judge(MODULE, delivery(forbidden_exports=("_start", "main")))
    assert (found.rule, found.item) == ("exports", "_start")


def test_each_kind_of_debug_information_is_one_finding() -> None:
    tail = [a.custom(n, bytes(8)) for n in ("name", ".debug_info", ".debug_line", "sourceMappingURL", "producers")]
    data = a.library(**GOOD, tail=b"".join(tail))
    assert [f.item for f in judge(data)] == ["name", "dwarf", "sourceMappingURL"]
    assert judge(data, delivery(debug=True)) == ()


def test_a_start_function_that_fills_shared_memory_is_no_mistake() -> None:
    data = a.library(**GOOD | {"start": 1, "memories": (b"\x03\x02\x02",)})
    assert judge(data) == ()
    assert judge(BROKEN["start"], delivery(start=True)) == ()


def test_what_memory_may_grow_to() -> None:
    bound = Limits(max_memory="128 KiB")
    (open_ended,) = judge(MODULE, delivery(limits=bound))
    assert open_ended.what == "has a memory without a maximum, but its limit is 128.0 KiB"
    (large,) = judge(a.library(**GOOD | {"memories": (b"\x01\x02\x03",)}), delivery(limits=bound))
    assert large.what == "may grow to a memory of 196,608 bytes, 65,536 more than its limit of 128.0 KiB"
    assert judge(a.library(**GOOD | {"memories": (b"\x01\x01\x02",)}), delivery(limits=bound)) == ()


def test_the_largest_parts_are_named() -> None:
    tail = a.section(1, a.vec(a.leb(2) + a.name("big"))) + a.section(9, a.vec(a.leb(1) + a.name("table")))
    given = GOOD | {
        "functions": (0, 0, 0, 0),
        "bodies": tuple(a.body(b"\x01" * n) for n in (20, 40, 10, 30)),
        "data": (bytes(5), bytes(9)),
        "tail": a.custom("name", tail),
    }
    (found,) = judge(a.library(**given), delivery(debug=True), size=2000)
    parts = "function big 42 B, function 4 32 B, function _start 22 B, data table 9 B, data 0 5 B"
    assert found.what.endswith(f"; its largest parts: {parts}")


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
    (found,) = judge(named, delivery(debug=True), invalid(NO_SIMD))
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
    say_so = 'if the host provides it, say so: host-imports = ["host.time"]'
    assert host.hint == f"it provides: wasi_snapshot_preview1; {say_so}"


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
    assert found.what == "exports memory as a func, but a memory is required"


def test_limits_are_exact() -> None:
    parts = "; its largest parts: function _start 2 B"
    assert judge(MODULE, size=1024, gzip=500) == ()
    assert [(f.item, f.what) for f in judge(MODULE, size=1025, gzip=501)] == [
        ("size", f"is 1,025 bytes, 1 more than its limit of 1.0 KiB{parts}"),
        ("gzip", f"is, compressed with gzip, 501 bytes, 1 more than its limit of 500 B{parts}"),
    ]


def test_the_memory_limit_counts_every_memory() -> None:
    data = a.library(**GOOD | {"memories": (b"\x00\x02", b"\x00\x01")})
    (found,) = judge(data)
    assert (found.item, found.what) == (
        "initial",
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
