"""Source globs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmforge.load.globs import matcher


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("src/**/*.c", "src/a.c", True),
        ("src/**/*.c", "src/x/y/a.c", True),
        ("src/**/*.c", "src/a.cc", False),
        ("src/*.c", "src/x/a.c", False),
        ("**/*.h", "a.h", True),
        ("src/**", "src/x/y", True),
        ("src/?.c", "src/a.c", True),
        ("src/?.c", "src/ab.c", False),
        ("src/[ab].c", "src/b.c", True),
        ("src/[!ab].c", "src/b.c", False),
        ("a+b.c", "a+b.c", True),
        ("[", "[", True),
    ],
)
def test_matcher(pattern: str, path: str, matches: bool) -> None:
    assert bool(matcher(pattern).fullmatch(path)) is matches


@given(st.text(alphabet="ab/*?[]!.\\^-", max_size=10), st.text(alphabet="ab/.", max_size=8))
def test_any_pattern_can_be_asked(pattern: str, path: str) -> None:
    try:
        matcher(pattern).fullmatch(path)
    except __import__("re").error:
        pytest.fail(f"{pattern!r} is not a regular expression")
