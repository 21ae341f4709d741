"""How many words each name of a recipe can stand for, over all targets, profiles, features and options."""

from collections.abc import Iterable, Mapping

from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import Option, Recipe, Words
from wasmforge.model.target import Target
from wasmforge.model.vocabulary import EXCEPTION_ENCODINGS, PROFILES
from wasmforge.plan.recipes.scope import LIBRARY_NAMES, as_words, recipe_file_path

MANY = 2
"""Stands for two words or more."""

ANY = frozenset({0, 1, MANY})
ONE = frozenset({1})

Arities = dict[str, frozenset[int]]

ExampleValues = dict[str, tuple[str, ...]]
"""Words that names can stand for; a name that users can set to any text is not in it."""


def arities(recipe: Recipe, catalog: Catalog) -> Arities:
    """Every name that can be in scope for this recipe's steps, with the numbers of words it can stand for."""
    found: Arities = {
        "name": ONE,
        "cwd": ONE,
        "exports": ANY,
        "variants": ANY,
        "files": ANY,
        **dict.fromkeys(LIBRARY_NAMES, ANY),
        "features": ANY if recipe.features else frozenset({0}),
    }
    for name, (rows, choices) in lookup_tables(recipe, catalog).items():
        found[name] = ONE
        for key in row_keys(rows):
            found[f"{name}.{key}"] = frozenset(arity_of(len(as_words(rows.get(c, {}).get(key)))) for c in choices)
    for key in dict.fromkeys(key for f in recipe.features.values() for key in f.words):
        found[f"features.{key}"] = _feature_words(recipe, key)
    found.update({f"options.{name}": _option(option) for name, option in recipe.options.items()})
    found.update(dict.fromkeys(file_names(recipe, catalog), ANY if recipe.languages else ONE))
    found.update(dict.fromkeys((f"given.{role}" for role in recipe.optional), frozenset({0, 1})))
    found.update(dict.fromkeys((f"files.{name}" for name in recipe.files), ONE))
    return found


def example_values(recipe: Recipe, catalog: Catalog) -> ExampleValues:
    """All words of the names whose values come from the catalog alone, and examples of those that are paths."""
    found: ExampleValues = {"name": ("n",), "files": example_paths("files")}
    for name, (rows, choices) in lookup_tables(recipe, catalog).items():
        found[name] = tuple(choices)
        for key in row_keys(rows):
            found[f"{name}.{key}"] = tuple(w for c in choices for w in as_words(rows.get(c, {}).get(key)))
    for name, option in recipe.options.items():
        if option.kind == "choice":
            found[f"options.{name}"] = tuple(w for c in option.choices.values() for w in as_words(c))
        elif option.kind == "flag":
            found[f"options.{name}"] = (*option.on, *option.off)
    given = (*file_names(recipe, catalog), *(f"given.{role}" for role in recipe.optional))
    found.update({name: example_paths(name) for name in given})
    found.update({f"files.{name}": (recipe_file_path(path),) for name, path in recipe.files.items()})
    return found


def example_paths(name: str) -> tuple[str, ...]:
    """Two paths that a list of files might hold."""
    return (f"{name}.x", f"folder/{name}.x")


def lookup_tables(
    recipe: Recipe, catalog: Catalog
) -> dict[str, tuple[Mapping[str, Mapping[str, Words]], tuple[str, ...]]]:
    """The lookup tables by name: their rows, and every choice that a component can make among them."""
    return {
        "kind": (recipe.kinds, ("command", "reactor", "library") if recipe.library else ("command", "reactor")),
        "language": (recipe.languages, tuple(recipe.languages) or _languages(catalog)),
        "target": (recipe.targets, targets_using(recipe, catalog)),
        "profile": (recipe.profiles, PROFILES),
    }


def _languages(catalog: Catalog) -> tuple[str, ...]:
    """Every language that some recipe builds: a pass may get modules from any of them."""
    return tuple(dict.fromkeys(name for r in catalog.recipes.values() for name in r.languages))


def row_keys(rows: Mapping[str, Mapping[str, Words]]) -> tuple[str, ...]:
    """Every key that some row of a table has."""
    return tuple(dict.fromkeys(key for row in rows.values() for key in row))


def file_names(recipe: Recipe, catalog: Catalog) -> tuple[str, ...]:
    """The names of the files a recipe starts from: its sources and what it needs, or the inputs of a pass."""
    if recipe.languages:
        return ("needs", *(f"sources.{group}" for group in recipe.sources))
    using = [t for t in catalog.targets.values() if recipe.name in t.passes]
    every = {r for other in (*catalog.recipes.values(), *catalog.passes.values()) for r in _roles(other)}
    for target in using:
        every &= _role_arities(recipe, target, catalog)
    return tuple(f"given.{role}" for role in sorted(every))


def targets_using(recipe: Recipe, catalog: Catalog) -> tuple[str, ...]:
    """The targets that name this recipe for a language or as a pass, or that it has a row for.

    A recipe without rows for targets fits all of them.
    """
    using = [t.name for t in catalog.targets.values() if recipe.name in t.recipes.values() or recipe.name in t.passes]
    return tuple(dict.fromkeys((*using, *(recipe.targets or catalog.targets))))


def arity_of(length: int) -> int:
    """A length as an arity."""
    return min(length, MANY)


def _role_arities(recipe: Recipe, target: Target, catalog: Catalog) -> set[str]:
    """The roles that this target's recipes, and the passes before this one, can build."""
    before = target.passes[: target.passes.index(recipe.name)]
    before_it = [catalog.recipes[r] for r in target.recipes.values() if r in catalog.recipes]
    before_it += [catalog.passes[p] for p in before if p in catalog.passes]
    return {role for other in before_it for role in _roles(other)}


def _roles(recipe: Recipe) -> Iterable[str]:
    return (role for step in recipe.steps for role in step.outputs)


def _feature_words(recipe: Recipe, key: str) -> frozenset[int]:
    """How many words `{features.KEY}` can stand for, over all features that can be on at once."""
    counts = [{0}] * 2  # without the encodings of exceptions, and with one of them
    for name, feature in recipe.features.items():
        own = len(as_words(feature.words.get(key)))
        if name in EXCEPTION_ENCODINGS:
            counts[1] = counts[1] | {arity_of(c + own) for c in counts[0]}
        else:
            counts = [known | {arity_of(c + own) for c in known} for known in counts]
    return frozenset(counts[0] | counts[1])


def _option(option: Option) -> frozenset[int]:
    if option.kind == "file":
        return frozenset({0, 1})  # a missing default is no word
    unset = frozenset({0}) if option.default is None else frozenset[int]()
    if option.kind == "flag":
        return frozenset({arity_of(len(option.on)), arity_of(len(option.off))})
    if option.kind == "choice":
        return unset | {arity_of(len(as_words(w))) for w in option.choices.values()}
    return unset | (ONE if option.kind == "text" else ANY)
