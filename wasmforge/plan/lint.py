"""Proves a recipe closed over all targets, profiles, features and options, set and unset, before anyone builds."""

from collections.abc import Iterator

from wasmforge.errors import Problem, did_you_mean
from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import Recipe, Step
from wasmforge.model.vocabulary import FEATURES, PROFILES
from wasmforge.plan.arity import ANY, MANY, ONE, Arities, arities, targets_using
from wasmforge.plan.scope import option_problem, words
from wasmforge.plan.words import JOINED, PARTS, BadWordError, mentioned, references


def lint(recipe: Recipe, catalog: Catalog) -> tuple[Problem, ...]:
    """Every mistake of a recipe or pass; empty when any component that passes `check` can be planned with it."""
    place = f"recipe {recipe.name}"
    known = arities(recipe, catalog)
    problems = [*_tables(place, recipe, catalog), *_options(place, recipe)]
    used: set[str] = set()
    for step in recipe.steps:
        where = f"{place}: steps.{step.name}"
        problems.extend(_step(where, recipe, step, known, catalog, used))
        made = ANY if step.each else frozenset({0, 1})
        known.update({f"steps.{step.name}.{role}": made for role in step.outputs})
    if not recipe.steps:
        problems.append(Problem(where=place, what="it has no steps"))
    problems.extend(_unused(place, recipe, used))
    return tuple(problems)


def _step(
    where: str, recipe: Recipe, step: Step, known: Arities, catalog: Catalog, used: set[str]
) -> Iterator[Problem]:
    local = known if step.each is None else {**known, "each": ONE}
    groups = (
        ("run", step.run, ANY),
        ("each", (step.each,) if step.each else (), ANY),
        ("inputs", step.inputs, ANY),
        ("outputs", tuple(step.outputs.values()), ONE),
        ("depfile", (step.depfile,) if step.depfile else (), ONE),
        ("env", tuple(recipe.env.values()), ONE),
    )
    for key, templates, due in groups:
        scope = known if key == "each" else local
        for template in templates:
            yield from _template(f"{where}.{key}", template, scope, due, used)
    yield from _tool(where, recipe, step, catalog)


def _template(
    where: str, template: str | tuple[str, ...], known: Arities, due: frozenset[int], used: set[str]
) -> Iterator[Problem]:
    """One word or phrase: are its names known, is it one list at most, does it stand for as many words as due."""
    try:
        names = mentioned((template,))
    except BadWordError as e:
        yield Problem(where=where, what=str(e))
        return
    lists = []
    for name in names:
        base = _base(name, known)
        if base is None:
            yield Problem(where=where, what=f"{{{name}}} names nothing", hint=did_you_mean(name, list(known)))
            return
        used.add(base)
        arity = ONE if name != base and name.endswith(f".{JOINED}") else known[base]
        if MANY in arity:
            lists.append(name)
        if not arity <= due:
            what = f"{{{name}}} may stand for {_counts(arity)} where one word is due"
            yield Problem(where=where, what=what)
    if len(lists) > 1:
        yield Problem(where=where, what=f"mentions two lists: {', '.join(lists)}", hint="one word, one list")


def _tool(where: str, recipe: Recipe, step: Step, catalog: Catalog) -> Iterator[Problem]:
    name = step.toolchain or recipe.toolchain
    if name not in catalog.toolchains:
        hint = did_you_mean(name, list(catalog.toolchains))
        yield Problem(where=where, what=f"unknown toolchain {name!r}", hint=hint)
        return
    first = step.run[0] if step.run else ""
    if not isinstance(first, str) or not first:
        yield Problem(where=f"{where}.run", what="the first word must be a tool")
        return
    for origin in catalog.toolchains[name].origins:
        for tool in _values(first, recipe, catalog):
            if tool not in origin.tools:
                what = f"toolchain {name!r} has no tool {tool!r} in its {origin.kind} origin"
                yield Problem(where=f"{where}.run", what=what, hint=did_you_mean(tool, list(origin.tools)))


def _values(first: str, recipe: Recipe, catalog: Catalog) -> tuple[str, ...]:
    """All tools that the first word of a command may stand for: itself, or what a lookup table holds."""
    names = references(first)
    if not names:
        return (first,)
    table, _, key = names[0].partition(".")
    rows = {"language": recipe.languages, "kind": recipe.kinds, "target": recipe.targets, "profile": recipe.profiles}
    if first != f"{{{names[0]}}}" or table not in rows:
        return (first,)
    chosen = targets_using(recipe, catalog) if table == "target" else tuple(rows[table])
    return tuple(dict.fromkeys(w for c in chosen for w in words(rows[table].get(c, {}).get(key))))


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
    names = [s.name for s in recipe.steps]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Problem(where=f"{place}: steps", what=f"two steps are named {name!r}")


def _options(place: str, recipe: Recipe) -> Iterator[Problem]:
    for name, option in recipe.options.items():
        where = f"{place}: options.{name}"
        if option.default is not None and (said := option_problem(option, option.default)):
            yield Problem(where=f"{where}.default", what=said)
        if option.kind == "choice" and not option.choices:
            yield Problem(where=where, what="a choice without choices")
        if option.kind != "flag" and (option.on or option.off):
            yield Problem(where=where, what=f"`on` and `off` go with a flag, not with kind {option.kind!r}")


def _unused(place: str, recipe: Recipe, used: set[str]) -> Iterator[Problem]:
    """What no step mentions would be read and silently ignored."""
    declared = [f"options.{o}" for o in recipe.options] + [f"sources.{g}" for g in recipe.sources]
    declared += ["features"] if any(f.on or f.off for f in recipe.features.values()) else []
    tables = {"kind": recipe.kinds, "language": recipe.languages, "target": recipe.targets, "profile": recipe.profiles}
    declared += sorted({f"{t}.{key}" for t, rows in tables.items() for row in rows.values() for key in row})
    for name in declared:
        if name not in used:
            yield Problem(where=f"{place}: {name}", what="no step mentions it")


def _base(name: str, known: Arities) -> str | None:
    if name in known:
        return name
    base, _, part = name.rpartition(".")
    return base if part in (*PARTS, JOINED) and base in known else None


def _counts(arity: frozenset[int]) -> str:
    said = {0: "none", 1: "one", MANY: "several"}
    return " or ".join(said[n] for n in sorted(arity)) + " words"
