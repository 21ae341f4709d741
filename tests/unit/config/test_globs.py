"""Source globs."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from wasmforge.config.globs import matcher


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


def reference(pattern: str) -> re.Pattern[str]:
    """What a pattern means, said as plainly as can be; it may take for ever."""
    out, i = "", 0
    while i < len(pattern):
        if pattern.startswith("**/", i):
            out, i = out + "(?:[^/]+/)*", i + 3
        elif pattern.startswith("**", i):
            out, i = out + ".*", i + 2
        elif pattern[i] == "*":
            out, i = out + "[^/]*", i + 1
        elif pattern[i] == "?":
            out, i = out + "[^/]", i + 1
        elif pattern[i] == "[" and "]" in pattern[i + 2 :]:
            end = pattern.index("]", i + 2)
            inside = pattern[i + 1 : end]
            negated = inside.startswith("!") and len(inside) > 1
            out, i = out + f"[{'^' if negated else ''}{_class(inside[1:] if negated else inside)}]", end + 1
        else:
            out, i = out + re.escape(pattern[i]), i + 1
    return re.compile(out, re.DOTALL)


def _class(rest: str) -> str:
    out, i = "", 0
    while i < len(rest):
        if rest[i + 1 : i + 2] == "-" and rest[i + 2 : i + 3] >= rest[i]:
            out, i = out + f"{re.escape(rest[i])}-{re.escape(rest[i + 2])}", i + 3
        else:
            out, i = out + re.escape(rest[i]), i + 1
    return out


PARTS = st.sampled_from(["*", "*", "**/", "**", "?", "/", "/", "a", "b", "a", "[ab]", "[!a]", "[+-9]", "[", "-"])
PATTERNS = st.lists(PARTS, max_size=9).map("".join) | st.text(alphabet="ab/*?[]!.\\^-", max_size=10)
PATHS = st.text(alphabet="aab/", max_size=9) | st.text(alphabet="ab/.\n", max_size=8)


@given(PATTERNS, PATHS)
@settings(max_examples=examples(400), deadline=None)
def test_a_pattern_matches_what_its_plain_expression_matches(pattern: str, path: str) -> None:
    assert bool(matcher(pattern).fullmatch(path)) == bool(reference(pattern).fullmatch(path))


@pytest.mark.parametrize("pattern", ["a*b", "**/*.c", "a/**/b*c*/**/d", "src/**", "**", "**/a/**/b/**"])
def test_usual_patterns_become_expressions(pattern: str) -> None:
    assert isinstance(matcher(pattern), re.Pattern)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 20 + "b", "a" * 250),
        ("**/a/" * 20 + "b", "a/" * 120 + "c"),
        ("**/*a*" * 20 + "b", "a/" * 120 + "a" * 200),
        ("**a" * 20 + "b", "a" * 250),
        ("a**/" * 20 + "b", "a/a" * 80),
        ("[!x]*" * 20 + "b", "a/" * 120),
        ("*" * 41 + "b", "a" * 250),
        ("/".join(["*a*a*a*"] * 15), "/".join(["a" * 15 + "b"] * 14)),
    ],
)
def test_no_pattern_takes_for_ever(pattern: str, path: str) -> None:
    """Backtracking, each would take longer than anyone waits: the test ends because no such thing is done."""
    assert not matcher(pattern).fullmatch(path)


@pytest.mark.parametrize("pattern", ["*a*a*b", "**/a/**/b", "a**b", "[!/]*x"])
def test_stars_find_what_is_there(pattern: str) -> None:
    path = pattern.replace("[!/]", "y").replace("**", "q/q").replace("*", "zz")
    assert matcher(pattern).fullmatch(path)
