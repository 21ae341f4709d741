"""Finds the names in object literals of compilers' JavaScript; a scanner, not a parser."""

import re
from typing import NamedTuple

MAX_LITERAL_CHARS = 2_000_000
"""Longest literal that is scanned, in characters."""

_SKIP = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"""
    r"""|(?<=[(,=:\[!&|?{};\n])\s*/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*""",
    re.DOTALL,
)
"""Tokens whose brackets do not count: comments, strings, templates, regular expressions."""

_TOKEN = re.compile(rf"(?P<skip>{_SKIP.pattern})|(?P<bracket>[{{}}()\[\]])|(?P<comma>,)", re.DOTALL | re.VERBOSE)

_KEY = re.compile(
    r"""\s*(?:/\*.*?\*/\s*|//[^\n]*\n\s*)*(?:async\s+|get\s+)?"""
    r"""(?:(?P<name>[A-Za-z_$][\w$]*)|"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)')\s*(?P<then>[:(,}]|$)""",
    re.DOTALL,
)


class ObjectLiteral(NamedTuple):
    """An object literal: its names, and whether it has further, unknown names (`...rest`, `[key]:`)."""

    names: frozenset[str]
    open: bool


def object_literal(text: str, at: int) -> ObjectLiteral | None:
    """The object literal that starts with the `{` at `at`; None if it is not closed."""
    names: set[str] = set()
    more = False
    for start, end in _members(text, at):
        if start < 0:
            return None
        member = text[start:end]
        if not member.strip():
            continue
        if found := _KEY.match(member):
            names.add(found["name"] or found["double"] or found["single"] or "")
        else:
            more = True
    return ObjectLiteral(frozenset(names), more)


def _members(text: str, at: int) -> list[tuple[int, int]]:
    """Start and end of each member of the literal; (-1, -1) if the literal is not closed."""
    depth, start, position = 0, at + 1, at
    found: list[tuple[int, int]] = []
    limit = min(len(text), at + MAX_LITERAL_CHARS)
    while token := _TOKEN.search(text, position, limit):
        position = token.end()
        if token["bracket"]:
            depth += 1 if token["bracket"] in "{([" else -1
            if depth == 0:
                return [*found, (start, token.start())]
        elif token["comma"] and depth == 1:
            found.append((start, token.start()))
            start = token.end()
    return [(-1, -1)]
