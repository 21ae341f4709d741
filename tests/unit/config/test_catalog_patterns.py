"""Regular expressions of the catalog meet what compilers and programs print, which a stranger may have written."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from wasmforge.config import load_catalog

parser: Any = importlib.import_module("re._parser")

KNOWN = load_catalog(None)

KEYS = ("trap", "missing_import", "refused", "result")

PATTERNS = [
    *(p for t in KNOWN.toolchains.values() for p in (*t.hints, *t.missing_files)),
    *(getattr(r.output, key) for r in KNOWN.runtimes.values() for key in KEYS),
    *(p for r in KNOWN.recipes.values() for p in r.mentioned.values()),
]


def repeats(items: Any, within: bool = False) -> Iterator[bool]:
    """For every part that may be repeated without end: whether it is within another such."""
    for kind, value in items:
        name = str(kind)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            endless = value[1] > 100
            if endless:
                yield within
            yield from repeats(value[2], within or endless)
        elif name == "SUBPATTERN":
            yield from repeats(value[3], within)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from repeats(branch, within)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from repeats(value[1], within)


@pytest.mark.parametrize("pattern", sorted({p for p in PATTERNS if p}))
def test_none_repeats_what_repeats(pattern: str) -> None:
    """Such a one, `(a+)+`, may look for ever; the others at most as often as the square of what a tool may print."""
    assert not any(repeats(parser.parse(pattern)))


def test_the_test_sees_what_it_looks_for() -> None:
    assert [*repeats(parser.parse(r"(?:a+|b)*c?"))] == [False, True]
    assert any(repeats(parser.parse(r"x(?P<n>(\w+\s?)+)$")))
    assert not any(repeats(parser.parse(r"\w+(\s*)x{1,3}")))
