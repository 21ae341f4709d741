"""The keys of a kind of TOML file, from the types and descriptions of its fields: as a JSON Schema, or in Markdown."""

import inspect
import json
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo

from wasmforge.model.base import TomlStruct
from wasmforge.model.toolchain import Toolchain

_TYPES: dict[object, str] = {str: "string", int: "whole number", float: "number", bool: "boolean"}


def json_schema(struct: type[TomlStruct]) -> str:
    """The JSON Schema of a file that is read as `struct`, on one line."""
    schema = msgspec.json.schema(struct)
    if struct is Toolchain:  # a file, or an origin, that is `like` another has the other's keys
        for table in schema["$defs"].values():
            if "like" in table.get("properties", {}):
                table["required"] = [key for key in table.get("required", ()) if key in ("format", "name")]
    return json.dumps(schema) + "\n"


def markdown_reference(struct: type[TomlStruct]) -> str:
    """Every table of a file that is read as `struct`, each with its keys."""
    return "\n".join(line for heads, table in _tables_of(struct) for line in _section(heads, table)).rstrip() + "\n"


def _tables_of(root: type[TomlStruct]) -> Iterator[tuple[list[str], type[TomlStruct]]]:
    """Every table in the file: the headers that it is written under, and its type; nearest to the top first."""
    headers: dict[type[TomlStruct], list[str]] = {root: []}
    queue: list[tuple[type[TomlStruct], str]] = [(root, "")]
    for struct, path in queue:  # grows while it is gone through
        for field in msgspec.structs.fields(struct):
            for inner, suffix, tag in _structs_in(field.type):
                where = f"{path}{field.encode_name}{suffix}"
                header = f"`[[{where}]]`" if suffix == "" and _is_list(field.type) else f"`[{where}]`"
                if inner not in headers:
                    queue.append((inner, f"{where}."))
                headers.setdefault(inner, []).append(header + tag)
    yield from ((heads, struct) for struct, heads in headers.items())


def _structs_in(kind: Any) -> Iterator[tuple[type[TomlStruct], str, str]]:
    """The tables in a value: their types, what is added to the key's name in a header, and what tells them apart."""
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, TomlStruct):
        config = kind.__struct_config__
        yield kind, "", f' with `{config.tag_field} = "{config.tag}"`' if config.tag else ""
    elif get_origin(kind) is dict:
        yield from ((struct, f".NAME{suffix}", tag) for struct, suffix, tag in _structs_in(get_args(kind)[1]))
    else:
        yield from (found for option in get_args(kind) for found in _structs_in(option))


def _is_list(kind: Any) -> bool:
    kind = _bare(kind)
    return get_origin(kind) is tuple or (_is_union(kind) and any(_is_list(option) for option in get_args(kind)))


def _section(headers: list[str], struct: type[TomlStruct]) -> Iterator[str]:
    """One table: its headers, what it is, and a row for each key."""
    yield f"### {', '.join(headers) or 'At the top'}"
    yield ""
    yield inspect.getdoc(struct) or ""
    fields = msgspec.structs.fields(struct)
    if not fields:
        yield ""
        return
    yield ""
    yield "| key | value | default | meaning |"
    yield "|---|---|---|---|"
    for field in sorted(fields, key=lambda f: not f.required):
        cells = (f"`{field.encode_name}`", _type(field.type), _default(field), _meaning(field.type))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _bare(kind: Any) -> Any:
    """A type without what is annotated to it."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _type(kind: Any, many: bool = False) -> str:
    """A type in words of TOML, in the plural if there are `many`."""
    kind = _bare(kind)
    if _is_union(kind):
        words = dict.fromkeys(_type(option, many) for option in get_args(kind) if option is not types.NoneType)
        *first, last = words
        return f"{', '.join(first)} or {last}" if first else last
    match get_origin(kind):
        case origin if origin is Literal:
            return ", ".join(f"`{word}`" for word in get_args(kind))
        case origin if origin is tuple:
            return f"{'lists' if many else 'list'} of {_type(get_args(kind)[0], many=True)}"
        case origin if origin is dict:
            return f"{'tables' if many else 'table'} of {_type(get_args(kind)[1], many=True)}"
    if word := _TYPES.get(kind):
        return f"{word}s" if many else word
    return "tables" if many else "table"


def _default(field: FieldInfo) -> str:
    """A key's default as TOML; nothing where there is none."""
    if field.required:
        return "required"
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    if value is None or isinstance(value, TomlStruct) or value in ((), {}, ""):
        return ""
    return f"`{json.dumps(value)}`"


def _meaning(kind: Any) -> str:
    """What the key's description says, with its first example."""
    notes = [note for note in get_args(kind)[1:] if isinstance(note, msgspec.Meta)] if _bare(kind) is not kind else []
    text = " ".join(note.description for note in notes if note.description)
    examples = [example for note in notes for example in note.examples or ()]
    return f"{text} Example: `{_toml(examples[0])}`" if examples else text


def _toml(value: object) -> str:
    """A value as TOML on one line."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_toml(item)}' for key, item in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() else json.dumps(key)
