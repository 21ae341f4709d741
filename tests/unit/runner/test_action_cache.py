"""Looking actions up: by what they are, and by what they really read."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from tests.support.factories.runner import action, source
from wasmforge.model.plan import Action
from wasmforge.runner.action_cache import MAX_INPUT_SETS, ActionCache
from wasmforge.store.store import ActionResult, Blob, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def compiling(**sources: str) -> Action:
    """A compiler that tells what it reads; underscores in names stand for dots."""
    named = {name.replace("_", "."): content for name, content in sources.items()}
    return action("compile", sources=named, depfile="x.d")


def entry(store: Store, text: str = "object") -> ActionResult:
    """What an action gave."""
    return ActionResult(outputs={"compile.out": store.put(text.encode())})


def known(
    store: Store, one: Action, identity: str = "cc 1", generated_inputs: Mapping[str, Blob] | None = None
) -> ActionCache:
    """What the store knows of it."""
    return ActionCache(one, identity, generated_inputs or {}, store)


def found(store: Store, one: Action, **more: object) -> bool:
    """Is it there?"""
    return known(store, one, **more).find() is not None  # type: ignore[arg-type]


def test_an_action_that_was_never_done(store: Store) -> None:
    assert not found(store, compiling(a_c="1"))
    assert not found(store, action("link", sources={"a.o": "1"}))


def test_an_action_that_was_done(store: Store) -> None:
    one = action("link", sources={"a.o": "1"})
    key, facts = known(store, one).put_result(entry(store), ("a.o",))
    assert known(store, one).find() == (key, entry(store), facts)
    assert found(store, action("other label", sources={"a.o": "1"})) is False  # its output has another name
    assert not found(store, action("link", sources={"a.o": "2"}))
    assert not found(store, one, identity="cc 2")


def test_a_lost_output_means_doing_it_again(store: Store) -> None:
    one = action("link")
    kept = entry(store)
    known(store, one).put_result(kept, ())
    (store.root / "blobs" / kept.outputs["compile.out"].digest[:2] / kept.outputs["compile.out"].digest).unlink()
    assert not found(store, one)


def test_what_was_not_read_may_change(store: Store) -> None:
    known(store, compiling(a_c="1", a_h="1", b_h="1")).put_result(entry(store), ("a.c", "a.h"))
    assert found(store, compiling(a_c="1", a_h="1", b_h="2"))
    assert not found(store, compiling(a_c="1", a_h="2", b_h="1"))
    assert not found(store, compiling(a_c="2", a_h="1", b_h="1"))


def test_without_a_depfile_everything_counts(store: Store) -> None:
    known(store, action("link", sources={"a": "1", "b": "1"})).put_result(entry(store), ("a",))
    assert not found(store, action("link", sources={"a": "1", "b": "2"}))


def test_a_file_more_or_less_is_another_command(store: Store) -> None:
    """A new header could be found before another one of its name; a removed one would be missed."""
    known(store, compiling(a_c="1", a_h="1")).put_result(entry(store), ("a.c",))
    assert not found(store, compiling(a_c="1", a_h="1", b_h="1"))
    assert not found(store, compiling(a_c="1"))
    assert found(store, compiling(a_c="1", a_h="2"))


def test_going_back_to_an_earlier_set_of_inputs(store: Store) -> None:
    before, after = compiling(a_c="plain", a_h="1"), compiling(a_c="includes", a_h="1")
    known(store, before).put_result(entry(store, "one"), ("a.c",))
    known(store, after).put_result(entry(store, "two"), ("a.c", "a.h"))
    for one, text in ((before, "one"), (after, "two"), (compiling(a_c="plain", a_h="2"), "one")):
        there = known(store, one).find()
        assert there is not None
        assert there[1] == entry(store, text)
    assert not found(store, compiling(a_c="includes", a_h="2"))


def test_the_facts_are_those_of_what_was_read_last(store: Store) -> None:
    one = compiling(a_c="1", a_h="1")
    everything = known(store, one).facts()
    assert [n for n, _ in everything if n.startswith("input ")] == ["input a.c", "input a.h"]
    known(store, one).put_result(entry(store), ("a.c",))
    assert [n for n, _ in known(store, one).facts() if n.startswith("input ")] == ["input a.c"]


def test_facts_of_inputs_that_are_no_more_are_left_out(store: Store) -> None:
    one = compiling(a_c="1")
    assert [n for n, _ in known(store, one).facts(("a.c", "gone.h")) if n.startswith("input ")] == ["input a.c"]


def test_only_so_many_sets_are_remembered_the_latest_first(store: Store) -> None:
    names = [f"h{n}" for n in range(MAX_INPUT_SETS + 3)]
    for name in names:
        known(store, compiling(**dict.fromkeys(names, "1"))).put_result(entry(store), (name,))
    # the last sets are known: what they did not read may change
    assert found(store, compiling(**{**dict.fromkeys(names, "2"), names[-1]: "1"}))
    assert not found(store, compiling(**{**dict.fromkeys(names, "2"), names[0]: "1"}))


def test_what_other_actions_gave_counts_by_content_and_by_mode(store: Store) -> None:
    one = action("link", needs=("compile",))
    given, other = store.put(b"1"), store.put(b"2")
    known(store, one, generated_inputs={"compile.out": given}).put_result(entry(store), ("compile.out",))
    assert found(store, one, generated_inputs={"compile.out": given})
    assert not found(store, one, generated_inputs={"compile.out": other})
    assert not found(store, one, generated_inputs={"compile.out": store.put(b"1", executable=True)})


def test_a_source_that_became_executable(store: Store) -> None:
    one = action("link", sources={"run.sh": "x"})
    known(store, one).put_result(entry(store), ("run.sh",))
    assert not found(store, msgspec.structs.replace(one, sources={"run.sh": source("run.sh", "x", executable=True)}))


def test_the_place_of_a_source_in_the_project_does_not_count(store: Store) -> None:
    one = action("link", sources={"a.c": "x"})
    known(store, one).put_result(entry(store), ("a.c",))
    assert found(store, msgspec.structs.replace(one, sources={"a.c": source("elsewhere/a.c", "x")}))


def test_what_was_made_with_what_a_tool_kept_is_found_by_who_has_the_same(store: Store) -> None:
    one = action("link", sources={"a.c": "1"})
    kept = ActionResult(outputs={"link.out": store.put(b"perhaps poisoned")}, lineage="first")
    ActionCache(one, "1", {}, store).put_result(kept, ("a.c",))
    assert ActionCache(one, "1", {}, store).find() is None
    assert ActionCache(one, "1", {}, store, lambda: "").find() is None
    assert ActionCache(one, "1", {}, store, lambda: "other").find() is None
    found = ActionCache(one, "1", {}, store, lambda: "first").find()
    assert found is not None
    assert found[1] == kept
    assert found[2] == ActionCache(one, "1", {}, store).facts()  # it is no fact that people are told of


def test_what_was_made_with_nothing_comes_first(store: Store) -> None:
    one = action("link", sources={"a.c": "1"})
    clean = ActionResult(outputs={"link.out": store.put(b"clean")})
    for entry in (clean, ActionResult(outputs={"link.out": store.put(b"perhaps poisoned")}, lineage="first")):
        ActionCache(one, "1", {}, store).put_result(entry, ("a.c",))
    found = ActionCache(one, "1", {}, store, lambda: "first").find()
    assert found is not None
    assert found[1] == clean
