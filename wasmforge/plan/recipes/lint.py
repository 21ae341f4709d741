"""Proves a recipe closed over all targets, profiles, features and options, set and unset, before anyone builds."""

from collections.abc import Iterator

from wasmforge.errors import Problem, did_you_mean, unknown
from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import Recipe, Step
from wasmforge.plan.recipes.arity import ANY, MANY, ONE, Arities, ExampleValues, arities, example_paths, example_values
from wasmforge.plan.recipes.lint_paths import lint_paths
from wasmforge.plan.recipes.lint_tables import lint_tables
from wasmforge.plan.recipes.scope import lists_mentioned, variables_of
from wasmforge.plan.recipes.steps import FILE_PREFIXES
from wasmforge.plan.recipes.template import JOINS, PARTS, TemplateError, expand, mentioned, references


def lint(recipe: Recipe, catalog: Catalog) -> tuple[Problem, ...]:
    """Every mistake of a recipe or pass; empty when any component that passes `check` can be planned with it."""
    place = f"recipe {recipe.name}"
    arities_by_name, seen = arities(recipe, catalog), example_values(recipe, catalog)
    problems = [*lint_tables(place, recipe, catalog)]
    used: set[str] = set()
    bare = {name: arity for name, arity in arities_by_name.items() if not _is_file(name, recipe)}
    lists = dict.fromkeys((f"lists.{name}" for name in recipe.lists), ANY)
    arities_by_name.update(lists)
    for word in recipe.provides:
        problems += _word(f"{place}: provides", recipe, word, {**bare, **lists}, ANY, used)
    for step in recipe.steps:
        where = f"{place}: steps.{step.name}"
        found = [*_step(where, recipe, step, arities_by_name, catalog, used)]
        problems += found or lint_paths(where, recipe, step, arities_by_name, seen)
        for role in step.outputs:
            name = f"steps.{step.name}.{role}"
            arities_by_name[name] = ANY if step.each else frozenset({0, 1})
            seen[name] = example_paths(name)
    for key, words in recipe.library.items():
        for template in words:
            problems += _word(f"{place}: library.{key}", recipe, template, arities_by_name, ANY, used)
    if not recipe.steps:
        problems.append(Problem(where=place, what="it has no steps"))
    problems.extend(_unused(place, recipe, used))
    return tuple(problems)


def _step(
    where: str, recipe: Recipe, step: Step, arities_by_name: Arities, catalog: Catalog, used: set[str]
) -> Iterator[Problem]:
    local = arities_by_name if step.each is None else {**arities_by_name, "each": ONE}
    groups = (
        ("run", step.run, ANY),
        ("each", (step.each,) if step.each else (), ANY),
        ("inputs", step.inputs, ANY),
        ("placeholders", step.placeholders, ANY),
        ("outputs", tuple(step.outputs.values()), ONE),
        ("depfile", (step.depfile,) if step.depfile else (), ONE),
        ("depfiles", step.depfiles, ANY),
        ("scratch", (step.scratch,) if step.scratch else (), ONE),
        ("env", tuple(variables_of(recipe, step).values()), ONE),
    )
    for key, templates, required in groups:
        scope = arities_by_name if key == "each" else local
        for template in templates:
            yield from _word(f"{where}.{key}", recipe, template, scope, required, used)
    for name in step.environments:
        if name not in recipe.environments:
            hint = did_you_mean(name, list(recipe.environments))
            yield Problem(where=f"{where}.environments", what=f"unknown environment {name!r}", hint=hint)
    if not step.timeout > 0:
        yield Problem(where=f"{where}.timeout", what=f"{step.timeout:g} s is not a positive time")
    yield from _tool(where, recipe, step, arities_by_name, catalog, used)


def _word(
    where: str,
    recipe: Recipe,
    template: str | tuple[str, ...],
    arities_by_name: Arities,
    required: frozenset[int],
    used: set[str],
) -> Iterator[Problem]:
    """The mistakes of one word or group, and of the lists that it mentions: those are expanded where they are."""
    own = [*_template(where, template, arities_by_name, required, used)]
    yield from own
    if own:
        return
    scope = {name: arity for name, arity in arities_by_name.items() if not name.startswith("lists.")}
    needed = lists_mentioned(recipe, (template,))
    for name in recipe.lists:
        if name in needed:
            for word in recipe.lists[name]:
                yield from _template(f"{where}: lists.{name}", word, scope, ANY, used)
        scope[f"lists.{name}"] = ANY


def _is_file(name: str, recipe: Recipe) -> bool:
    """Whether a name stands for files, so that only the words of steps may mention it."""
    files = {f"options.{key}" for key, option in recipe.options.items() if option.kind in ("file", "files")}
    return name == "files" or name.startswith(FILE_PREFIXES) or name in files


