"""Reads one TOML file into a data class, reporting every mistake in it with its line."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from wasmforge.errors import ForgeError, Problem
from wasmforge.load.shape import Mistake, fit

T = TypeVar("T")

FORMAT = 1
"""The version of every file format of ours; a file says which one it is written in."""


def read(path: Path, shape: type[T], *, shown: str) -> T:
    """Read `path` as `shape`; `shown` is how messages name the file. Raises ForgeError with all mistakes."""
    return parse(content(path, shown=shown), shape, shown=shown)


def parse(data: bytes, shape: type[T], *, shown: str) -> T:
    """The bytes of a file as `shape`. Raises ForgeError with all mistakes."""
    text = _text(data, shown)
    table = _parse(text, shown)
    version = table.get("format")
    if version != FORMAT:
        what = "no format is given" if version is None else f"format {version!r} is not known"
        raise ForgeError(Problem(where=shown, what=what, hint=f"write `format = {FORMAT}` at the top"))
    value, mistakes = fit(table, shape)
    if value is None:
        raise ForgeError(*(_problem(m, text, shown) for m in mistakes))
    return value


def content(path: Path, *, shown: str) -> bytes:
    """The bytes of a file. Raises ForgeError when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ForgeError(Problem(where=shown, what="no such file")) from None
    except IsADirectoryError:
        raise ForgeError(Problem(where=shown, what="is a folder, not a file")) from None
    except OSError as e:
        raise ForgeError(Problem(where=shown, what=f"cannot be read: {e.strerror}")) from None


def _problem(mistake: Mistake, text: str, shown: str) -> Problem:
    from wasmforge.load.lines import line_of  # only a mistake pays for this import

    line = line_of(text, mistake.path)
    where = f"{shown}:{line}" if line else shown
    dotted = ".".join(str(p) for p in mistake.path)
    return Problem(where=f"{where}: {dotted}" if dotted else where, what=mistake.what, hint=mistake.hint)


def _text(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as e:
        line = e.object[: e.start].count(b"\n") + 1
        raise ForgeError(
            Problem(where=f"{shown}:{line}", what=f"byte {e.start} is not UTF-8", hint="save the file as UTF-8")
        ) from None


def _parse(text: str, shown: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise ForgeError(Problem(where=shown, what=f"not valid TOML: {_lower(str(e))}")) from None
    except RecursionError:
        raise ForgeError(Problem(where=shown, what="not valid TOML: too many lists or tables in each other")) from None


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
