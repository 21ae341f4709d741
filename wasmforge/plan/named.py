"""Files of a component that its options name, for its recipe and for the passes of its target alike."""

from collections.abc import Iterable

from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Overlay
from wasmforge.model.plan import Named, Snapshot
from wasmforge.model.recipe import Recipe
from wasmforge.plan.paths import inner_path
from wasmforge.plan.select import Wanted
from wasmforge.plan.settled import Settled, passes_of


def named_files(one: Wanted, catalog: Catalog) -> tuple[Named, ...]:
    """Every file that an option of the component's recipe or passes names on this target; `check` has passed it."""
    s = one.settled
    there = one.placed.component.on.get(s.target, Overlay()).options
    found: dict[Named, None] = {}
    for option, path in _paths((catalog.recipes[s.recipe], *passes_of(s.target, catalog)), s):
        where = f"on.{s.target}.options.{option}" if option in there else f"options.{option}"
        found[Named(where=where, path=path, said=option in s.options)] = None
    return tuple(found)


def absent(recipe: Recipe, settled: Settled, snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """The options whose file is not there, as names that stand for nothing."""
    return {f"options.{o}": () for o, path in _paths((recipe,), settled) if path not in snapshot.files}


def present(recipe: Recipe, settled: Settled, snapshot: Snapshot) -> tuple[str, ...]:
    """The files that options of this recipe or pass name, and that are there."""
    return tuple(dict.fromkeys(path for _, path in _paths((recipe,), settled) if path in snapshot.files))


def _paths(recipes: Iterable[Recipe], settled: Settled) -> Iterable[tuple[str, str]]:
    for recipe in recipes:
        for name, option in recipe.options.items():
            value = settled.options.get(name, option.default)
            if option.kind == "file" and isinstance(value, str):
                yield name, inner_path(value, "file")
