"""Fits plain TOML data to a data class and finds *all* mistakes, where msgspec alone stops at the first."""

import re
import types
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from wasmforge.errors import did_you_mean
from wasmforge.model.base import Noun, Shape

T = TypeVar("T")

Path = tuple[str | int, ...]

_WORDS = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}

_QUOTED = re.compile(r"`([^`]*)`")


class Mistake(Noun, frozen=True, kw_only=True):
    """One thing wrong in a file: the keys and indexes that lead to it, what it is, and a hint."""

    path: Path
    what: str
    hint: str = ""


def fit(value: object, shape: type[T]) -> tuple[T | None, tuple[Mistake, ...]]:
    """Convert `value` to `shape`; on failure return None and every mistake."""
    try:
        return msgspec.convert(value, shape), ()
    except msgspec.ValidationError:
        mistakes = tuple(_check(value, shape, ()))
        if not mistakes:
            raise
        return None, mistakes


def _check(value: object, kind: Any, path: Path) -> Iterator[Mistake]:
    """Yield the mistakes of `value` as a `kind`, stepping into tables and lists of tables."""
    struct = _struct(kind)
    if struct is not None and isinstance(value, dict):
        yield from _check_struct(value, struct, path)
        return
    origin, inner = get_origin(kind), get_args(kind)
    if origin is dict and isinstance(value, dict):
        for key, item in value.items():
            yield from _check(item, inner[1], (*path, key))
    elif origin is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _check(item, inner[0], (*path, index))
    else:
        yield from _check_leaf(value, kind, path)


def _check_struct(table: dict[str, object], struct: type[Shape], path: Path) -> Iterator[Mistake]:
    fields = _fields(struct)
    for key, item in table.items():
        if key in fields:
            yield from _check(item, fields[key].type, (*path, key))
        else:
            yield Mistake(path=(*path, key), what="unknown key", hint=did_you_mean(key, list(fields)))
    for key, field in fields.items():
        if field.required and key not in table:
            yield Mistake(path=path, what=f"{key!r} is missing")


@lru_cache(maxsize=128)
def _fields(struct: type[Shape]) -> dict[str, msgspec.structs.FieldInfo]:
    return {f.encode_name: f for f in msgspec.structs.fields(struct)}


def _check_leaf(value: object, kind: Any, path: Path) -> Iterator[Mistake]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as e:
        yield Mistake(path=path, what=_plain(str(e)), hint=_choices(kind) or _listed(value, kind, path))


def _struct(kind: Any) -> type[Shape] | None:
    """The data class in `kind`, which may be a union of one with plain values."""
    options = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    for option in options:
        if isinstance(option, type) and issubclass(option, Shape):
            return option
    return None


def _choices(kind: Any) -> str:
    """The words permitted, where `kind` is a closed set of them."""
    options = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    words = [str(w) for o in options for w in get_args(o) if isinstance(w, str)]
    return "known: " + ", ".join(words) if words else ""


def _listed(value: object, kind: Any, path: Path) -> str:
    """How to write a list of one, where `value` is what should be in it."""
    options = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    inner = next((get_args(o)[0] for o in options if get_origin(o) is tuple), None)
    if isinstance(value, dict) and _struct(inner) is not None and all(isinstance(p, str) for p in path):
        return f"write [[{'.'.join(map(str, path))}]]"
    return f'write ["{value}"]' if isinstance(value, str) and inner is str and value.isprintable() else ""


def _plain(message: str) -> str:
    """msgspec's message in the words of someone who writes TOML."""
    message = _QUOTED.sub(_in_words, message.partition(" - at ")[0])
    return message[:1].lower() + message[1:]


def _in_words(quoted: re.Match[str]) -> str:
    names = [n for n in quoted[1].split(" | ") if n != "null"]
    return " or ".join(_WORDS.get(n, n) for n in names)