def _template(
    where: str, template: str | tuple[str, ...], arities_by_name: Arities, required: frozenset[int], used: set[str]
) -> Iterator[Problem]:
    """The mistakes of one word or group: unknown names, two lists, a number of words that is not in `due`."""
    try:
        names = mentioned((template,))
    except TemplateError as e:
        yield Problem(where=where, what=str(e))
        return
    lists = []
    for name in names:
        base = _base(name, arities_by_name)
        if base is None:
            yield Problem(where=where, what=f"{{{name}}} names nothing", hint=did_you_mean(name, list(arities_by_name)))
            return
        used.add(base)
        arity = ONE if name != base and name.rpartition(".")[2] in JOINS else arities_by_name[base]
        if MANY in arity:
            lists.append(name)
        if not arity <= required:
            what = f"{{{name}}} may stand for {_counts(arity)} where one word is needed"
            yield Problem(where=where, what=what)
    if len(lists) > 1:
        yield Problem(where=where, what=f"mentions two lists: {', '.join(lists)}", hint="one word, one list")


def _tool(
    where: str, recipe: Recipe, step: Step, arities_by_name: Arities, catalog: Catalog, used: set[str]
) -> Iterator[Problem]:
    word = step.toolchain or recipe.toolchain
    wrong = [*_template(f"{where}.toolchain", word, arities_by_name, ONE, used)]
    names = () if wrong else _toolchains(word, example_values(recipe, catalog))
    yield from wrong
    if names is None:
        yield Problem(
            where=f"{where}.toolchain", what=f"{word!r} can be any word", hint="use lookups, flags and choices"
        )
        return
    missing = [name for name in names if name not in catalog.toolchains]
    yield from (unknown("toolchain", name, catalog.toolchains, where=where) for name in missing)
    if wrong or missing:
        return
    first = step.run[0] if step.run else ""
    if not isinstance(first, str) or not first:
        yield Problem(where=f"{where}.run", what="the first word must be a tool")
        return
    possible = _first_words(first, recipe, arities_by_name, catalog)
    if possible is None:
        yield Problem(where=f"{where}.run", what=f"the first word must be a tool, and {first!r} may stand for nothing")
        return
    for name, origin in ((n, o) for n in names for o in catalog.toolchains[n].origins):
        for tool in possible:
            if tool not in origin.tools:
                what = f"toolchain {name!r} has no tool {tool!r} in its {origin.kind} origin"
                yield Problem(where=f"{where}.run", what=what, hint=did_you_mean(tool, list(origin.tools)))


def _toolchains(word: str, closed: ExampleValues) -> tuple[str, ...] | None:
    """All toolchains that a word may stand for; None: users may write anything there."""
    names = references(word)
    if any(name not in closed or name.startswith(FILE_PREFIXES) for name in names):
        return None
    return expand(word, {name: tuple(dict.fromkeys(closed[name])) for name in names})


def _first_words(first: str, recipe: Recipe, arities_by_name: Arities, catalog: Catalog) -> tuple[str, ...] | None:
    """All tools that the first word of a command may stand for (a lookup's words, or itself); None: perhaps none."""
    try:
        names = references(first)
    except TemplateError:
        return ()  # reported already
    if len(names) != 1 or first != f"{{{names[0]}}}":
        return (first,)
    closed: ExampleValues = example_values(recipe, catalog)
    if names[0] not in closed or names[0].startswith(FILE_PREFIXES):
        return (first,)
    return tuple(dict.fromkeys(closed[names[0]])) if arities_by_name[names[0]] == ONE else None


def _unused(place: str, recipe: Recipe, used: set[str]) -> Iterator[Problem]:
    """Names that no step mentions: they would be silently ignored."""
    declared = [f"options.{o}" for o in recipe.options] + [f"sources.{g}" for g in recipe.sources]
    declared += [
        f"{table}.{name}" for table, names in (("files", recipe.files), ("lists", recipe.lists)) for name in names
    ]
    declared += ["features"] if any(f.on or f.off for f in recipe.features.values()) else []
    declared += sorted({f"features.{key}" for f in recipe.features.values() for key in f.words})
    tables = {"kind": recipe.kinds, "language": recipe.languages, "target": recipe.targets, "profile": recipe.profiles}
    declared += sorted({f"{t}.{key}" for t, rows in tables.items() for row in rows.values() for key in row})
    mentioned_environments = {name for step in recipe.steps for name in step.environments}
    used |= {f"environments.{name}" for name in mentioned_environments}
    declared += [f"environments.{name}" for name in recipe.environments]
    for name in declared:
        if name not in used:
            yield Problem(where=f"{place}: {name}", what="no step mentions it")


def _base(name: str, arities_by_name: Arities) -> str | None:
    if name in arities_by_name:
        return name
    base, _, part = name.rpartition(".")
    return base if part in (*PARTS, *JOINS) and base in arities_by_name else None


def _counts(arity: frozenset[int]) -> str:
    counts = {0: "none", 1: "one", MANY: "several"}
    return " or ".join(counts[n] for n in sorted(arity)) + " words"
