"""Reads one TOML file into a data class, reporting every mistake in it with its line."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from wasmforge.config import inputs
from wasmforge.config.schema_errors import Mistake, convert, convert_partial
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.base import Struct

T = TypeVar("T")

FORMAT = 1
"""The version of all our file formats; each file names it."""


def read(path: Path, struct: type[T], *, shown: str) -> T:
    """Read `path` as `struct`; `shown` is how messages name the file. Raises ForgeError with all mistakes."""
    return parse(content(path, shown=shown), struct, shown=shown)


class PartialFile(Struct, Generic[T], frozen=True, kw_only=True):
    """A file as far as it is valid: without the keys of its `problems`, whose paths are in `wrong`."""

    value: T
    problems: tuple[Problem, ...] = ()
    wrong: tuple[tuple[str | int, ...], ...] = ()


def read_partial(path: Path, struct: type[T], *, shown: str) -> PartialFile[T]:
    """Like `read`, but with mistakes return the valid part. Raises ForgeError if nothing is valid."""
    text, table = _table(content(path, shown=shown), shown)
    value, mistakes = convert_partial(table, struct)
    problems = tuple(_problem(m, text, shown) for m in mistakes)
    if value is None:
        raise ForgeError(*problems)
    return PartialFile(value=value, problems=problems, wrong=tuple(m.path for m in mistakes))


def parse(data: bytes, struct: type[T], *, shown: str) -> T:
    """The bytes of a file as `struct`. Raises ForgeError with all mistakes."""
    return fit(table(data, shown=shown), data, struct, shown=shown)


def table(data: bytes, *, shown: str) -> dict[str, Any]:
    """The data of a file. Raises ForgeError where it is not TOML, or in a format that is not known."""
    return _table(data, shown)[1]


def fit(table: dict[str, Any], data: bytes, struct: type[T], *, shown: str) -> T:
    """A table as `struct`; `data` are the bytes of the file that mistakes are looked for in. Raises ForgeError."""
    value, mistakes = convert(table, struct)
    if value is None:
        text = _text(data, shown)
        raise ForgeError(*(_problem(m, text, shown) for m in mistakes))
    return value


def place(text: str, path: Sequence[str | int], *, shown: str) -> str:
    """How messages name what keys and indexes lead to: `FILE:LINE: KEYS`."""
    from wasmforge.config.toml_lines import line_of  # only a mistake pays for this import

    line = line_of(text, path)
    where = f"{shown}:{line}" if line else shown
    dotted = ".".join(map(str, path))
    return f"{where}: {dotted}" if dotted else where


def _table(data: bytes, shown: str) -> tuple[str, dict[str, Any]]:
    """The text of a file and its data. Raises ForgeError if it is not TOML, or not in our format."""
    text = _text(data, shown)
    table = _parse(text, shown)
    version = table.get("format")
    if version != FORMAT:
        what = "no format is given" if version is None else f"format {version!r} is not known"
        raise ForgeError(Problem(where=shown, what=what, hint=f"write `format = {FORMAT}` at the top"))
    return text, table


def content(path: Path, *, shown: str) -> bytes:
    """The bytes of a file. Raises ForgeError if it cannot be read."""
    try:
        return inputs.read(path)
    except FileNotFoundError:
        raise ForgeError(Problem(where=shown, what="no such file")) from None
    except IsADirectoryError:
        raise ForgeError(Problem(where=shown, what="is a folder, not a file")) from None
    except OSError as e:
        raise ForgeError(Problem(where=shown, what=f"cannot be read: {e.strerror}")) from None


def _problem(mistake: Mistake, text: str, shown: str) -> Problem:
    return Problem(where=place(text, mistake.path, shown=shown), what=mistake.what, hint=mistake.hint)


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
        raise ForgeError(Problem(where=shown, what="not valid TOML: lists or tables nested too deeply")) from None


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
