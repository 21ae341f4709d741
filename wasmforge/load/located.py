"""Adds the line to problems that name a TOML file and a path of keys in it.

What does not fit together, in a file or between two, is found where no text is left to look at:
`forge.toml: components.app.needs`. Here that becomes `forge.toml:7: components.app.needs`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from wasmforge.errors import ForgeError, Problem

_WHERE = re.compile(r"([^:]+\.toml): (.+)")
_PART = re.compile(r"[^.\[\]]+")


@contextmanager
def located(root: Path) -> Iterator[None]:
    """Problems raised within are raised with their lines; names of files are relative to `root`."""
    try:
        yield
    except ForgeError as e:
        raise ForgeError(*(_located(p, root) for p in e.problems), exit_code=e.exit_code) from e.__cause__


def _located(problem: Problem, root: Path) -> Problem:
    said = _WHERE.fullmatch(problem.where)
    if not said:
        return problem
    from wasmforge.load.lines import line_of  # only a mistake pays for this import

    file, path = said.groups()
    try:
        text = (root / file).read_text()
    except (OSError, UnicodeDecodeError):  # edited or removed since
        return problem
    line = line_of(text, [int(p) if p.isdecimal() else p for p in _PART.findall(path)])
    return replace(problem, where=f"{file}:{line}: {path}") if line else problem
