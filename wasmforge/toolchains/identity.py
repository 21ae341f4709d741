"""Computes the identity of a toolchain: a text for people, and a SHA-256 over all that decides what its tools do.

That is everything its file says of where it comes from and how its tools are started; the bytes of what it consists of
on this machine, of every program that its words start and of what these start with; the identities of the toolchains it
needs; and, if its file is the project's own, that file with all that lies beside it. Where things are is no part of it.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from wasmforge.model.base import Struct
from wasmforge.model.toolchain import Origin, ResolvedToolchain, Toolchain, described
from wasmforge.plan.recipes.template import Scope, expand_all, expand_one
from wasmforge.toolchains.contents import outermost
from wasmforge.toolchains.file_digests import ABSENT, is_below
from wasmforge.toolchains.lookups import Lookups, started
from wasmforge.toolchains.origins.base import OriginContext, OriginFound

RULES = 1
"""Changes when what an identity is made of does."""

DEEP = 1
"""Levels of folders, below one that a toolchain consists of, by whose times it is known that nothing came or went."""

SYSTEM = ("/bin/", "/lib/", "/sbin/", "/usr/")
"""Where programs are a distribution's, which change together with the libraries they start with. What a wheel or a
vendor packs is made for any system's C library, and brings its other libraries along."""


class ToolchainIdentity(Struct, frozen=True, kw_only=True):
    """Which toolchain it is, and the files and folders that it consists of, with programs that lie elsewhere."""

    identity: str
    contents: tuple[str, ...]


def identify(
    toolchain: Toolchain,
    origin: Origin,
    origin_found: OriginFound,
    needed: Sequence[ResolvedToolchain],
    scope: Scope,
    context: OriginContext,
    own: str,
) -> ToolchainIdentity:
    """The identity of this origin's toolchain. `own` is the digest of the project's files that say so, if they do.

    `scope` is what its words may mention, but for its scratch folder. Raises TemplateError.
    """
    here = origin_found.image is None  # in an image no word means a file of this machine
    roots = outermost(origin_found.contents)
    words = {**scope, "cache": (ABSENT,)}
    tables: dict[str, dict[str, tuple[str, ...]]] = {
        "tools": {name: expand_all(argv, words) for name, argv in origin.tools.items()},
        "links": {name: (expand_one(target, words),) for name, target in origin.links.items()},
        "env": {name: (expand_one(value, words),) for name, value in {**toolchain.env, **origin.env}.items()},
        "scope": {name: tuple(values) for name, values in origin_found.scope.items()},
    }
    named = tuple(
        dict.fromkeys(v for t in tables.values() for values in t.values() for v in values if here and _is_file(v))
    )
    outside = tuple(path for path in named if _within(path, roots) is None)
    parts = tuple(root for root in roots if _is_file(root))
    libraries = tuple(dict.fromkeys(chain(*(_start(path, context.lookups) for path in (*named, *parts)))))
    files = context.digests.of_files((*parts, *outside, *libraries))

    def place(path: str) -> str:
        """A path as it is on every machine: where it lies in what the toolchain consists of, or what it holds."""
        return _within(path, roots) or files.get(path) or ("folder" if os.path.isdir(path) else "")  # noqa: PTH112 - as in _is_file

    def places(table: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        return {
            name: [place(v) if here and v.startswith("/") else "" for v in values] for name, values in table.items()
        }

    material = {
        "rules": RULES,
        "toolchain": {"name": toolchain.name, "env": toolchain.env, "shares": toolchain.shares},
        "origin": msgspec.to_builtins(msgspec.structs.replace(origin, name="", like=None)),
        "description": origin_found.description,
        "image": origin_found.image,
        "project": own,
        "contents": [origin_found.digests.get(root) or files.get(root) or context.digests.of(root) for root in roots],
        "places": {name: places(table) for name, table in tables.items()},
        "libraries": [(Path(path).name, files[path]) for path in libraries],
        "needs": [needed_toolchain.identity for needed_toolchain in needed],
    }
    digest = hashlib.sha256(json.dumps(material, sort_keys=True).encode("utf-8", "surrogateescape")).hexdigest()
    for path in (*named, *chain(*(_folders(root, DEEP) for root in roots))):
        context.lookups.at(path)
    others = [
        described(needed_toolchain.identity)
        for needed_toolchain in needed
        if described(needed_toolchain.identity) not in origin_found.description
    ]
    description = ", ".join((origin_found.description, *others, *(("of this project",) if own else ())))
    return ToolchainIdentity(
        identity=f"{description} sha256:{digest}", contents=outermost((*roots, *map(os.path.realpath, outside)))
    )


def _is_file(path: str) -> bool:
    return path.startswith("/") and os.path.isfile(path)  # noqa: PTH113 - also where one may not look


def _within(path: str, roots: Sequence[str]) -> str | None:
    """Where a path lies in what a toolchain consists of: the number of the part, and the way from there."""
    for each in (path, os.path.realpath(path)):
        for number, root in enumerate(roots):
            if is_below(each, root):
                return f"{number}/{os.path.relpath(each, root)}"
    return None


def _start(program: str, lookups: Lookups) -> tuple[str, ...]:
    """The files that a program of this system starts with."""
    return started(program, lookups) if os.path.realpath(program).startswith(SYSTEM) else ()


def _folders(root: str, deep: int) -> Iterator[str]:
    """A file or folder with the folders below it, so many levels down."""
    yield root
    if not Path(root).is_dir() or not deep:
        return
    with os.scandir(root) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from _folders(entry.path, deep - 1)
