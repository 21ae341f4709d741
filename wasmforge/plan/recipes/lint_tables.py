"""Proves the tables of a recipe: its names, rows, options and words."""

import re
from collections.abc import Iterator

from wasmforge.errors import Problem, did_you_mean, unknown
from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import Recipe, Words
from wasmforge.model.vocabulary import FEATURES, PROFILES
from wasmforge.plan.paths import inner_path
from wasmforge.plan.recipes.arity import lookup_tables, row_keys
from wasmforge.plan.recipes.scope import as_words, option_problem, recipe_file_path
from wasmforge.plan.recipes.template import JOINS, PARTS, TemplateError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def lint_tables(place: str, recipe: Recipe, catalog: Catalog) -> Iterator[Problem]:
    """Every mistake outside of the steps' words."""
    yield from _lint_place(place, recipe, catalog)
    yield from _check_names(place, recipe)
    yield from _check_rows(place, recipe, catalog)
    yield from _check_options(place, recipe)
    yield from _check_mentioned(place, recipe)


def _lint_place(place: str, recipe: Recipe, catalog: Catalog) -> Iterator[Problem]:
    """A recipe builds languages; a pass takes the output of a recipe."""
    if recipe is catalog.recipes.get(recipe.name) and not recipe.languages:
        yield Problem(
            where=f"{place}: languages", what="it builds no language", hint="a pass belongs in recipes/passes/"
        )
    if recipe is catalog.passes.get(recipe.name) and recipe.languages:
        yield Problem(where=f"{place}: languages", what="a pass has no languages", hint="move it out of passes/")
    if not recipe.languages and recipe.sources:
        what = "a pass has no sources: it takes what others built"
        yield Problem(where=f"{place}: sources", what=what, hint="mention {given.module}")
    for target in (t for t in catalog.targets.values() if recipe.name in t.passes and not recipe.languages):
        others = [catalog.recipes[r] for r in target.recipes.values() if r in catalog.recipes]
        others += [catalog.passes[p] for p in target.passes if p in catalog.passes and p != recipe.name]
        theirs = {s.name: other.name for other in others for s in other.steps}
        for step in (s for s in recipe.steps if s.name in theirs):
            what = f"recipe {theirs[step.name]!r} has a step of that name, for target {target.name!r}"
            yield Problem(where=f"{place}: steps.{step.name}", what=what, hint="labels need different ones: rename it")


def _check_names(place: str, recipe: Recipe) -> Iterator[Problem]:
    """Names that are mentioned have no dots or braces, which mean something else there."""
    rows = {
        "kinds": recipe.kinds,
        "languages": recipe.languages,
        "targets": recipe.targets,
        "profiles": recipe.profiles,
    }
    named = [("options", name) for name in recipe.options] + [("sources", name) for name in recipe.sources]
    named += [("lists", name) for name in recipe.lists] + [("environments", name) for name in recipe.environments]
    named += [(table, key) for table, row in rows.items() for key in row_keys(row)]
    named += [("features", key) for f in recipe.features.values() for key in f.words]
    named += [("files", name) for name in recipe.files] + [("steps", s.name) for s in recipe.steps]
    named += [(f"steps.{s.name}.outputs", role) for s in recipe.steps for role in s.outputs]
    for table, name in named:
        if not _NAME.fullmatch(name):
            hint = "letters, digits, '-' and '_'"
            yield Problem(where=f"{place}: {table}", what=f"{name!r} cannot be a name here", hint=hint)
    named_tables = (recipe.env, *recipe.environments.values(), *(step.env for step in recipe.steps))
    for name in (name for variables in named_tables for name in variables):
        if not _VARIABLE.fullmatch(name):
            yield Problem(where=f"{place}: env", what=f"{name!r} cannot be a variable's name")
    for key in sorted({k for f in recipe.features.values() for k in f.words} & {*PARTS, *JOINS}):
        hint = f"{{features.{key}}} is something else already"
        yield Problem(where=f"{place}: features", what=f"{key!r} cannot be a name of words here", hint=hint)
    for name, path in recipe.files.items():
        try:
            inner_path(recipe_file_path(path), "the path")
        except TemplateError as e:
            yield Problem(where=f"{place}: files.{name}", what=str(e))


