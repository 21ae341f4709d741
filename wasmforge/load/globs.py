"""Source globs: `**/` any folders, `*` and `?` within one name, `[ab]` one of these. Pure."""

import re
from functools import lru_cache


@lru_cache(maxsize=1024)
def matcher(pattern: str) -> re.Pattern[str]:
    """A compiled pattern for whole paths with forward slashes."""
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
            out, i = out + _one_of(pattern[i + 1 : end]), end + 1
        else:
            out, i = out + re.escape(pattern[i]), i + 1
    return re.compile(out)


def _one_of(inside: str) -> str:
    """A character class: `ab`, `a-z`, `!ab`; a range that runs backwards stands for its three characters."""
    negated, rest = inside.startswith("!") and len(inside) > 1, inside
    if negated:
        rest = inside[1:]
    out, i = "", 0
    while i < len(rest):
        if rest[i + 1 : i + 2] == "-" and rest[i + 2 : i + 3] >= rest[i]:
            out, i = out + f"{re.escape(rest[i])}-{re.escape(rest[i + 2])}", i + 3
        else:
            out, i = out + re.escape(rest[i]), i + 1
    return f"[{'^' if negated else ''}{out}]"
