"""Gives components valid, unique names: their folder, with parent folders where two are equal."""

import re
import unicodedata
from collections.abc import Collection, Sequence


def valid(text: str) -> str:
    """The nearest text that may name a component: ASCII letters, digits, `-` and `_`, not beginning with a sign."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-_") or "component"


def unique(trails: Sequence[Sequence[str]], taken: Collection[str] = ()) -> tuple[str, ...]:
    """A name for each trail of folder names, the innermost first; as short as it can be without a clash.

    `taken` are names that may not be given. Where folders are alike to the top, a number is added.
    """
    depths = [1] * len(trails)
    names = _joined(trails, depths)
    while alike := {n for n in names if names.count(n) > 1 or n in taken}:
        longer = [i for i, n in enumerate(names) if n in alike and depths[i] < len(trails[i])]
        if not longer:
            return _numbered(names, taken)
        for i in longer:
            depths[i] += 1
        names = _joined(trails, depths)
    return tuple(names)


def _joined(trails: Sequence[Sequence[str]], depths: Sequence[int]) -> list[str]:
    return [valid("-".join(reversed(trail[:depth]))) for trail, depth in zip(trails, depths, strict=True)]


def _numbered(names: Sequence[str], taken: Collection[str]) -> tuple[str, ...]:
    assigned: list[str] = []
    for name in names:
        number, new = 1, name
        while new in assigned or new in taken or (number > 1 and new in names):
            number += 1
            new = f"{name}-{number}"
        assigned.append(new)
    return tuple(assigned)
