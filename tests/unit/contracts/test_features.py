"""Which features are asked for, how the used ones are found, and how missing ones are gathered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.contracts import NO_SIMD, VALID, invalid
from wasmforge.contracts import collect_verdicts, features_flag, minimal_features, parse_message, sufficient_features
from wasmforge.model.finding import Verdict
from wasmforge.model.vocabulary import FEATURES, with_implied

some_features = st.lists(st.sampled_from(FEATURES), unique=True).map(tuple)


def test_nothing_permitted_is_the_first_webassembly() -> None:
    assert features_flag(()) == "--features=-all,floats,gc-types"


def test_what_is_permitted_brings_what_it_implies() -> None:
    assert features_flag(("relaxed-simd", "bulk-memory")) == (
        "--features=-all,floats,gc-types,bulk-memory,bulk-memory-opt,simd,relaxed-simd"
    )


@given(some_features, some_features)
def test_minimal_features_finds_what_is_used(used: tuple[str, ...], more: tuple[str, ...]) -> None:
    asked: list[tuple[str, ...]] = []

    def probe(features: tuple[str, ...]) -> bool:
        asked.append(features)
        return set(used) <= set(with_implied(features))

    permitted = tuple(dict.fromkeys(used + more))
    found = minimal_features(probe, permitted)
    assert set(used) <= set(with_implied(found))
    assert set(with_implied(found)) == set(with_implied(used))
    assert len(asked) <= len(permitted) + 1


WORDS = {
    "simd": NO_SIMD,
    "threads": "error: threads must be enabled for shared memories",
    "gc": "error: something else",
}


@given(st.lists(st.sampled_from(["simd", "threads", "gc"]), unique=True), some_features)
def test_what_is_enough_is_gathered_from_complaints(used: list[str], more: tuple[str, ...]) -> None:
    permitted = tuple(dict.fromkeys((*used, *more)))
    asked: list[tuple[str, ...]] = []

    def ask(features: tuple[str, ...]) -> Verdict:
        asked.append(features)
        missing = [f for f in used if f not in with_implied(features)]
        return invalid(WORDS[missing[0]]) if missing else VALID

    found = sufficient_features(permitted, ask)
    assert set(used) <= set(found) <= set(permitted)
    assert len(asked) <= len(used) + 1
    assert "gc" in used or set(found) == set(used)


def test_minimal_features_of_a_module_that_is_not_valid() -> None:
    assert minimal_features(lambda _: False, FEATURES) == ()


def test_a_small_feature_is_preferred_to_one_that_implies_it() -> None:
    def probe(features: tuple[str, ...]) -> bool:
        return "call-indirect-overlong" in with_implied(features)

    assert minimal_features(probe) == ("call-indirect-overlong",)


def test_verdicts_go_on_until_nothing_is_missing() -> None:
    asked: list[tuple[str, ...]] = []

    def ask(features: tuple[str, ...]) -> Verdict:
        asked.append(features)
        if "simd" not in features:
            return invalid(NO_SIMD)
        return VALID if "threads" in features else invalid("error: threads must be enabled for shared memories")

    assert [v.valid for v in collect_verdicts(("gc",), ask)] == [False, False, True]
    assert asked == [("gc",), ("gc", "simd"), ("gc", "simd", "threads")]


def test_verdicts_end_when_a_feature_does_not_help() -> None:
    asked: list[tuple[str, ...]] = []

    def ask(features: tuple[str, ...]) -> Verdict:
        asked.append(features)
        return invalid(NO_SIMD)

    assert len(collect_verdicts((), ask)) == 2
    assert asked == [(), ("simd",)]


def test_one_verdict_when_it_is_not_about_features() -> None:
    assert len(collect_verdicts((), lambda _: invalid("error: type mismatch"))) == 1


def test_a_complaint_in_full() -> None:
    said = parse_message(
        "[2026-11-23T07:21:36Z WARN ] failed to parse DWARF information\n"
        "error: /src/a b.c:1:39 function `helper` failed to validate\n\nCaused by:\n"
        "    0: func 7 failed to validate\n    1: bulk memory support is not enabled (at offset 0x51)\n"
    )
    assert (said.what, said.feature) == ("bulk memory support is not enabled", "bulk-memory")
    assert (said.function, said.index, said.source, said.offset) == ("helper", 7, "/src/a b.c:1:39", "0x51")


@pytest.mark.parametrize(
    ("output", "what"),
    [
        ("", "the validator gave no reason"),
        ("\n  \n", "the validator gave no reason"),
        ("killed\n", "killed"),
        ("error: unexpected end-of-file (at offset 0xa)", "unexpected end-of-file"),
    ],
)
def test_a_complaint_in_other_forms(output: str, what: str) -> None:
    said = parse_message(output)
    assert (said.what, said.feature, said.function) == (what, "", "")


@given(st.text())
def test_any_output_is_a_complaint(output: str) -> None:
    assert parse_message(output).what
    assert parse_message("error: " + output).what
