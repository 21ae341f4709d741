"""Proves a recipe closed over all targets, profiles, features and options, set and unset, before anyone builds."""

from collections.abc import Iterator

from wasmforge.errors import Problem, did_you_mean
from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import Recipe, Step
from wasmforge.plan.arity import ANY, MANY, ONE, Arities, Samples, arities, path_samples, samples
from wasmforge.plan.lint_paths import FILES, lint_paths
from wasmforge.plan.lint_tables import lint_tables
from wasmforge.plan.words import JOINS, PARTS, BadWordError, expand, mentioned, references


def lint(recipe: Recipe, catalog: Catalog) -> tuple[Problem, ...]:
    """Every mistake of a recipe or pass; empty when any component that passes `check` can be planned with it."""
    place = f"recipe {recipe.name}"
    known, seen = arities(recipe, catalog), samples(recipe, catalog)
    problems = [*lint_tables(place, recipe, catalog)]
    used: set[str] = set()
    for name, templates in recipe.lists.items():
        named = {f"options.{o}" for o, option in recipe.options.items() if option.kind == "file"}
        without_files = {n: c for n, c in known.items() if not n.startswith(FILES) and n not in named}
        for word in templates:
            problems += _template(f"{place}: lists.{name}", word, without_files, ANY, used)
        known[f"lists.{name}"] = ANY
    for step in recipe.steps:
        where = f"{place}: steps.{step.name}"
        found = [*_step(where, recipe, step, known, catalog, used)]
        problems += found or lint_paths(where, step, known, seen)
        for role in step.outputs:
            name = f"steps.{step.name}.{role}"
            known[name] = ANY if step.each else frozenset({0, 1})
            seen[name] = path_samples(name)
    for word in recipe.provides:
        problems += _template(f"{place}: provides", word, known, ANY, used)
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
        ("placeholders", step.placeholders, ANY),
        ("outputs", tuple(step.outputs.values()), ONE),
        ("depfile", (step.depfile,) if step.depfile else (), ONE),
        ("scratch", (step.scratch,) if step.scratch else (), ONE),
        ("env", (*recipe.env.values(), *step.env.values()), ONE),
    )
    for key, templates, due in groups:
        scope = known if key == "each" else local
        for template in templates:
            yield from _template(f"{where}.{key}", template, scope, due, used)
    if not step.timeout > 0:
        yield Problem(where=f"{where}.timeout", what=f"{step.timeout:g} s is no time to work in")
    yield from _tool(where, recipe, step, known, catalog, used)


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
        arity = ONE if name != base and name.rpartition(".")[2] in JOINS else known[base]
        if MANY in arity:
            lists.append(name)
        if not arity <= due:
            what = f"{{{name}}} may stand for {_counts(arity)} where one word is due"
            yield Problem(where=where, what=what)
    if len(lists) > 1:
        yield Problem(where=where, what=f"mentions two lists: {', '.join(lists)}", hint="one word, one list")


def _tool(
    where: str, recipe: Recipe, step: Step, known: Arities, catalog: Catalog, used: set[str]
) -> Iterator[Problem]:
    word = step.toolchain or recipe.toolchain
    wrong = [*_template(f"{where}.toolchain", word, known, ONE, used)]
    names = () if wrong else _toolchains(word, samples(recipe, catalog))
    yield from wrong
    if names is None:
        yield Problem(
            where=f"{where}.toolchain", what=f"{word!r} can be any word", hint="use lookups, flags and choices"
        )
        return
    unknown = [name for name in names if name not in catalog.toolchains]
    for name in unknown:
        hint = did_you_mean(name, list(catalog.toolchains))
        yield Problem(where=where, what=f"unknown toolchain {name!r}", hint=hint)
    if wrong or unknown:
        return
    first = step.run[0] if step.run else ""
    if not isinstance(first, str) or not first:
        yield Problem(where=f"{where}.run", what="the first word must be a tool")
        return
    possible = _first_words(first, recipe, known, catalog)
    if possible is None:
        yield Problem(where=f"{where}.run", what=f"the first word must be a tool, and {first!r} may not be there")
        return
    for name, origin in ((n, o) for n in names for o in catalog.toolchains[n].origins):
        for tool in possible:
            if tool not in origin.tools:
                what = f"toolchain {name!r} has no tool {tool!r} in its {origin.kind} origin"
                yield Problem(where=f"{where}.run", what=what, hint=did_you_mean(tool, list(origin.tools)))


def _toolchains(word: str, closed: Samples) -> tuple[str, ...] | None:
    """All toolchains that a word may stand for; None: a person may write anything there."""
    names = references(word)
    if any(name not in closed or name.startswith(FILES) for name in names):
        return None
    return expand(word, {name: tuple(dict.fromkeys(closed[name])) for name in names})


def _first_words(first: str, recipe: Recipe, known: Arities, catalog: Catalog) -> tuple[str, ...] | None:
    """All tools that the first word of a command may stand for (a lookup's words, or itself); None: perhaps none."""
    try:
        names = references(first)
    except BadWordError:
        return ()  # told already
    if len(names) != 1 or first != f"{{{names[0]}}}":
        return (first,)
    closed: Samples = samples(recipe, catalog)
    if names[0] not in closed or names[0].startswith(FILES):
        return (first,)
    return tuple(dict.fromkeys(closed[names[0]])) if known[names[0]] == ONE else None


def _unused(place: str, recipe: Recipe, used: set[str]) -> Iterator[Problem]:
    """What no step mentions would be read and silently ignored."""
    declared = [f"options.{o}" for o in recipe.options] + [f"sources.{g}" for g in recipe.sources]
    declared += [
        f"{table}.{name}" for table, names in (("files", recipe.files), ("lists", recipe.lists)) for name in names
    ]
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
    return base if part in (*PARTS, *JOINS) and base in known else None


def _counts(arity: frozenset[int]) -> str:
    said = {0: "none", 1: "one", MANY: "several"}
    return " or ".join(said[n] for n in sorted(arity)) + " words"
