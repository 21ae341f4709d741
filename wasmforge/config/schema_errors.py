"""Converts plain TOML data to a data class and finds *all* mistakes, where msgspec alone stops at the first."""

import re
import types
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from wasmforge.errors import did_you_mean
from wasmforge.model.base import Struct, TomlStruct

T = TypeVar("T")

Path = tuple[str | int, ...]

_TYPE_NAMES = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}

UNKNOWN = "unknown key"

_QUOTED = re.compile(r"`([^`]*)`")


class Mistake(Struct, frozen=True, kw_only=True):
    """One thing wrong in a file: the keys and indexes that lead to it, what it is, and a hint."""

    path: Path
    what: str
    hint: str = ""


def convert(value: object, struct_type: type[T]) -> tuple[T | None, tuple[Mistake, ...]]:
    """Convert `value` to `shape`; on failure return None and every mistake."""
    try:
        return msgspec.convert(value, struct_type), ()
    except msgspec.ValidationError:
        mistakes = tuple(_check(value, struct_type, ()))
        if not mistakes:
            raise
        return None, mistakes


def convert_partial(value: object, struct_type: type[T]) -> tuple[T | None, tuple[Mistake, ...]]:
    """Like `convert`, but with mistakes return the value without the wrong keys, so that the rest can be checked.
    A table without a required key is left out; None if that is the whole file.
    """
    mistakes: tuple[Mistake, ...] = ()
    while True:
        fitting, wrong = convert(value, struct_type)
        mistakes = mistakes or wrong
        if fitting is not None or any(not _keys(m) for m in wrong):
            return fitting, mistakes
        for mistake in wrong:
            value = _without(value, _keys(mistake))


def _keys(mistake: Mistake) -> Path:
    """The keys down to the part that is left out: a whole list, since its items have numbers and no names."""
    inside = next((i for i, part in enumerate(mistake.path) if isinstance(part, int)), len(mistake.path))
    return mistake.path[:inside]


def _without(value: object, path: Path) -> object:
    """The same tables without what the path leads to."""
    if not isinstance(value, dict) or path[0] not in value:
        return value
    if len(path) == 1:
        return {key: item for key, item in value.items() if key != path[0]}
    return {**value, path[0]: _without(value[path[0]], path[1:])}


def _check(value: object, kind: Any, path: Path) -> Iterator[Mistake]:
    """Yield the mistakes of `value` as a `kind`, stepping into tables and lists of tables."""
    annotated, kind = kind, _bare(kind)
    tagged = _tagged(kind)
    if tagged and isinstance(value, dict):
        yield from _check_tagged(value, tagged, path)
        return
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
        yield from _check_leaf(value, annotated, path)


def _check_tagged(table: dict[str, object], tagged: Mapping[str, type[TomlStruct]], path: Path) -> Iterator[Mistake]:
    """The mistakes of a table that may be one of several data classes, as its tag says."""
    field = str(next(iter(tagged.values())).__struct_config__.tag_field)
    known = "known: " + ", ".join(tagged)
    if field not in table:
        yield Mistake(path=path, what=f"{field!r} is missing", hint=known)
        return
    tag = table[field]
    if not isinstance(tag, str) or tag not in tagged:
        what = f"invalid value {tag!r}" if isinstance(tag, str) else "expected a string"
        yield Mistake(path=(*path, field), what=what, hint=known)
        return
    owners = {key: [t for t, struct in tagged.items() if key in _fields(struct)] for key in table if key != field}
    for mistake in _check_struct({k: v for k, v in table.items() if k != field}, tagged[tag], path):
        own = mistake.what == UNKNOWN and len(mistake.path) == len(path) + 1
        elsewhere = owners.get(str(mistake.path[-1]), []) if own else []
        hint = f"a key of {field} {' or '.join(elsewhere)}, not of {tag}" if elsewhere else mistake.hint
        yield msgspec.structs.replace(mistake, hint=hint)


def _check_struct(table: dict[str, object], struct: type[TomlStruct], path: Path) -> Iterator[Mistake]:
    fields = _fields(struct)
    for key, item in table.items():
        if key in fields:
            yield from _check(item, fields[key].type, (*path, key))
        else:
            yield Mistake(path=(*path, key), what=UNKNOWN, hint=did_you_mean(key, list(fields)))
    for key, field in fields.items():
        if field.required and key not in table:
            yield Mistake(path=path, what=f"{key!r} is missing")


@lru_cache(maxsize=128)
def _fields(struct: type[TomlStruct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {f.encode_name: f for f in msgspec.structs.fields(struct)}


def _check_leaf(value: object, kind: Any, path: Path) -> Iterator[Mistake]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as e:
        plain = _bare(kind)
        yield Mistake(path=path, what=_plain(str(e)), hint=_choices(plain) or _listed(value, plain, path))


def _bare(kind: Any) -> Any:
    """A type without what is annotated to it: descriptions and bounds."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _struct(kind: Any) -> type[TomlStruct] | None:
    """The data class in `kind`, which may be a union of one with plain values."""
    return next(iter(_shapes(kind)), None)


@lru_cache(maxsize=128)
def _tagged(kind: Any) -> dict[str, type[TomlStruct]]:
    """The data classes in `kind` by their tags, where it is a union of such; else none."""
    shapes = _shapes(kind)
    return {str(struct_type.__struct_config__.tag): struct_type for struct_type in shapes} if len(shapes) > 1 else {}


def _shapes(kind: Any) -> tuple[type[TomlStruct], ...]:
    kind = _bare(kind)
    options = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    return tuple(
        option for option in map(_bare, options) if isinstance(option, type) and issubclass(option, TomlStruct)
    )


def _choices(kind: Any) -> str:
    """A hint with the words that are permitted, if `kind` is a closed set of them."""
    options = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    words = [str(w) for o in options for w in get_args(o) if isinstance(w, str)]
    return "known: " + ", ".join(words) if words else ""


def _listed(value: object, kind: Any, path: Path) -> str:
    """A hint how to write a list, if `value` is one of its items."""
    options = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    inner = next((get_args(o)[0] for o in options if get_origin(o) is tuple), None)
    if isinstance(value, dict) and _struct(inner) is not None and all(isinstance(p, str) for p in path):
        return f"write [[{'.'.join(map(str, path))}]]"
    return f'write ["{value}"]' if isinstance(value, str) and inner is str and value.isprintable() else ""


def _plain(message: str) -> str:
    """msgspec's message in terms of TOML."""
    message = _QUOTED.sub(_in_words, message.partition(" - at ")[0])
    return message[:1].lower() + message[1:]


def _in_words(quoted: re.Match[str]) -> str:
    names = [n for n in quoted[1].split(" | ") if n != "null"]
    return " or ".join(_TYPE_NAMES.get(n, n) for n in names)
