"""What each name of a recipe can stand for, over all targets, profiles, features and options: how many words, which."""

from collections.abc import Iterable, Mapping

from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import Option, Recipe, Words
from wasmforge.model.target import Target
from wasmforge.model.vocabulary import PROFILES
from wasmforge.plan.scope import beside, words

MANY = 2
"""Stands for two words or more."""

ANY = frozenset({0, 1, MANY})
ONE = frozenset({1})

Arities = dict[str, frozenset[int]]

Samples = dict[str, tuple[str, ...]]
"""Words that names can stand for; a name that can be any text a person writes is not in it."""


def arities(recipe: Recipe, catalog: Catalog) -> Arities:
    """Every name that can be in scope for this recipe's steps, with the counts it can have."""
    found: Arities = {
        "name": ONE,
        "cwd": ONE,
        "exports": ANY,
        "variants": ANY,
        "features": ANY if recipe.features else frozenset({0}),
    }
    for name, (rows, choices) in tables(recipe, catalog).items():
        found[name] = ONE
        for key in keys(rows):
            found[f"{name}.{key}"] = frozenset(count(len(words(rows.get(c, {}).get(key)))) for c in choices)
    found.update({f"options.{name}": _option(option) for name, option in recipe.options.items()})
    found.update(dict.fromkeys(files_of(recipe, catalog), ANY if recipe.languages else ONE))
    found.update(dict.fromkeys((f"files.{name}" for name in recipe.files), ONE))
    return found


def samples(recipe: Recipe, catalog: Catalog) -> Samples:
    """All words of the names that can only be what files of the catalog say, and examples of those that are paths."""
    found: Samples = {"name": ("n",)}
    for name, (rows, choices) in tables(recipe, catalog).items():
        found[name] = tuple(choices)
        for key in keys(rows):
            found[f"{name}.{key}"] = tuple(w for c in choices for w in words(rows.get(c, {}).get(key)))
    for name, option in recipe.options.items():
        if option.kind == "choice":
            found[f"options.{name}"] = tuple(w for c in option.choices.values() for w in words(c))
        elif option.kind == "flag":
            found[f"options.{name}"] = (*option.on, *option.off)
    found.update({name: path_samples(name) for name in files_of(recipe, catalog)})
    found.update({f"files.{name}": (beside(path),) for name, path in recipe.files.items()})
    return found


def path_samples(name: str) -> tuple[str, ...]:
    """Two paths that a list of files might hold."""
    return (f"{name}.x", f"folder/{name}.x")


def tables(recipe: Recipe, catalog: Catalog) -> dict[str, tuple[Mapping[str, Mapping[str, Words]], tuple[str, ...]]]:
    """The lookup tables by name: their rows, and every choice that a component can make among them."""
    return {
        "kind": (recipe.kinds, ("command", "reactor")),
        "language": (recipe.languages, tuple(recipe.languages) or _languages(catalog)),
        "target": (recipe.targets, targets_using(recipe, catalog)),
        "profile": (recipe.profiles, PROFILES),
    }


def _languages(catalog: Catalog) -> tuple[str, ...]:
    """Every language that some recipe builds: a pass may be given what was written in any of them."""
    return tuple(dict.fromkeys(name for r in catalog.recipes.values() for name in r.languages))


def keys(rows: Mapping[str, Mapping[str, Words]]) -> tuple[str, ...]:
    """Every key that some row of a table has."""
    return tuple(dict.fromkeys(key for row in rows.values() for key in row))


def files_of(recipe: Recipe, catalog: Catalog) -> tuple[str, ...]:
    """The names of the files a recipe starts from: its sources and what it needs, or what a pass is given."""
    if recipe.languages:
        return ("needs", *(f"sources.{group}" for group in recipe.sources))
    using = [t for t in catalog.targets.values() if recipe.name in t.passes]
    every = {r for other in (*catalog.recipes.values(), *catalog.passes.values()) for r in _roles(other)}
    for target in using:
        every &= _given(recipe, target, catalog)
    return tuple(f"given.{role}" for role in sorted(every))


def targets_using(recipe: Recipe, catalog: Catalog) -> tuple[str, ...]:
    """The targets that name this recipe for a language or as a pass, or that it has a row for.

    A recipe without rows for targets fits all of them.
    """
    using = [t.name for t in catalog.targets.values() if recipe.name in t.recipes.values() or recipe.name in t.passes]
    return tuple(dict.fromkeys((*using, *(recipe.targets or catalog.targets))))


def count(length: int) -> int:
    """A length as an arity."""
    return min(length, MANY)


def _given(recipe: Recipe, target: Target, catalog: Catalog) -> set[str]:
    """The roles that this target's recipes, and the passes before this one, can make."""
    before = target.passes[: target.passes.index(recipe.name)]
    made = [catalog.recipes[r] for r in target.recipes.values() if r in catalog.recipes]
    made += [catalog.passes[p] for p in before if p in catalog.passes]
    return {role for other in made for role in _roles(other)}


def _roles(recipe: Recipe) -> Iterable[str]:
    return (role for step in recipe.steps for role in step.outputs)


def _option(option: Option) -> frozenset[int]:
    if option.kind == "file":
        return frozenset({0, 1})  # a default that is not there is no word
    unset = frozenset({0}) if option.default is None else frozenset[int]()
    if option.kind == "flag":
        return frozenset({count(len(option.on)), count(len(option.off))})
    if option.kind == "choice":
        return unset | {count(len(words(w))) for w in option.choices.values()}
    return unset | (ONE if option.kind == "text" else ANY)
