"""Completes toolchain files that are `like` another one: gives each the keys of the other, and puts in its variables.

A bundled file is only like bundled files, so no project changes the meaning of ours. A project's file is like the file
in force; one that has the name of a bundled file may be like that one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wasmforge.config import toml
from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.model.base import Struct
from wasmforge.model.toolchain import ORIGIN_KEYS

OWN_KEYS = ("format", "name", "like")
"""Keys that a file never has from the one that it is like."""

_VARIABLE = re.compile(r"\{vars\.([^{}]*)\}")

Table = dict[str, Any]

Paths = Mapping[str, Sequence[Path]]
"""By name, every toolchain file of that name, the one in force first."""


class CompleteFile(Struct, frozen=True, kw_only=True):
    """A toolchain file with all that it has from others. `origin_files` says for each origin in which file it was
    written, or, for one that is `like` another, in which file that one was.
    """

    table: Table
    origin_files: tuple[str, ...]


class LikeResolver:
    """Completes toolchain files. `bundled` tells which files are ours; mistakes raise ForgeError, with their lines."""

    def __init__(self, paths: Paths, contents: Mapping[Path, bytes], bundled: Callable[[Path], bool]) -> None:
        self._paths = paths
        self._contents = contents
        self._bundled = bundled

    def complete(self, name: str, path: Path) -> CompleteFile:
        """The file of this name at `path`, with the variables put in."""
        found = self._joined(name, path, ())
        own = toml.table(self._contents[path], shown=str(path)).get("vars", {})
        return CompleteFile(table=_with_variables(found.table, own, self._place(path)), origin_files=found.origin_files)

    def _joined(self, name: str, path: Path, above: tuple[Path, ...]) -> CompleteFile:
        """The file with the keys of the one that it is like. `above` are the files that are like this one."""
        place = self._place(path)
        table = toml.table(self._contents[path], shown=str(path))
        if "like" not in table and not any(isinstance(o, dict) and "like" in o for o in _origins(table)):
            return CompleteFile(table=table, origin_files=(str(path),) * len(_origins(table)))
        base = CompleteFile(table={}, origin_files=())
        if "like" in table:
            other_name, other = self._other(name, path, table["like"])
            if other in (*above, path):
                names = " is like ".join((*(p.stem for p in (*above, path)), other_name))
                raise ForgeError(Problem(where=place("like"), what=names, hint="break the cycle"))
            base = self._joined(other_name, other, (*above, path))
        joined = {key: value for key, value in base.table.items() if key not in OWN_KEYS}
        joined = _merge(joined, {key: value for key, value in table.items() if key != "origins"})
        if "origins" not in table:
            return CompleteFile(table=joined, origin_files=base.origin_files)
        origins, files = _join_origins(table, base, path, place)
        return CompleteFile(table={**joined, "origins": origins}, origin_files=files)

    def _other(self, name: str, path: Path, like: object) -> tuple[str, Path]:
        """The name and path of the file that this one is like. Raises ForgeError."""
        where = self._place(path)("like")
        if not isinstance(like, str):
            raise ForgeError(Problem(where=where, what="expected a string", hint='like = "NAME"'))
        ours = self._bundled(path)
        files = [p for p in self._paths.get(like, ()) if (not ours or self._bundled(p)) and p in self._contents]
        if like == name:
            files = files[files.index(path) + 1 :]
        if not files:
            usable = {n for n, listed in self._paths.items() if not ours or any(map(self._bundled, listed))}
            what = "is like itself" if like == name else f"unknown toolchain {like!r}"
            raise ForgeError(Problem(where=where, what=what, hint=did_you_mean(like, sorted(usable - {name}))))
        return like, files[0]

    def _place(self, path: Path) -> "Place":
        return Place(path, self._contents[path])


class Place:
    """Names places in a file as messages do: `PATH:LINE: KEYS`."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._content = content

    def __call__(self, *keys: str | int) -> str:
        """The place of a key, which is reached by these keys and indexes."""
        return toml.place(self._content.decode("utf-8", "replace"), keys, shown=str(self._path))


def _origins(table: Table) -> list[Any]:
    origins = table.get("origins")
    return origins if isinstance(origins, list) else []


