"""Proves the tables of a recipe: its names, rows, options and words. Knows no steps but their names."""

import re
from collections.abc import Iterator

from wasmforge.errors import Problem, did_you_mean
from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import Recipe, Words
from wasmforge.model.vocabulary import FEATURES, PROFILES
from wasmforge.plan.arity import keys, tables
from wasmforge.plan.paths import inner_path
from wasmforge.plan.scope import beside, option_problem, words
from wasmforge.plan.words import BadWordError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def lint_tables(place: str, recipe: Recipe, catalog: Catalog) -> Iterator[Problem]:
    """Every mistake outside of the steps' words."""
    yield from _place(place, recipe, catalog)
    yield from _names(place, recipe)
    yield from _tables(place, recipe, catalog)
    yield from _options(place, recipe)


def _place(place: str, recipe: Recipe, catalog: Catalog) -> Iterator[Problem]:
    """A recipe builds languages; a pass takes what a recipe gave."""
    if recipe is catalog.recipes.get(recipe.name) and not recipe.languages:
        yield Problem(
            where=f"{place}: languages", what="it builds no language", hint="a pass belongs in recipes/passes/"
        )
    if recipe is catalog.passes.get(recipe.name) and recipe.languages:
        yield Problem(where=f"{place}: languages", what="a pass has no languages", hint="move it out of passes/")
    if not recipe.languages and recipe.sources:
        what = "a pass has no sources: it takes what others made"
        yield Problem(where=f"{place}: sources", what=what, hint="mention {given.module}")
    for target in (t for t in catalog.targets.values() if recipe.name in t.passes and not recipe.languages):
        others = [catalog.recipes[r] for r in target.recipes.values() if r in catalog.recipes]
        others += [catalog.passes[p] for p in target.passes if p in catalog.passes and p != recipe.name]
        theirs = {s.name: other.name for other in others for s in other.steps}
        for step in (s for s in recipe.steps if s.name in theirs):
            what = f"recipe {theirs[step.name]!r} has a step of that name, for target {target.name!r}"
            yield Problem(where=f"{place}: steps.{step.name}", what=what, hint="labels are told apart by it: rename it")


def _names(place: str, recipe: Recipe) -> Iterator[Problem]:
    """Names that are mentioned are plain, so that no dot or brace in them can be taken for something else."""
    rows = {
        "kinds": recipe.kinds,
        "languages": recipe.languages,
        "targets": recipe.targets,
        "profiles": recipe.profiles,
    }
    named = [("options", name) for name in recipe.options] + [("sources", name) for name in recipe.sources]
    named += [("lists", name) for name in recipe.lists]
    named += [(table, key) for table, row in rows.items() for key in keys(row)]
    named += [("files", name) for name in recipe.files] + [("steps", s.name) for s in recipe.steps]
    named += [(f"steps.{s.name}.outputs", role) for s in recipe.steps for role in s.outputs]
    for table, name in named:
        if not _NAME.fullmatch(name):
            hint = "letters, digits, '-' and '_'"
            yield Problem(where=f"{place}: {table}", what=f"{name!r} cannot be a name here", hint=hint)
    for name in (*recipe.env, *(name for s in recipe.steps for name in s.env)):
        if not _VARIABLE.fullmatch(name):
            yield Problem(where=f"{place}: env", what=f"{name!r} cannot be a variable's name")
    for name, path in recipe.files.items():
        try:
            inner_path(beside(path), "the path")
        except BadWordError as e:
            yield Problem(where=f"{place}: files.{name}", what=str(e))


def _tables(place: str, recipe: Recipe, catalog: Catalog) -> Iterator[Problem]:
    closed = (
        ("features", tuple(recipe.features), FEATURES),
        ("targets", tuple(recipe.targets), tuple(catalog.targets)),
        ("profiles", tuple(recipe.profiles), PROFILES),
        ("kinds", tuple(recipe.kinds), ("command", "reactor")),
    )
    for table, rows, known in closed:
        for row in rows:
            if row not in known:
                hint = did_you_mean(row, known)
                yield Problem(where=f"{place}: {table}.{row}", what=f"unknown {table[:-1]} {row!r}", hint=hint)
    for feature, said in recipe.features.items():
        for target in (t for t in said.targets if t not in catalog.targets):
            hint = did_you_mean(target, list(catalog.targets))
            yield Problem(where=f"{place}: features.{feature}.targets", what=f"unknown target {target!r}", hint=hint)
    names = [s.name for s in recipe.steps]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Problem(where=f"{place}: steps", what=f"two steps are named {name!r}")
    for where, value in _said(recipe, catalog):
        if any("\0" in word for word in words(value)):
            yield Problem(where=f"{place}: {where}", what="a word holds a NUL, which no command can be given")


def _said(recipe: Recipe, catalog: Catalog) -> Iterator[tuple[str, Words]]:
    """Every word or list of words that a name may stand for, with its place."""
    for table, (rows, _) in tables(recipe, catalog).items():
        for choice, row in rows.items():
            yield from ((f"{table}s.{choice}.{key}", value) for key, value in row.items())
    for name, option in recipe.options.items():
        yield f"options.{name}", (*option.on, *option.off)
        yield from ((f"options.{name}.choices.{choice}", value) for choice, value in option.choices.items())
    for name, feature in recipe.features.items():
        yield f"features.{name}", (*feature.on, *feature.off)


def _options(place: str, recipe: Recipe) -> Iterator[Problem]:
    flags = [name for name, option in recipe.options.items() if option.kind == "flag"]
    for name, feature in recipe.features.items():
        if feature.needs is not None and feature.needs not in flags:
            where, hint = f"{place}: features.{name}.needs", did_you_mean(feature.needs, flags)
            yield Problem(where=where, what=f"{feature.needs!r} is no flag among its options", hint=hint)
    for name, option in recipe.options.items():
        where = f"{place}: options.{name}"
        if option.default is not None and (said := option_problem(option, option.default)):
            yield Problem(where=f"{where}.default", what=said)
        if option.kind == "choice" and not option.choices:
            yield Problem(where=where, what="a choice without choices")
        if option.kind != "flag" and (option.on or option.off):
            yield Problem(where=where, what=f"`on` and `off` go with a flag, not with kind {option.kind!r}")
