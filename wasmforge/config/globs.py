"""Source globs: `**/` any folders, `*` and `?` within one name, `[ab]` one of these. Pure.

Patterns and names come from strangers, so matching takes time proportional to both for every pair. Usual patterns
become regular expressions that never backtrack past the star before: text between two stars is matched where it occurs
first, which is as good as any other place. The others run as an automaton, in all states at once.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol


class Matcher(Protocol):
    """Tells whether a whole path matches."""

    def fullmatch(self, path: str, /) -> object:
        """A true value if it does."""


class _Part(NamedTuple):
    """A part of a pattern: a star (`*`, `**` or `**/`), or a regular expression for one character."""

    star: str
    one: str


@lru_cache(maxsize=1024)
def matcher(pattern: str) -> Matcher:
    """A matcher for whole paths with forward slashes."""
    parts = list(_parts(pattern))
    expression = _expression(parts)
    return _Automaton(parts) if expression is None else re.compile(expression, re.DOTALL)


def _parts(pattern: str) -> Iterator[_Part]:
    i = 0
    while i < len(pattern):
        star = next((s for s in ("**/", "**", "*") if pattern.startswith(s, i)), "")
        if star:
            yield _Part(star, "")
            i += len(star)
        elif pattern[i] == "?":
            yield _Part("", "[^/]")
            i += 1
        elif pattern[i] == "[" and "]" in pattern[i + 2 :]:
            end = pattern.index("]", i + 2)
            yield _Part("", _one_of(pattern[i + 1 : end]))
            i = end + 1
        else:
            yield _Part("", re.escape(pattern[i]))
            i += 1


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


def _expression(parts: list[_Part]) -> str | None:
    """A regular expression that matches in linear time. None for a pattern with `**` inside a name, or a class that may
    match a slash: there, the first match of a star is not as good as any other.

    Between two `**/` there are whole names; they too are matched where they occur first.
    """
    runs, name = [list[str]()], list[_Part]()
    for index, part in enumerate(parts):
        if part.star in ("**", "**/"):
            if name or (part.star == "**" and index + 1 < len(parts)):
                return None
            runs.append([])
        elif part.one == "/":
            runs[-1].append(f"{_name(name)}/")
            name = []
        elif not part.star and re.fullmatch(part.one, "/"):
            return None
        else:
            name.append(part)
    first, *rest = ("".join(run) for run in runs)
    if not rest:
        return first + _name(name)
    *middle, last = rest
    found = first + "".join(f"(?>(?:[^/]+/)*?{run})" for run in middle if run)
    return f"{found}.*" if parts[-1].star == "**" else f"{found}(?:[^/]+/)*{last}{_name(name)}"


def _name(parts: list[_Part]) -> str:
    """One name: text between two stars matches where it occurs first, text after the last star at the end."""
    chunks = [""]
    for part in parts:
        if part.star:
            chunks.append("")
        else:
            chunks[-1] += part.one
    if len(chunks) == 1:
        return chunks[0]
    first, *middle, last = chunks
    return first + "".join(f"(?>[^/]*?{chunk})" for chunk in middle if chunk) + f"[^/]*{last}"


class _Automaton:
    """Follows all ways in which a pattern may match at once, one bit for each position in it."""

    def __init__(self, parts: list[_Part]) -> None:
        self._ones: list[tuple[int, re.Pattern[str]]] = []
        self._known: dict[str, int] = {}
        self._skips: list[tuple[int, int]] = []
        """The bit of each star, and how many positions it may advance without a character."""
        self._in_name = self._anywhere = self._outside = self._inside = 0
        place = 0
        for part in parts:
            bit = 1 << place
            if part.star == "**/":  # one position before a folder's name, one within it
                self._outside |= bit
                self._inside |= bit << 1
                self._in_name |= bit << 1
                self._skips.append((bit, 2))
                place += 2
                continue
            if part.star == "**":
                self._anywhere |= bit
            elif part.star:
                self._in_name |= bit
            else:
                self._ones.append((bit, re.compile(part.one, re.DOTALL)))
            if part.star:
                self._skips.append((bit, 1))
            place += 1
        self._end = 1 << place

    def fullmatch(self, path: str, /) -> bool:
        """Whether the whole path matches."""
        at = self._skipped(1)
        for sign in path:
            if sign not in self._known:
                self._known[sign] = sum(bit for bit, one in self._ones if one.fullmatch(sign))
            new = (at & self._known[sign]) << 1
            if sign == "/":
                new |= (at & self._inside) >> 1
            else:
                new |= at & self._in_name | (at & self._outside) << 1
            new |= at & self._anywhere
            at = self._skipped(new)
        return bool(at & self._end)

    def _skipped(self, at: int) -> int:
        """With the positions behind stars that match nothing; stars are in order, so one round is enough."""
        for bit, positions in self._skips:
            if at & bit:
                at |= bit << positions
        return at
