"""Adds line numbers to problems that name a TOML file and a path of keys in it.

Checks that look at parsed files have no text: they report `forge.toml: components.app.needs`. Here that becomes
`forge.toml:7: components.app.needs`.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from wasmforge.errors import ForgeError, Problem
from wasmforge.safe_paths import read_bounded

_WHERE = re.compile(r"([^:]+\.toml): (.+)")
_PART = re.compile(r"[^.\[\]]+")


@contextmanager
def with_lines_of(root: Path) -> Iterator[None]:
    """Problems raised within are raised with their lines; names of files are relative to `root`."""
    try:
        yield
    except ForgeError as e:
        raise ForgeError(*with_lines(e.problems, root), exit_code=e.exit_code) from e.__cause__


def with_lines(problems: Iterable[Problem], root: Path) -> tuple[Problem, ...]:
    """The same with their lines."""
    return tuple(_with_line(problem, root) for problem in problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, in the order given, then by line; those without a line come first."""
    ordered = list(problems)
    files = list(dict.fromkeys(_position(p)[0] for p in ordered))
    return sorted(ordered, key=lambda p: (files.index(_position(p)[0]), _position(p)[1]))


def _position(problem: Problem) -> tuple[str, int]:
    """The file and the line of a problem."""
    file, _, rest = problem.where.partition(":")
    line = rest.partition(":")[0]
    return file, int(line) if line.isdecimal() else 0


def _with_line(problem: Problem, root: Path) -> Problem:
    match = _WHERE.fullmatch(problem.where)
    if not match:
        return problem
    from wasmforge.config.toml_lines import line_of  # imported for mistakes only

    file, path = match.groups()
    try:
        text = read_bounded(root / file).decode()
    except (OSError, UnicodeDecodeError):  # edited or removed since
        return problem
    line = line_of(text, [int(p) if p.isdecimal() else p for p in _PART.findall(path)])
    return replace(problem, where=f"{file}:{line}: {path}") if line else problem
