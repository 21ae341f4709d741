"""The catalog is parsed once, and again whenever a file of it or the code that parses it is another."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.config_files import problems_of, write
from tests.unit.config.test_catalog import FILES
from wasmforge.config import catalog_cache, load_catalog, toml
from wasmforge.model.catalog import Catalog


class Memory:
    """Notes in a table, and how often something new was remembered."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Any] = {}

    def get_value(self, kind: str, key: str) -> Any:
        return self.known.get((kind, key))

    def put_value(self, kind: str, key: str, value: object) -> None:
        self.known[kind, key] = value


def in_order(catalog: Catalog) -> bytes:
    """Tables that are equal may still differ in their order, and so may the words made of them."""
    return msgspec.json.encode(catalog)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path, {"recipes/toy.toml": FILES["recipe"].format(name="toy")})


def test_what_is_kept_is_what_was_parsed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Memory()
    first = load_catalog(project, notes)
    assert in_order(first) == in_order(load_catalog(project))
    monkeypatch.setattr(toml, "parse", None)
    assert in_order(load_catalog(project, notes)) == in_order(first)


def test_an_edit_that_times_and_size_do_not_show_is_seen(project: Path) -> None:
    notes = Memory()
    file = project / "recipes" / "toy.toml"
    before = file.stat()
    old = load_catalog(project, notes).recipes["toy"]
    text = file.read_text()
    file.write_text(text.replace(old.summary, old.summary[::-1]))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert load_catalog(project, notes).recipes["toy"].summary == old.summary[::-1] != old.summary
    file.unlink()
    assert "toy" not in load_catalog(project, notes).recipes


def test_other_code_parses_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = Memory()
    load_catalog(project, notes)
    load_catalog(project, notes)
    assert len(notes.known) == 1
    monkeypatch.setattr(catalog_cache, "_code", lambda: iter([("shape.py", b"another")]))
    load_catalog(project, notes)
    assert len(notes.known) == 2


@pytest.mark.parametrize("damage", ["", "{}", "nonsense", 7, None, {"recipes": {}}])
def test_what_cannot_be_read_is_parsed_again(project: Path, damage: object) -> None:
    notes = Memory()
    whole = load_catalog(project, notes)
    notes.known = dict.fromkeys(notes.known, damage)
    assert load_catalog(project, notes) == whole


def test_mistakes_are_not_kept(project: Path) -> None:
    notes = Memory()
    file = write(project, {"recipes/bad.toml": "format = 1\nnonsense = 1\n"}) / "recipes" / "bad.toml"
    said = problems_of(lambda: load_catalog(project, notes))
    assert said == problems_of(lambda: load_catalog(project, notes)) != []
    assert not notes.known
    file.unlink()
    load_catalog(project, notes)
    assert notes.known
