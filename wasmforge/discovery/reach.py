"""Follows `#include` from units: which files they are made of, which folders are searched, what is not there. Pure."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from wasmforge.discovery.file_types import folder, inside, join, normal

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)

MAX_FILES = 20_000
"""Files that are followed; no project of one component has more."""


class Reach(NamedTuple):
    """What units are made of. Paths are from the top.

    `files` are what they include, without themselves; `includes` the folders that were found to hold headers, without
    those that were given; `missing` the quoted names that no file has, by the file that asks.
    """

    files: tuple[str, ...]
    includes: tuple[str, ...]
    missing: dict[str, str]


class Headers:
    """Files by the end of their path, so that the folder of an included name is found at once."""

    def __init__(self, paths: Collection[str]) -> None:
        self.paths = frozenset(paths)
        self._named: dict[str, list[str]] = {}
        for path in sorted(self.paths, key=lambda p: (p.count("/"), p)):
            self._named.setdefault(path.rpartition("/")[2], []).append(path)

    def ending(self, name: str) -> list[str]:
        """The files whose path ends in a name with its folders, those of few folders first."""
        same = self._named.get(name.rpartition("/")[2], ())
        return [p for p in same if p == name or p.endswith(f"/{name}")]


def follow(
    units: Iterable[str],
    given: Iterable[str],
    headers: Headers,
    code: Callable[[str], str],
    *,
    within: str = "",
    avoid: Callable[[str], bool] = lambda _: False,
) -> Reach:
    """Follow what `units` include, in the folders `given` and in those that are found to hold what they ask for.

    Folders are looked for below `within` and above it, but not beside it, and not among what is to `avoid`.
    `code` gives a file's text without comments.
    """
    searched = list(dict.fromkeys(given))
    found: dict[str, None] = {}
    added: list[str] = []
    missing: dict[str, str] = {}
    queue = list(dict.fromkeys(units))
    seen = set(queue)
    while queue and len(seen) < MAX_FILES:
        path = queue.pop()
        for mark, name in INCLUDE.findall(code(path)):
            place = _locate(path, mark, name, searched, headers)
            if not place and (base := _guess(path, name, headers, within, avoid)) is not None:
                searched.append(base)
                added.append(base)
                place = normal(join(base, name))
            if not place:
                if mark == '"':
                    missing.setdefault(name, path)
            elif place not in seen:
                seen.add(place)
                queue.append(place)
                found[place] = None
            else:
                found[place] = None
    return Reach(tuple(sorted(found)), tuple(added), missing)


def _locate(path: str, mark: str, name: str, searched: list[str], headers: Headers) -> str:
    """Where a name is found; empty when it is not."""
    if mark == '"' and (beside := normal(join(folder(path), name))) in headers.paths:
        return beside
    return next((p for s in searched if (p := normal(join(s, name))) in headers.paths), "")


def _guess(path: str, name: str, headers: Headers, within: str, avoid: Callable[[str], bool]) -> str | None:
    """The folder in which a name would be found: the one nearest to the file that asks."""
    if name.startswith((".", "/")):
        return None
    options = [
        p
        for p in headers.ending(name)
        if not avoid(p) and (inside(within, p) or inside(p[: -len(name)].rstrip("/"), join(within, "x")))
    ]
    if not options:
        return None
    chosen = max(options, key=lambda p: (_common(path, p), -p.count("/")))
    return chosen[: -len(name)].rstrip("/")


def _common(one: str, other: str) -> int:
    """How many folders two paths have in common."""
    count = 0
    for a, b in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count
