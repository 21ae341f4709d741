"""A run beside an earlier one: by ratios where both have the same reference, whatever else the machine did."""

import pytest

from tests.support.factories.bench import benched, entry, noisy, raced, seeded
from wasmforge.bench.regression import compare_runs
from wasmforge.model.bench import Measurement


def steady(code: str, seconds: float, engine: str = "node 20.1.0", rounds: int = 7) -> Measurement:
    """One without noise."""
    return entry(code, (seconds,) * rounds, engine)


def test_a_slower_machine_is_no_change() -> None:
    old = benched(raced(steady("native", 1.0), steady("wasm", 2.0)))
    new = benched(raced(steady("native", 3.0), steady("wasm", 6.0)))
    (found,) = compare_runs(new, old)
    assert (found.code, found.times, found.slower, found.faster, found.absolute) == ("wasm", 1.0, False, False, False)


@pytest.mark.parametrize(("now", "worse", "better"), [(2.5, True, False), (1.5, False, True), (2.0, False, False)])
def test_worse_and_better(now: float, worse: bool, better: bool) -> None:
    old = benched(raced(steady("native", 1.0), steady("wasm", 2.0)))
    (found,) = compare_runs(benched(raced(steady("native", 1.0), steady("wasm", now))), old)
    assert (found.times, found.slower, found.faster) == (now / 2, worse, better)
    assert (found.component, found.name, found.engine) == ("matmul", "small", "node 20.1.0")


@pytest.mark.parametrize(("before", "after"), [(5, 11), (11, 5), (5, 5)])
def test_few_rounds_in_either_run_tell_nothing_surely(before: int, after: int) -> None:
    old = benched(raced(steady("native", 1.0, rounds=before), steady("wasm", 2.0, rounds=before)))
    new = benched(raced(steady("native", 1.0, rounds=after), steady("wasm", 9.0, rounds=after)))
    (found,) = compare_runs(new, old)
    assert (found.times, found.slower, found.faster) == (4.5, False, False)


def test_another_version_of_an_engine_is_the_same_engine() -> None:
    old = benched(raced(steady("native", 1.0, "zig cc x86_64_v2"), steady("wasm", 2.0, "wasmtime 49.0.0")))
    new = benched(raced(steady("native", 1.0, "zig cc x86_64_v2"), steady("wasm", 4.0, "wasmtime 50.0.1")))
    (found,) = compare_runs(new, old)
    assert (found.engine, found.times, found.slower) == ("wasmtime 50.0.1", 2.0, True)


def test_another_engine_is_another_contestant() -> None:
    old = benched(raced(steady("native", 1.0), steady("wasm", 2.0, "wasmtime 50.0.1")))
    new = benched(raced(steady("native", 1.0), steady("wasm", 2.0, "wasmtime-aot 50.0.1")))
    assert compare_runs(new, old) == ()


def test_the_same_code_in_two_engines_has_one_reference() -> None:
    old = benched(raced(steady("wasm", 1.0), steady("wasm", 2.0, "wasmtime 50.0.1")))
    new = benched(raced(steady("wasm", 1.0), steady("wasm", 3.0, "wasmtime 50.0.1")))
    (found,) = compare_runs(new, old)
    assert (found.engine, found.times, found.absolute) == ("wasmtime 50.0.1", 1.5, False)


def test_without_a_common_reference_bare_times_are_compared() -> None:
    old = benched(raced(steady("native", 1.0), steady("wasm", 2.0)))
    (found,) = compare_runs(benched(raced(steady("wasm", 3.0))), old)
    assert (found.code, found.times, found.slower, found.absolute) == ("wasm", 1.5, True, True)


def test_bare_times_lie_between_the_quickest_and_the_slowest() -> None:
    """One alone has nothing to be compared with."""
    old = benched(raced(entry("wasm", (1.0, 2.0, 2.0, 2.0, 2.0, 3.0, 3.0))))
    (found,) = compare_runs(benched(raced(entry("wasm", (2.0, 4.0, 4.0, 4.0, 4.0, 4.0, 6.0)))), old)
    assert (found.times, found.low, found.high, found.slower) == (2.0, 2 / 3, 6.0, False)


def test_benches_are_found_by_component_and_name() -> None:
    one, other = (steady("native", 1.0), steady("wasm", 2.0)), (steady("native", 1.0), steady("wasm", 4.0))
    old = benched(raced(*one, name="a"), raced(*one, component="sha", name="b"))
    new = benched(raced(*other, name="b"), raced(*other, component="sha", name="b"), raced(*other, name="new"))
    assert [(c.component, c.name) for c in compare_runs(new, old)] == [("sha", "b")]


def test_an_empty_table_has_not_changed() -> None:
    full = raced(steady("native", 1.0), steady("wasm", 2.0))
    assert compare_runs(benched(raced()), benched(full)) == compare_runs(benched(full), benched(raced())) == ()


def test_noise_is_seldom_taken_for_a_change_and_a_slowdown_is_found() -> None:
    source = seeded(6)
    equal, slower = 0, 0
    for _ in range(100):
        old = benched(raced(*noisy({"native": 1.0, "wasm": 1.5}, 21, source)))
        same = benched(raced(*noisy({"native": 1.0, "wasm": 1.5}, 21, source)))
        worse = benched(raced(*noisy({"native": 1.0, "wasm": 1.8}, 21, source)))
        equal += sum(c.slower or c.faster for c in compare_runs(same, old))
        slower += sum(c.slower for c in compare_runs(worse, old))
    assert equal <= 2
    assert slower >= 90
