"""Loads the catalog: every kind of file in it, of which the project's own come before the bundled ones."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

import wasmforge
from wasmforge.config import inputs, toml
from wasmforge.config.catalog_cache import KeyValueCache, cached
from wasmforge.config.fragments import with_fragments
from wasmforge.config.like import LikeResolver
from wasmforge.config.paths import escape_problem
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.base import TomlStruct
from wasmforge.model.catalog import RECIPE_KINDS, Catalog, entry_type
from wasmforge.model.catalog_kinds import KINDS, CatalogKind
from wasmforge.model.names import NAME_HINT, is_name
from wasmforge.model.plan import SourceFile
from wasmforge.model.recipe import Recipe
from wasmforge.model.target import Target
from wasmforge.model.toolchain import Toolchain

S = TypeVar("S", bound=TomlStruct)

Paths = Mapping[str, Mapping[str, list[Path]]]
"""By kind and name, every file of that name, the one in force first."""

_PACKAGE = Path(wasmforge.__file__).parent


def bundled() -> Path:
    """The folder that holds our own catalog (`recipes/` and so on): in the wheel, or at the top of a checkout."""
    inside = _PACKAGE / "_bundled"
    return inside if inputs.is_dir(inside) else _PACKAGE.parent


def load_catalog(root: Path | None, notes: KeyValueCache | None = None) -> Catalog:
    """Read every file of the catalog; `root` is the project's folder. Raises ForgeError with all mistakes.

    With `notes`, files are not parsed that were parsed before.
    """
    problems: list[Problem] = []
    paths = _find(root)
    contents: dict[Path, bytes] = {}
    for path in _paths_to_read(paths):
        try:
            contents[path] = toml.content(path, shown=str(path))
        except ForgeError as e:
            problems.extend(e.problems)
    catalog = cached(notes, contents, lambda: _parse_all(paths, contents, problems), lambda: not problems)
    files: dict[str, dict[str, SourceFile]] = {}
    for kind in RECIPE_KINDS:
        for name, recipe in catalog.entries(kind).items():
            files[name] = _files_beside(paths[kind.name][name][0], recipe, problems)
    if problems:
        raise ForgeError(*problems)
    local = _local_digests(root, paths, contents)
    return msgspec.structs.replace(
        catalog,
        lookup_order={
            f"{kind} {name}": tuple(map(str, p)) for kind, named in paths.items() for name, p in named.items()
        },
        files=files,
        project_toolchains=_project_toolchains(paths["toolchain"], contents, catalog.origin_files, local),
        local=local,
    )


def _paths_to_read(paths: Paths) -> Iterator[Path]:
    """Every file in force, and the toolchain files behind those, which another one may be `like`."""
    for kind, named in paths.items():
        for files in named.values():
            yield from files if kind == "toolchain" else files[:1]


def _project_toolchains(
    paths: Mapping[str, list[Path]],
    contents: Mapping[Path, bytes],
    origin_files: Mapping[str, tuple[str, ...]],
    local: Mapping[str, str],
) -> dict[str, str]:
    """For each toolchain of the project's own, a hash over its file and the project's files that its origins are from,
    each with what is in a folder of its name. Raises ForgeError.
    """
    digests: dict[str, str] = {}
    for name, (path, *_) in paths.items():
        if str(path) in local:
            others = [Path(f) for f in dict.fromkeys(origin_files.get(name, ())) if f != str(path) and f in local]
            parts = [_own_digest(each, contents[each]) for each in (path, *others)]
            digests[name] = parts[0] if len(parts) == 1 else hashlib.sha256("".join(parts).encode()).hexdigest()
    return digests


def _find(root: Path | None) -> Paths:
    """Every file of the catalog."""
    paths: dict[str, dict[str, list[Path]]] = {}
    tops = dict.fromkeys((root, bundled()) if root else (bundled(),))
    for kind in KINDS:
        named = paths[kind.name] = {}
        for folder in (top / kind.folder for top in tops):
            for name, path in _files(folder):
                named.setdefault(name, []).append(path)
    return paths


def _local_digests(root: Path | None, paths: Paths, contents: Mapping[Path, bytes]) -> dict[str, str]:
    """The SHA-256 of each file in force that the project itself brings, as it was read.

    In a checkout of wasmforge the folders of the project are the bundled ones, by whatever path it was reached.
    """
    local: dict[str, str] = {}
    if root is None:
        return local
    for kind in KINDS:
        own, ours = root / kind.folder, bundled() / kind.folder
        if not own.is_dir() or (ours.is_dir() and own.samefile(ours)):
            continue
        for path in (files[0] for files in paths[kind.name].values()):
            if own in (path.parent, path.parent.parent):
                local[str(path)] = hashlib.sha256(contents[path]).hexdigest()
    return local


def _parse_all(paths: Paths, contents: Mapping[Path, bytes], problems: list[Problem]) -> Catalog:
    """The files in force as a catalog, each recipe with its fragments; mistakes are added to `problems`."""
    ours = bundled() / "toolchains"
    likes = LikeResolver(paths["toolchain"], contents, lambda path: path.is_relative_to(ours))
    origin_files: dict[str, tuple[str, ...]] = {}

    def toolchain(name: str, path: Path) -> Toolchain:
        complete = likes.complete(name, path)
        origin_files[name] = complete.origin_files
        return toml.fit(complete.table, contents[path], Toolchain, shown=str(path))

    tables: dict[str, dict[str, Any]] = {}
    for kind in KINDS:
        parse = toolchain if kind.name == "toolchain" else _parser(contents, entry_type(kind))
        tables[kind.table] = _parse_kind(kind, paths[kind.name], contents, parse, problems)
    catalog = Catalog(**tables, origin_files=origin_files)
    for kind in RECIPE_KINDS:
        for name, recipe in catalog.entries(kind).items():
            place = str(paths[kind.name][name][0])
            whole = with_fragments(recipe, catalog.fragments, place, problems)
            tables[kind.table][name] = _with_likes(whole, catalog.targets)
    return catalog


def _parser(contents: Mapping[Path, bytes], struct: type[S]) -> Callable[[str, Path], S]:
    """What reads a file as `struct`."""
    return lambda _, path: toml.parse(contents[path], struct, shown=str(path))


def _parse_kind(
    kind: CatalogKind,
    paths: Mapping[str, list[Path]],
    contents: Mapping[Path, bytes],
    parse: Callable[[str, Path], TomlStruct],
    problems: list[Problem],
) -> dict[str, TomlStruct]:
    """The entries of one kind by name, as `parse` reads their files; mistakes are added to `problems`."""
    entries: dict[str, TomlStruct] = {}
    for name, (path, *_) in paths.items():
        if not is_name(name):
            what = f"{name!r} is not a name for a {kind.name}"
            problems.append(Problem(where=str(path), what=what, hint=NAME_HINT))
            continue
        try:
            if path in contents:
                entries[name] = _named(parse(name, path), name, path)
        except ForgeError as e:
            problems.extend(e.problems)
    return entries


def _with_likes(recipe: Recipe, targets: Mapping[str, Target]) -> Recipe:
    """The recipe with the words for one target given to those that are like it and have none of their own."""
    if not recipe.targets:
        return recipe
    likes = {t.name: recipe.targets[t.like] for t in targets.values() if t.like in recipe.targets}
    return msgspec.structs.replace(recipe, targets={**likes, **recipe.targets})


def _files_beside(path: Path, recipe: Recipe, problems: list[Problem]) -> dict[str, SourceFile]:
    """The files a recipe names beside its own; those that cannot be read become problems."""
    files: dict[str, SourceFile] = {}
    for key, name in recipe.files.items():
        try:
            files[key] = _file_beside(path, key, name)
        except ForgeError as e:
            problems.extend(e.problems)
    return files


def _file_beside(recipe: Path, key: str, name: str) -> SourceFile:
    """A file beside a recipe's own."""
    path, home = recipe.parent / name, recipe.parent
    if problem := escape_problem(home, home, name, f"{recipe}: files.{key}"):
        raise ForgeError(problem)
    try:
        data = inputs.read(path)
    except OSError as e:
        what = f"{name!r} beside it cannot be read: {e.strerror}"
        raise ForgeError(Problem(where=f"{recipe}: files.{key}", what=what)) from None
    return SourceFile(path=str(path), digest=hashlib.sha256(data).hexdigest(), size=len(data))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """`NAME.toml`, and `NAME/NAME.toml` for entries with other files beside it."""
    for entry in inputs.listed(folder):
        if entry.suffix == ".toml" and inputs.is_file(entry):
            yield entry.stem, entry
        elif inputs.is_file(entry / f"{entry.name}.toml"):
            inputs.below(entry)
            yield entry.name, entry / f"{entry.name}.toml"


def _own_digest(path: Path, content: bytes) -> str:
    """A SHA-256 over a file and, if it is in a folder of its name, over all files in that folder. Raises ForgeError."""
    whole = hashlib.sha256(content)
    folder = path.parent
    if folder.name != path.stem:
        return whole.hexdigest()
    inputs.below(folder)
    for each in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = each.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        try:
            with each.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
        except OSError as e:
            what = f"cannot be read: {(e.strerror or str(e)).lower()}"
            raise ForgeError(Problem(where=str(each), what=what)) from None
        whole.update(b"%d %b %b" % (len(name), name, digest))
    return whole.hexdigest()


def _named(entry: S, name: str, path: Path) -> S:
    """The entry, whose name must be the file's. Raises ForgeError."""
    own_name = getattr(entry, "name", name)
    if own_name != name:
        raise ForgeError(
            Problem(where=f"{path}: name", what=f"{own_name!r} in a file named {name!r}", hint=f'write name = "{name}"')
        )
    return entry