def _join_origins(table: Table, base: CompleteFile, path: Path, place: Place) -> tuple[list[Any], tuple[str, ...]]:
    """The origins that a file writes, each with the keys of the one that it is like, and where each was written.

    An origin that is like one of the other file has its name too; within a file no two have the same.
    """
    inherited = {o["name"]: (o, f) for o, f in zip(_origins(base.table), base.origin_files, strict=True) if "name" in o}
    own: dict[str, tuple[Table, str]] = {}
    origins: list[Any] = []
    files: list[str] = []
    for index, origin in enumerate(_origins(table)):
        file = str(path)
        if isinstance(origin, dict) and "like" in origin:
            like = origin["like"]
            known = {**inherited, **own}
            if not isinstance(like, str) or like not in known:
                what = f"unknown origin {like!r}" if isinstance(like, str) else "expected a string"
                hint = did_you_mean(str(like), list(known)) if known else "an origin is referred to by its `name`"
                raise ForgeError(Problem(where=place("origins", index, "like"), what=what, hint=hint))
            other, file = known[like]
            shared = _shared(other, origin.get("kind", other.get("kind")), keep_name=like not in own)
            origin = _merge(shared, {key: value for key, value in origin.items() if key != "like"})  # noqa: PLW2901
        if isinstance(origin, dict) and isinstance(name := origin.get("name"), str):
            if name in own:
                what = f"two origins are named {name!r}"
                raise ForgeError(Problem(where=place("origins", index, "name"), what=what, hint="rename one"))
            own[name] = origin, file
        origins.append(origin)
        files.append(file)
    return origins, tuple(files)


def _shared(other: Table, kind: object, *, keep_name: bool) -> Table:
    """The keys that an origin of this kind has from another one: those that both kinds have."""
    own = ORIGIN_KEYS.get(str(kind), frozenset())
    shared = {key: value for key, value in other.items() if other.get("kind") == kind or key in own}
    return {"kind": kind, **{key: value for key, value in shared.items() if keep_name or key != "name"}}


def _merge(base: Table, own: Table) -> Table:
    """`base` with the keys of `own`: a table has the rows of both, its own first; anything else replaces it.

    The order tells in tables that are searched for the first that fits (`hints`).
    """
    merged = dict(base)
    for key, value in own.items():
        other = merged.get(key)
        if isinstance(other, dict) and isinstance(value, dict):
            merged[key] = {**value, **{name: row for name, row in other.items() if name not in value}}
        else:
            merged[key] = value
    return merged


def _with_variables(table: Table, own: Table, place: Place) -> Table:
    """The table with `{vars.NAME}` replaced in every key and text. Raises ForgeError for a name that is not in `vars`,
    and for a variable of the file's `own` that nothing mentions.
    """
    variables = table.get("vars", {})
    if not isinstance(variables, dict) or not all(isinstance(v, str) for v in variables.values()):
        return table  # the mistake is told when the table is read as a toolchain
    filler = _Filler(variables, place)
    filled = {key: value if key == "vars" else filler.fill(value, (key,)) for key, value in table.items()}
    for name in own:
        if name not in filler.mentioned:
            hint = did_you_mean(name, sorted(filler.mentioned - set(variables)))
            filler.problems.append(Problem(where=place("vars", name), what="is mentioned nowhere", hint=hint))
    if filler.problems:
        raise ForgeError(*filler.problems)
    return filled


class _Filler:
    """Replaces `{vars.NAME}`, and collects what was `mentioned` and which names are unknown."""

    def __init__(self, variables: Mapping[str, str], place: Place) -> None:
        self._variables = variables
        self._place = place
        self.mentioned: set[str] = set()
        self.problems: list[Problem] = []

    def fill(self, value: Any, keys: tuple[str | int, ...]) -> Any:
        """The value with variables replaced; `keys` lead to it."""
        if isinstance(value, str):
            return self._text(value, keys)
        if isinstance(value, list):
            return [self.fill(item, (*keys, index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {self._text(key, (*keys, key)): self.fill(item, (*keys, key)) for key, item in value.items()}
        return value

    def _text(self, text: str, keys: tuple[str | int, ...]) -> str:
        for name in _VARIABLE.findall(text):
            self.mentioned.add(name)
            if name not in self._variables:
                hint = did_you_mean(name, list(self._variables)) or "write it in [vars]"
                self.problems.append(Problem(where=self._place(*keys), what=f"unknown variable {name!r}", hint=hint))
        return _VARIABLE.sub(lambda match: self._variables.get(match[1], match[0]), text)
