"""Writes small projects for tests of reading."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wasmforge.errors import ForgeError

ProblemTexts = tuple[str, str, str]


def write(root: Path, files: dict[str, str]) -> Path:
    """Write files by path from `root`; returns it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def problems_of(ask: Callable[[], object]) -> list[ProblemTexts]:
    """The problems of something that must be refused."""
    with pytest.raises(ForgeError) as caught:
        ask()
    return [(p.where, p.what, p.hint) for p in caught.value.problems]


def component(name: str, path: str = ".", language: str = "wat", more: str = "") -> str:
    """A [components] table."""
    return f"[components.{name}]\npath = '{path}'\nlanguage = '{language}'\n{more}\n"
