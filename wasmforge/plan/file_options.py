"""The files that a component's options name, for its recipe and the passes of its target."""

from collections.abc import Iterable

from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Overlay
from wasmforge.model.plan import OptionFile, OptionWord, Snapshot
from wasmforge.model.recipe import Recipe
from wasmforge.plan.paths import inner_path
from wasmforge.plan.recipes.scope import as_words
from wasmforge.plan.resolve import ResolvedComponent, passes_of
from wasmforge.plan.select import BuildUnit


def file_options(unit: BuildUnit, catalog: Catalog) -> tuple[OptionFile, ...]:
    """Every file that an option of the component's recipe or passes names on this target; `check` has passed it."""
    s = unit.resolved
    overlay = unit.declared.component.on.get(s.target, Overlay()).options
    found: dict[OptionFile, None] = {}
    for option, place, path in _paths((catalog.recipes[s.recipe], *passes_of(s.target, catalog)), s):
        where = f"on.{s.target}.options.{place}" if option in overlay else f"options.{place}"
        found[OptionFile(where=where, path=path, said=option in s.options)] = None
    return tuple(found)


def option_words(unit: BuildUnit, catalog: Catalog) -> tuple[OptionWord, ...]:
    """The words of the component's options that may name folders of sources, or files among them, on this target."""
    s, recipe = unit.resolved, catalog.recipes[unit.resolved.recipe]
    overlay = unit.declared.component.on.get(s.target, Overlay()).options
    return tuple(
        OptionWord(
            where=f"{f'on.{s.target}.' if name in overlay else ''}options.{name}.{index}",
            word=word,
            folder=option.kind == "folders",
        )
        for name, option in recipe.options.items()
        if option.kind in ("list", "folders")
        for index, word in enumerate(as_words(s.options.get(name, option.default)))
    )


def missing_file_options(recipe: Recipe, resolved: ResolvedComponent, snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """The options whose file is not there, as names that stand for nothing."""
    return {f"options.{o}": () for o, _, path in _paths((recipe,), resolved) if path not in snapshot.files}


def existing_files(recipe: Recipe, resolved: ResolvedComponent, snapshot: Snapshot) -> tuple[str, ...]:
    """The files that options of this recipe or pass name, and that are there."""
    return tuple(dict.fromkeys(path for *_, path in _paths((recipe,), resolved) if path in snapshot.files))


def _paths(recipes: Iterable[Recipe], resolved: ResolvedComponent) -> Iterable[tuple[str, str, str]]:
    """Option, place of the path in `options`, and path of every file."""
    for recipe in recipes:
        for name, option in recipe.options.items():
            value = resolved.options.get(name, option.default)
            if option.kind == "file" and isinstance(value, str):
                yield name, name, inner_path(value, "file")
            elif option.kind == "files":
                for index, path in enumerate(as_words(value)):
                    yield name, f"{name}.{index}", inner_path(path, "file")
