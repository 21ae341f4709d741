"""The facts about an action: hashed they are its key, compared they are an explanation."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.plan import source
from wasmforge.model.explain import Change
from wasmforge.model.plan import Action, GeneratedInput
from wasmforge.plan.keys import all_facts, base_facts, changes, input_paths, key_of

ACTION = Action(
    label="app@web/dev:link",
    step="link",
    argv=("cc", "-O2", "a.c"),
    toolchain="zig",
    env={"A": "1", "B": "2"},
    sources={"a.c": source("a.c"), "a.h": source("a.h")},
    generated_inputs=(GeneratedInput(path="b.o", action="app@web/dev:compile", output="b.o"),),
    outputs=("app.wasm", "app.map"),
    depfile="app.d",
    placeholders=("src/lib.rs",),
)

DIGESTS = {"a.c": "1" * 64, "a.h": "2" * 64, "b.o": "3" * 64}

BASE = base_facts(ACTION, "zig 1")

FACTS = all_facts(BASE, input_paths(ACTION), DIGESTS)


def changed(**fields: object) -> str:
    """The base key of the action with some of its fields changed."""
    return key_of(base_facts(msgspec.structs.replace(ACTION, **fields), "zig 1"))


OTHER: dict[str, object] = {
    "argv": ("cc", "-O3", "a.c"),
    "toolchain": "clang",
    "env": {"A": "1", "B": "3"},
    "sources": {"a.c": source("a.c")},
    "generated_inputs": (),
    "outputs": ("app.wasm",),
    "depfile": None,
    "depfiles": ("made/*.d",),
    "placeholders": (),
    "network": True,
}

SAME: dict[str, object] = {
    "label": "other@web/size:link",
    "step": "other",
    "scratch": "made/",
    "note": "libc, from source",
    "timeout": 1.0,
    "env": {"B": "2", "A": "1"},
}


@pytest.mark.parametrize("field", OTHER)
def test_every_field_that_may_change_the_result_changes_the_key(field: str) -> None:
    assert changed(**{field: OTHER[field]}) != key_of(BASE)


@pytest.mark.parametrize("field", SAME)
def test_what_cannot_change_the_result_does_not_change_the_key(field: str) -> None:
    assert changed(**{field: SAME[field]}) == key_of(BASE)


def test_no_field_was_forgotten_in_this_test() -> None:
    assert {*OTHER, *SAME} == {f.name for f in msgspec.structs.fields(Action)}


@pytest.mark.parametrize(
    "argv",
    [
        ("cc", "-O2a.c"),
        ("cc", "a.c", "-O2"),
        ("cc", "-O2", "a.c", ""),
        ("cc", "-O2", "a.c", "a.c"),
        ("cc -O2", "a.c"),
    ],
)
def test_where_words_begin_and_end_is_part_of_the_key(argv: tuple[str, ...]) -> None:
    assert changed(argv=argv) != key_of(BASE)


def test_a_variable_that_is_empty_is_not_one_that_is_not_set() -> None:
    assert changed(env={"A": "1"}) != changed(env={"A": "1", "B": ""})


def test_the_identity_of_the_toolchain_is_part_of_the_key() -> None:
    assert key_of(base_facts(ACTION, "zig 2")) != key_of(BASE)


def test_the_base_says_nothing_of_contents_but_the_whole_does() -> None:
    altered = msgspec.structs.replace(ACTION, sources={"a.c": source("a.c", "new"), "a.h": source("a.h")})
    assert base_facts(altered, "zig 1") == BASE
    assert key_of(all_facts(BASE, ("a.c",), DIGESTS)) != key_of(all_facts(BASE, ("a.c",), {"a.c": "4" * 64}))
    assert key_of(all_facts(BASE, ("a.c",), DIGESTS)) != key_of(all_facts(BASE, ("a.c", "a.h"), DIGESTS))


def test_an_input_that_became_executable_changes_the_key() -> None:
    assert key_of(all_facts(BASE, ("a.c",), DIGESTS, {"a.c"})) != key_of(all_facts(BASE, ("a.c",), DIGESTS))
    assert key_of(all_facts(BASE, ("a.c",), DIGESTS, {"a.h"})) == key_of(all_facts(BASE, ("a.c",), DIGESTS))


def test_the_order_in_which_inputs_are_told_is_not_part_of_the_key() -> None:
    assert all_facts(BASE, ("b.o", "a.c"), DIGESTS) == all_facts(BASE, ("a.c", "b.o"), DIGESTS)


@given(st.lists(st.text(max_size=3), min_size=1, max_size=4), st.lists(st.text(max_size=3), min_size=1, max_size=4))
def test_keys_are_equal_exactly_when_the_words_are(one: list[str], other: list[str]) -> None:
    assert (changed(argv=tuple(one)) == changed(argv=tuple(other))) is (one == other)


def after(**fields: object) -> tuple[Change, ...]:
    """What is told when these fields of the action have changed."""
    action = msgspec.structs.replace(ACTION, **fields)
    digests = {path: DIGESTS.get(path, "9" * 64) for path in input_paths(action)}
    return changes(FACTS, all_facts(base_facts(action, "zig 1"), input_paths(action), digests))


NEW_SOURCES = {**ACTION.sources, "z.h": source("z.h")}

TOLD: dict[str, tuple[dict[str, object], tuple[Change, ...]]] = {
    "an argument more": ({"argv": ("cc", "-g", "-O2", "a.c")}, (Change(what="argument", new="-g"),)),
    "an argument less": ({"argv": ("cc", "a.c")}, (Change(what="argument", old="-O2"),)),
    "another argument": (
        {"argv": ("cc", "-O3", "a.c")},
        (Change(what="argument", old="-O2"), Change(what="argument", new="-O3")),
    ),
    "an argument twice": ({"argv": ("cc", "-O2", "a.c", "a.c")}, (Change(what="argument", new="a.c"),)),
    "other order": (
        {"argv": ("cc", "a.c", "-O2")},
        (Change(what="order of arguments", old="-O2", new="a.c"),),
    ),
    "a variable": ({"env": {"A": "2", "B": "2"}}, (Change(what="env A", old="1", new="2"),)),
    "a variable less": ({"env": {"A": "1"}}, (Change(what="env B", old="2"),)),
    "an output": ({"outputs": ("app.wasm", "x.map")}, (Change(what="output", old="app.map", new="x.map"),)),
    "a depfile": ({"depfile": "x.d"}, (Change(what="depfile", old="app.d", new="x.d"),)),
    "the network": ({"network": True}, (Change(what="network", old="no", new="yes"),)),
    "a file more": ({"sources": NEW_SOURCES}, (Change(what="z.h", new="9" * 64),)),
    "a file less": ({"sources": {"a.c": source("a.c")}}, (Change(what="a.h", old="2" * 64),)),
    "nothing": ({}, ()),
}


@pytest.mark.parametrize("name", TOLD)
def test_changes(name: str) -> None:
    fields, expected = TOLD[name]
    assert after(**fields) == expected


def test_another_content_another_toolchain_another_mode() -> None:
    digests = {**DIGESTS, "a.h": "9" * 64}
    assert changes(FACTS, all_facts(BASE, input_paths(ACTION), digests)) == (
        Change(what="a.h", old="2" * 64, new="9" * 64),
    )
    assert changes(FACTS, all_facts(base_facts(ACTION, "zig 2"), input_paths(ACTION), DIGESTS)) == (
        Change(what="zig", old="zig 1", new="zig 2"),
    )
    assert changes(FACTS, all_facts(BASE, input_paths(ACTION), DIGESTS, {"a.c"})) == (
        Change(what="a.c", old="not executable", new="executable"),
    )


def test_a_new_file_that_is_not_read_is_told_as_there() -> None:
    action = msgspec.structs.replace(ACTION, sources=NEW_SOURCES)
    new = all_facts(base_facts(action, "zig 1"), input_paths(ACTION), DIGESTS)
    assert changes(FACTS, new) == (Change(what="z.h", new="there"),)


@given(st.lists(st.sampled_from("abc"), max_size=4), st.lists(st.sampled_from("abc"), max_size=4))
def test_something_is_told_exactly_when_the_key_is_another(one: list[str], other: list[str]) -> None:
    old = base_facts(msgspec.structs.replace(ACTION, argv=tuple(one)), "zig 1")
    new = base_facts(msgspec.structs.replace(ACTION, argv=tuple(other)), "zig 1")
    assert bool(changes(old, new)) is (key_of(old) != key_of(new))