def _check_rows(place: str, recipe: Recipe, catalog: Catalog) -> Iterator[Problem]:
    closed = (
        ("features", tuple(recipe.features), FEATURES),
        ("targets", tuple(recipe.targets), tuple(catalog.targets)),
        ("profiles", tuple(recipe.profiles), PROFILES),
        ("kinds", tuple(recipe.kinds), ("command", "reactor", "library")),
        ("library", tuple(recipe.library), ("includes", "archives")),
    )
    for table, rows, known in closed:
        for row in rows:
            if row not in known:
                yield unknown(table.removesuffix("s"), row, known, where=f"{place}: {table}.{row}")
    for feature, words_of_feature in recipe.features.items():
        for target in (t for t in words_of_feature.targets if t not in catalog.targets):
            yield unknown("target", target, catalog.targets, where=f"{place}: features.{feature}.targets")
    names = [s.name for s in recipe.steps]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Problem(where=f"{place}: steps", what=f"two steps are named {name!r}")
    for where, value in _all_words(recipe, catalog):
        if any("\0" in word for word in as_words(value)):
            yield Problem(where=f"{place}: {where}", what="a word contains a NUL, which no command can take")


def _all_words(recipe: Recipe, catalog: Catalog) -> Iterator[tuple[str, Words]]:
    """Every word or list of words that a name may stand for, with its place."""
    for table, (rows, _) in lookup_tables(recipe, catalog).items():
        for choice, row in rows.items():
            yield from ((f"{table}s.{choice}.{key}", value) for key, value in row.items())
    for name, option in recipe.options.items():
        yield f"options.{name}", (*option.on, *option.off)
        yield from ((f"options.{name}.choices.{choice}", value) for choice, value in option.choices.items())
    for name, feature in recipe.features.items():
        yield f"features.{name}", (*feature.on, *feature.off)
        yield from ((f"features.{name}.words.{key}", words) for key, words in feature.words.items())


def _check_options(place: str, recipe: Recipe) -> Iterator[Problem]:
    flags = [name for name, option in recipe.options.items() if option.kind == "flag"]
    for name, feature in recipe.features.items():
        if feature.needs is not None and feature.needs not in flags:
            where, hint = f"{place}: features.{name}.needs", did_you_mean(feature.needs, flags)
            yield Problem(where=where, what=f"{feature.needs!r} is not a flag among its options", hint=hint)
    for name, option in recipe.options.items():
        where = f"{place}: options.{name}"
        if option.default is not None and (problem := option_problem(option, option.default)):
            yield Problem(where=f"{where}.default", what=problem)
        if option.default is not None and option.kind == "files":
            yield Problem(where=f"{where}.default", what="a list of files has no default: they must be there")
        if option.shared == "link" and option.kind != "list":
            yield Problem(where=f"{where}.shared", what=f"only lists are joined in a link, not kind {option.kind!r}")
        if option.kind == "choice" and not option.choices:
            yield Problem(where=where, what="a choice without choices")
        if option.kind != "flag" and (option.on or option.off):
            yield Problem(where=where, what=f"`on` and `off` are for flags, not for kind {option.kind!r}")


def _check_mentioned(place: str, recipe: Recipe) -> Iterator[Problem]:
    """Each is a group of sources, with an expression that says where in a text a name stands."""
    for group, pattern in recipe.mentioned.items():
        where = f"{place}: mentioned.{group}"
        if group not in recipe.sources:
            yield unknown("group", group, recipe.sources, where=where)
        try:
            if not re.compile(pattern).groups:
                yield Problem(where=where, what="no group in it matches a name", hint="""'"([^"]+)"'""")
        except re.error as e:
            yield Problem(where=where, what=f"is no regular expression: {e}")
