"""The files that a component's options name, one by one or by patterns, for its recipe and its target's passes."""

from collections.abc import Iterable

from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Overlay
from wasmforge.model.plan import FileList, OptionFile, OptionWord, Snapshot
from wasmforge.model.recipe import Recipe
from wasmforge.plan.component_files import given_files
from wasmforge.plan.paths import inner_path
from wasmforge.plan.recipes.scope import as_words
from wasmforge.plan.resolve import ResolvedComponent, passes_of
from wasmforge.plan.select import BuildUnit


def file_options(unit: BuildUnit, catalog: Catalog) -> tuple[OptionFile, ...]:
    """Every file that an option of the component's recipe or passes names on this target; `check` has passed it."""
    s = unit.resolved
    overlay = unit.declared.component.on.get(s.target, Overlay()).options
    found: dict[OptionFile, None] = {}
    for option, path in _paths((catalog.recipes[s.recipe], *passes_of(s.target, catalog)), s):
        where = f"on.{s.target}.options.{option}" if option in overlay else f"options.{option}"
        found[OptionFile(where=where, path=path, said=option in s.options)] = None
    return tuple(found)


def file_lists(unit: BuildUnit, catalog: Catalog) -> tuple[FileList, ...]:
    """The patterns of the component's `files`, and of every option of its recipe or passes that lists files."""
    s = unit.resolved
    overlay = unit.declared.component.on.get(s.target, Overlay()).options
    lists = _patterns((catalog.recipes[s.recipe], *passes_of(s.target, catalog)), s)
    return (
        *given_files(unit),
        *(
            FileList(where=f"on.{s.target}.options.{name}" if name in overlay else f"options.{name}", patterns=patterns)
            for name, patterns in dict(lists).items()
        ),
    )


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


def file_option_words(recipe: Recipe, resolved: ResolvedComponent, snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """What names of options stand for when it depends on the files: those that patterns match; nothing for a missing
    default.
    """
    missing = {f"options.{o}": () for o, path in _paths((recipe,), resolved) if path not in snapshot.files}
    return missing | {f"options.{o}": snapshot.matched[p] for o, p in _patterns((recipe,), resolved)}


def existing_files(recipe: Recipe, resolved: ResolvedComponent, snapshot: Snapshot) -> tuple[str, ...]:
    """The files that options of this recipe or pass name, and that are there."""
    named = [path for _, path in _paths((recipe,), resolved) if path in snapshot.files]
    listed = [path for _, patterns in _patterns((recipe,), resolved) for path in snapshot.matched[patterns]]
    return tuple(dict.fromkeys((*named, *listed)))


def _paths(recipes: Iterable[Recipe], resolved: ResolvedComponent) -> Iterable[tuple[str, str]]:
    for recipe in recipes:
        for name, option in recipe.options.items():
            value = resolved.options.get(name, option.default)
            if option.kind == "file" and isinstance(value, str):
                yield name, inner_path(value, "file")


def _patterns(recipes: Iterable[Recipe], resolved: ResolvedComponent) -> Iterable[tuple[str, tuple[str, ...]]]:
    for recipe in recipes:
        for name, option in recipe.options.items():
            if option.kind == "files" and (patterns := as_words(resolved.options.get(name))):
                yield name, patterns
