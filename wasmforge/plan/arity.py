"""How many words each name of a recipe can stand for, over all targets, profiles, features and options."""

from collections.abc import Iterable, Mapping

from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import Option, Recipe, Words
from wasmforge.model.vocabulary import PROFILES
from wasmforge.plan.scope import words

MANY = 2
"""Stands for two words or more."""

ANY = frozenset({0, 1, MANY})
ONE = frozenset({1})

Arities = dict[str, frozenset[int]]


def arities(recipe: Recipe, catalog: Catalog) -> Arities:
    """Every name that can be in scope for this recipe's steps, with the counts it can have."""
    tables = (
        ("kind", recipe.kinds, ("command", "reactor")),
        ("language", recipe.languages, tuple(recipe.languages)),
        ("target", recipe.targets, targets_using(recipe, catalog)),
        ("profile", recipe.profiles, PROFILES),
    )
    found: Arities = {"name": ONE, "exports": ANY, "features": _features(recipe), "needs": ANY}
    for name, rows, choices in tables:
        found[name] = ONE
        found.update(_table(name, rows, choices))
    found.update({f"options.{name}": _option(option) for name, option in recipe.options.items()})
    found.update({f"sources.{group}": ANY for group in recipe.sources})
    if not recipe.languages:  # a pass: it is given what other recipes and passes make
        roles = {
            r for other in (*catalog.recipes.values(), *catalog.passes.values()) for s in other.steps for r in s.outputs
        }
        found.update({f"given.{role}": ONE for role in roles})
    return found


def targets_using(recipe: Recipe, catalog: Catalog) -> tuple[str, ...]:
    """The targets that name this recipe for a language or as a pass, or that it has a row for."""
    using = [t.name for t in catalog.targets.values() if recipe.name in t.recipes.values() or recipe.name in t.passes]
    return tuple(dict.fromkeys((*using, *recipe.targets)))


def count(length: int) -> int:
    """A length as an arity."""
    return min(length, MANY)


def _table(name: str, rows: Mapping[str, Mapping[str, Words]], choices: Iterable[str]) -> Arities:
    keys = {key for row in rows.values() for key in row}
    return {
        f"{name}.{key}": frozenset(count(len(words(rows.get(choice, {}).get(key)))) for choice in choices)
        for key in keys
    }


def _option(option: Option) -> frozenset[int]:
    unset = frozenset({0}) if option.default is None else frozenset[int]()
    if option.kind == "flag":
        return frozenset({count(len(option.on)), count(len(option.off))})
    if option.kind == "choice":
        return unset | {count(len(words(w))) for w in option.choices.values()}
    return unset | (ONE if option.kind == "text" else ANY)


def _features(recipe: Recipe) -> frozenset[int]:
    return ANY if recipe.features else frozenset({0})
