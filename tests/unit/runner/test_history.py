"""What each action was last done with."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.runner.history import History

FACTS = (("engine", "1"), ("argument 0", "cc"), ("input a.c", "0" * 64))


def test_what_was_noted_last_comes_back(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    assert history.last("a") is None
    history.record("a", FACTS)
    history.record("b", ())
    assert history.last("a") == FACTS
    assert history.last("b") == ()
    history.record("a", FACTS[:1])
    assert history.last("a") == FACTS[:1]
    assert History(tmp_path / "history").last("a") == FACTS[:1]


def test_what_was_before(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    assert (history.before("a"), history.labels()) == (None, ())
    history.record("a", FACTS[:1])
    history.record("b", ())
    assert history.before("a") is None
    history.record("a", FACTS)
    history.record("a", FACTS)
    assert (history.last("a"), history.before("a")) == (FACTS, FACTS[:1])
    history.record("a", FACTS[:2])
    assert history.before("a") == FACTS
    assert history.labels() == ("a", "b")


def test_an_equal_note_is_not_written_again(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.record("a", FACTS)
    (file,) = tmp_path.iterdir()
    before = file.stat()
    history.record("a", FACTS)
    after = file.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b'{"facts": 1}', b'{"facts": [1]}', b'{"facts": [["a"]]}', b"\xff", b"null"]
)
def test_a_damaged_note_is_as_good_as_none(tmp_path: Path, data: bytes) -> None:
    history = History(tmp_path)
    history.record("a", FACTS)
    (file,) = tmp_path.iterdir()
    file.write_bytes(data)
    assert history.last("a") is None
    history.record("a", FACTS)
    assert history.last("a") == FACTS


@given(st.text(max_size=20), st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=3).map(tuple))
def test_any_label_and_any_facts(
    tmp_path_factory: pytest.TempPathFactory, label: str, facts: tuple[tuple[str, str], ...]
) -> None:
    history = History(tmp_path_factory.mktemp("history"))
    history.record(label, facts)
    assert history.last(label) == facts


def test_seconds_are_kept_beside_those_of_others(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    assert history.seconds() == {}
    history.write_seconds({"a": 1.0, "b": 2.0})
    history.write_seconds({"b": 3.0})
    assert history.seconds() == {"a": 1.0, "b": 3.0}


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b'{"a": -1, "b": "x", "c": NaN}', b"\xff"])
def test_damaged_seconds_are_none(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "seconds.json").write_bytes(damage)
    assert History(tmp_path).seconds() == {}
