"""Finds recipes, passes, toolchains, targets and runtimes: the project's own shadow the bundled ones."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

import wasmforge
from wasmforge.errors import ForgeError, Problem
from wasmforge.load import toml
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


def load_catalog(root: Path | None) -> Catalog:
    """Read every file of the catalog; `root` is the project's folder. Raises ForgeError with all mistakes."""
    problems: list[Problem] = []
    places: dict[str, tuple[str, ...]] = {}

    def gather(word: str, shape: type[S], folders: tuple[Path, ...]) -> dict[str, S]:
        found: dict[str, S] = {}
        for folder in folders:
            for name, path in _files(folder):
                key = f"{word} {name}"
                places[key] = (*places.get(key, ()), str(path))
                if name in found:
                    continue
                try:
                    found[name] = _named(toml.read(path, shape, shown=str(path)), name, path)
                except ForgeError as e:
                    problems.extend(e.problems)
        return found

    def folders(name: str, ours: Path) -> tuple[Path, ...]:
        own = root / name if root else None
        return (ours,) if own is None or own == ours else (own, ours)

    files: dict[str, dict[str, SourceFile]] = {}
    recipes = gather("recipe", Recipe, folders("recipes", bundled() / "recipes"))
    passes = gather("pass", Recipe, folders("recipes/passes", bundled() / "recipes" / "passes"))
    toolchains = gather("toolchain", Toolchain, folders("toolchains", bundled() / "toolchains"))
    targets = gather("target", Target, folders("targets", _PACKAGE / "targets"))
    runtimes = gather("runtime", RuntimeFile, folders("runtimes", _PACKAGE / "runtimes"))
    catalog = Catalog(
        recipes={name: _with_likes(recipe, targets) for name, recipe in recipes.items()},
        passes={name: _with_likes(adding, targets) for name, adding in passes.items()},
        toolchains=toolchains,
        targets=targets,
        runtimes=runtimes,
        places=places,
        files=files,
    )
    for word, known in (("recipe", catalog.recipes), ("pass", catalog.passes)):
        for name, recipe in known.items():
            files[name] = _all_beside(Path(places[f"{word} {name}"][0]), recipe, problems)
    if problems:
        raise ForgeError(*problems)
    return catalog


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
