"""Finds the line of a TOML file for a path of keys; reads headers and keys, not values."""

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The 1-based line that comes nearest to `path` (keys, and indexes into arrays of tables); 0 if there is none."""
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    best, best_length = 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                index = counts.get(table, 0)
                counts[table] = index + 1
                table = (*table, index)
            keys = table
        elif key := _KEY.match(line):
            keys = (*table, *_parts(key[1]))
        else:
            continue
        keys = _numbered(keys, counts)
        common = min(len(keys), len(path))  # a table without a header begins with the first of its own
        if common > best_length and keys[:common] == tuple(path[:common]):
            best, best_length = number, common
    return best


def _parts(dotted: str) -> tuple[str | int, ...]:
    return tuple(p.strip("\"'") for p in _PART.findall(dotted))


def _numbered(keys: tuple[str | int, ...], counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """Put in the index of an array of tables where a header such as `[a.b]` steps into its last item."""
    for array, count in counts.items():
        size = len(array)
        if len(keys) > size and keys[:size] == array and not isinstance(keys[size], int):
            keys = (*array, count - 1, *keys[size:])
    return keys
