"""Finds recipes, passes, toolchains, targets and runtimes: the project's own shadow the bundled ones."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

import wasmforge
from wasmforge.errors import ForgeError, Problem
from wasmforge.load import toml
from wasmforge.load.kept import Notes, kept
from wasmforge.model.base import Shape
from wasmforge.model.catalog import Catalog
from wasmforge.model.plan import SourceFile
from wasmforge.model.recipe import Recipe
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.target import Target
from wasmforge.model.toolchain import Toolchain

S = TypeVar("S", bound=Shape)

_PACKAGE = Path(wasmforge.__file__).parent


def bundled() -> Path:
    """The folder that holds our own `recipes/` and `toolchains/`: in the wheel, or at the top of a checkout."""
    inside = _PACKAGE / "_bundled"
    return inside if inside.is_dir() else _PACKAGE.parent


def load_catalog(root: Path | None, notes: Notes | None = None) -> Catalog:
    """Read every file of the catalog; `root` is the project's folder. Raises ForgeError with all mistakes.

    With `notes`, files are not parsed that were parsed before.
    """
    problems: list[Problem] = []
    found = _find(root)
    contents: dict[Path, bytes] = {}
    for path in (paths[0] for kind in found.values() for paths in kind.values()):
        try:
            contents[path] = toml.content(path, shown=str(path))
        except ForgeError as e:
            problems.extend(e.problems)
    catalog = kept(notes, contents, lambda: _parsed(found, contents, problems), lambda: not problems)
    files: dict[str, dict[str, SourceFile]] = {}
    for word, known in (("recipe", catalog.recipes), ("pass", catalog.passes)):
        for name, recipe in known.items():
            files[name] = _all_beside(found[word][name][0], recipe, problems)
    if problems:
        raise ForgeError(*problems)
    places = {f"{word} {name}": tuple(map(str, paths)) for word, kind in found.items() for name, paths in kind.items()}
    return msgspec.structs.replace(catalog, places=places, files=files)


def _find(root: Path | None) -> dict[str, dict[str, list[Path]]]:
    """By kind and name, every file of that name, the one in force first."""

    def gather(*folders: Path) -> dict[str, list[Path]]:
        named: dict[str, list[Path]] = {}
        for folder in dict.fromkeys(folders):
            for name, path in _files(folder):
                named.setdefault(name, []).append(path)
        return named

    def folders(name: str, ours: Path) -> tuple[Path, ...]:
        return (root / name, ours) if root else (ours,)

    return {
        "recipe": gather(*folders("recipes", bundled() / "recipes")),
        "pass": gather(*folders("recipes/passes", bundled() / "recipes" / "passes")),
        "toolchain": gather(*folders("toolchains", bundled() / "toolchains")),
        "target": gather(*folders("targets", _PACKAGE / "targets")),
        "runtime": gather(*folders("runtimes", _PACKAGE / "runtimes")),
    }


def _parsed(
    found: Mapping[str, Mapping[str, list[Path]]], contents: Mapping[Path, bytes], problems: list[Problem]
) -> Catalog:
    """The files in force as nouns; what is wrong in them becomes problems."""

    def parse(word: str, shape: type[S]) -> dict[str, S]:
        named: dict[str, S] = {}
        for name, (path, *_) in found[word].items():
            try:
                if path in contents:
                    named[name] = _named(toml.parse(contents[path], shape, shown=str(path)), name, path)
            except ForgeError as e:
                problems.extend(e.problems)
        return named

    recipes, passes = parse("recipe", Recipe), parse("pass", Recipe)
    toolchains, targets = parse("toolchain", Toolchain), parse("target", Target)
    return Catalog(
        recipes={name: _with_likes(recipe, targets) for name, recipe in recipes.items()},
        passes={name: _with_likes(adding, targets) for name, adding in passes.items()},
        toolchains=toolchains,
        targets=targets,
        runtimes=parse("runtime", RuntimeFile),
    )


def _with_likes(recipe: Recipe, targets: Mapping[str, Target]) -> Recipe:
    """The recipe with the words for one target given to those that are like it and have none of their own."""
    if not recipe.targets:
        return recipe
    likes = {t.name: recipe.targets[t.like] for t in targets.values() if t.like in recipe.targets}
    return msgspec.structs.replace(recipe, targets={**likes, **recipe.targets})


def _all_beside(path: Path, recipe: Recipe, problems: list[Problem]) -> dict[str, SourceFile]:
    """The files a recipe names beside its own; those that cannot be read become problems."""
    found: dict[str, SourceFile] = {}
    for key, name in recipe.files.items():
        try:
            found[key] = _beside(path, key, name)
        except ForgeError as e:
            problems.extend(e.problems)
    return found


def _beside(recipe: Path, key: str, name: str) -> SourceFile:
    """A file beside a recipe's own."""
    path = recipe.parent / name
    try:
        data = path.read_bytes()
    except OSError as e:
        what = f"{name!r} beside it cannot be read: {e.strerror}"
        raise ForgeError(Problem(where=f"{recipe}: files.{key}", what=what)) from None
    return SourceFile(path=str(path), digest=hashlib.sha256(data).hexdigest(), size=len(data))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """`NAME.toml`, and `NAME/NAME.toml` for those that bring other files along."""
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        if entry.suffix == ".toml" and entry.is_file():
            yield entry.stem, entry
        elif (entry / f"{entry.name}.toml").is_file():
            yield entry.name, entry / f"{entry.name}.toml"


def _named(value: S, name: str, path: Path) -> S:
    said = getattr(value, "name", name)
    if said != name:
        raise ForgeError(
            Problem(where=f"{path}: name", what=f"{said!r} in a file named {name!r}", hint=f'write name = "{name}"')
        )
    return value
