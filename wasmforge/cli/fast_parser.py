"""Reads plain command lines by the options that commands declare. Everything else, mistakes and `--help` included, is
left to typer, which reads the same declarations. So this parser never reports an error.
"""

import types
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from wasmforge.cli.params import Argument, Option

Read = Callable[[str], Any]

NO_VALUE_NEEDED = {"help", "metavar", "min"}
"""Further keywords of options that this parser reads."""


class NeedsTyperError(Exception):
    """Typer must read this command line."""


class _Slot(NamedTuple):
    """The parameter for a value, and whether it takes many. A flag has no `read`; it sets the value `means`."""

    parameter: str
    many: bool = False
    read: Read | None = None
    means: bool = True


def parse_fast(words: list[str], command: Callable[..., Any]) -> dict[str, Any] | None:
    """The parameters of `command` that these words set, or None when typer must read them."""
    try:
        return _read(words, dict(_slots(command)))
    except NeedsTyperError:
        return None


def _read(words: list[str], places: dict[str, _Slot]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        if word.startswith("-"):
            name, equals, value = word.partition("=")
            place = places.get(name)
            if place is None or (equals and (place.read is None or not name.startswith("--"))):
                raise NeedsTyperError
            if place.read is None:
                said[place.parameter] = place.means
                continue
            value = value if equals else next(rest, "")
        else:
            place, value = places.get(""), word
        if place is None or place.read is None or not value or value.startswith("-"):
            raise NeedsTyperError
        if place.many:
            said.setdefault(place.parameter, []).append(place.read(value))
        else:
            said[place.parameter] = place.read(value)
    return said


def _slots(command: Callable[..., Any]) -> Iterator[tuple[str, _Slot]]:
    """The slots by the names of options, and "" for positional arguments.

    Declarations that this parser does not support are left out, so typer reads them.
    """
    for parameter, annotation in command.__annotations__.items():
        origin: Any = get_origin(annotation)
        if origin is not Annotated:
            continue
        kind, said = get_args(annotation)
        many, read = _kind(kind, said.more)
        if not said.more.keys() <= NO_VALUE_NEEDED:
            continue
        match said:
            case Option() if kind is bool:
                for names in said.names:
                    yield from ((n, _Slot(parameter, means=i == 0)) for i, n in enumerate(names.split("/")))
            case Option():
                yield from ((name, _Slot(parameter, many, read)) for name in said.names)
            case Argument() if many:
                yield "", _Slot(parameter, many, read)


def _kind(kind: Any, more: dict[str, Any]) -> tuple[bool, Read]:
    """Whether a parameter takes many values, and the function that reads one."""
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(k for k in get_args(kind) if k is not types.NoneType)
    many = get_origin(kind) is list
    one = get_args(kind)[0] if many else kind
    if one is int:
        return many, lambda word: _number(word, more.get("min", 0))
    if issubclass(one, StrEnum):
        return many, lambda word: _choice(word, one)
    return many, Path if one is Path else str


def _number(word: str, least: int) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 10 and str(int(word)) == word and int(word) >= least):
        raise NeedsTyperError
    return int(word)


def _choice(word: str, kind: type[StrEnum]) -> StrEnum:
    try:
        return kind(word)
    except ValueError:
        raise NeedsTyperError from None
