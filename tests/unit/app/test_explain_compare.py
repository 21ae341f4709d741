"""Two keys side by side: which action is compared with which, and what is said when nothing is recorded."""

from pathlib import Path

import pytest

from wasmforge.app.explain_compare import compare_recorded
from wasmforge.errors import ForgeError
from wasmforge.model.explain import Change
from wasmforge.runner.history import History


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A component built for two targets, one of which has a step more."""
    made = History(tmp_path)
    made.record("a@web/dev:compile[x.c]", (("argument 0", "cc"), ("argument 1", "-O0"), ("toolchain zig", "1")))
    made.record("a@wasi/dev:compile[x.c]", (("argument 0", "cc"), ("toolchain zig", "2")))
    made.record("a@wasi/dev:strip", ())
    return made


FOUND = (Change(what="argument", old="-O0"), Change(what="zig", old="1", new="2"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a@web/dev:compile[x.c]", "a@wasi/dev:compile[x.c]"),
        ("a@web/dev:compile[x.c]", "a@wasi/dev"),
        ("a@web/dev:compile", "a@wasi/dev:compile"),
    ],
)
def test_an_action_with_another(history: History, one: str, other: str) -> None:
    (found,) = compare_recorded(history, one, other)
    assert (found.one, found.other) == ("a@web/dev:compile[x.c]", "a@wasi/dev:compile[x.c]")
    assert {(c.what, c.old, c.new) for c in found.changes} == {(c.what, c.old, c.new) for c in FOUND}


@pytest.mark.parametrize(("one", "other"), [("a@web/dev", "a@wasi/dev"), ("a@web", "a@wasi")])
def test_a_delivery_with_another(history: History, one: str, other: str) -> None:
    found = compare_recorded(history, one, other)
    assert [(c.one, c.other, len(c.changes)) for c in found] == [
        ("a@web/dev:compile[x.c]", "a@wasi/dev:compile[x.c]", 2),
        ("", "a@wasi/dev:strip", 0),
    ]


def test_an_action_with_itself(history: History) -> None:
    assert compare_recorded(history, "a@wasi/dev:strip", "a@wasi/dev:strip")[0].changes == ()


@pytest.mark.parametrize("label", ["b@web/dev", "a@web/dev:link", "a@we", ""])
def test_nothing_is_recorded(history: History, label: str) -> None:
    with pytest.raises(ForgeError) as caught:
        compare_recorded(history, "a@web/dev", label)
    (problem,) = caught.value.problems
    assert problem.what == f"nothing is recorded of {label!r}"
    assert "wasmforge build" in problem.hint


@pytest.mark.parametrize(
    ("label", "command"),
    [
        ("a@web/size", "wasmforge build a@web --profile size"),
        ("a@web/size/simd:link", "wasmforge build a@web --profile size"),
        ("b@web", "wasmforge build b@web"),
    ],
)
def test_what_records_it_is_told_with_its_profile(history: History, label: str, command: str) -> None:
    with pytest.raises(ForgeError) as caught:
        compare_recorded(history, "a@web/dev", label)
    assert f"`{command}` records it" in caught.value.problems[0].hint
