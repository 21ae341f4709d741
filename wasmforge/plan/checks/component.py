"""Checks one component against one of its targets: recipe, kind, features and options must fit there."""

from collections.abc import Collection, Iterable, Iterator

import msgspec

from wasmforge.errors import Problem, did_you_mean
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Component, OptionValue, Overlay
from wasmforge.model.recipe import FeatureWords, Recipe, Step
from wasmforge.model.target import Target
from wasmforge.model.vocabulary import EXCEPTION_ENCODINGS, Kind
from wasmforge.plan.component_files import gives_files, takes_files_on
from wasmforge.plan.recipes.arity import targets_using
from wasmforge.plan.recipes.scope import as_words, option_problem
from wasmforge.plan.recipes.steps import names_mentioned
from wasmforge.plan.recipes.template import TemplateError, references
from wasmforge.plan.resolve import passes_of, recipe_name

PASS_CUTOFF = 0.8
"""How similar to a pass's option a name must be to mean it; people rather mean the recipe's."""


def check_component(
    where: str, c: Component, target: str, targets: Iterable[str], catalog: Catalog
) -> Iterator[Problem]:
    """What one target makes of a component: is there a recipe, may it be of that kind, has it the features."""
    contract, overlay = catalog.targets[target], c.on.get(target)
    name = recipe_name(c, target, catalog)
    if name is None:
        targets_for_language = [t.name for t in catalog.targets.values() if c.language in t.recipes]
        hint = (
            f"targets with one: {', '.join(targets_for_language)}" if targets_for_language else "name one: recipe = …"
        )
        yield Problem(where=where, what=f"target {target!r} has no recipe for language {c.language!r}", hint=hint)
        return
    recipe = catalog.recipes[name]
    options = {**c.options, **(overlay.options if overlay else {})}
    if c.language not in recipe.languages:
        known = ", ".join(recipe.languages)
        yield Problem(
            where=where, what=f"recipe {name!r} does not build language {c.language!r}", hint=f"only: {known}"
        )
    if target not in (fitting := targets_using(recipe, catalog)):
        hint = f"only for: {', '.join(fitting)}"
        yield Problem(where=where, what=f"recipe {name!r} is not for target {target!r}", hint=hint)
    exports = overlay.exports if overlay and overlay.exports is not None else c.exports
    kind = c.kind or ("reactor" if exports else "command")
    others = [r for r in catalog.recipes.values() if c.language in r.languages and target in targets_using(r, catalog)]
    if kind not in contract.kinds:
        hint = "name its `exports`" if kind == "command" else "drop its `exports`"
        targets_for_language = [t.name for t in catalog.targets.values() if kind in t.kinds]
        hint += f", or build for: {', '.join(targets_for_language)}" if targets_for_language else ""
        yield Problem(where=where, what=f"target {target!r} does not run a {kind}", hint=hint)
    elif kind == "command" and not _builds_program(recipe, contract):
        instead = [r.name for r in others if _builds_program(r, contract)]
        fitting = tuple(t.name for t in catalog.targets.values() if kind in t.kinds and _builds_program(recipe, t))
        hint = f"recipes that do: {', '.join(instead)}" if instead else f"it does for: {', '.join(fitting)}"
        yield Problem(where=where, what=f"recipe {name!r} builds no program for target {target!r}", hint=hint)
    if kind == "reactor":
        yield from _no_program(where, c, target)
    for place, feature in _requested_features(where, c, target):
        instead = [r.name for r in others if _can(r, feature, target, catalog)]
        yield from _permitted(place, feature, target, recipe, instead, catalog)
        if (need := recipe.features.get(feature, FeatureWords()).needs) and options.get(need) is not True:
            what = f"recipe {name!r} has {feature} only together with its option {need}"
            yield Problem(where=place, what=what, hint=f"add to options: {need} = true ({recipe.options[need].help})")
    yield from _one_encoding(where, c, target)
    yield from _placed_files(where, c, contract, recipe, catalog)
    yield from _taken_files(where, c, contract, kind, recipe)
    yield from _never(where, c, contract, targets)
    takers = (recipe, *passes_of(target, catalog))
    elsewhere = {o for t in targets for p in passes_of(t, catalog) for o in p.options}
    anywhere = [
        r
        for r in catalog.recipes.values()
        if c.language in r.languages and not set(targets).isdisjoint(targets_using(r, catalog))
    ]
    yield from check_options(where, "", c.options, takers, anywhere, elsewhere)
    if overlay:
        yield from check_options(where, f".on.{target}", overlay.options, takers, others)


def _placed_files(where: str, c: Component, target: Target, recipe: Recipe, catalog: Catalog) -> Iterator[Problem]:
    """Files for a module that would not find them."""
    own = c.on.get(target.name, Overlay()).files
    if not (c.files if own is None else own) or gives_files(recipe, target, catalog):
        return
    place = f"{where}.files" if own is None else f"{where}.on.{target.name}.files"
    if takes_files_on(target):
        others = [r.name for r in catalog.recipes.values() if c.language in r.languages]
        others = [r for r in others if gives_files(catalog.recipes[r], target, catalog)]
        what = f"recipe {recipe.name!r} brings JavaScript of its own for target {target.name!r}, which loads no files"
        yield Problem(where=place, what=what, hint=f"recipes that can: {', '.join(others)}" if others else "drop it")
        return
    targets = [t.name for t in catalog.targets.values() if takes_files_on(t)]
    what = f"target {target.name!r} has no place for files"
    hint = f"say on.{target.name}.files = [], or build for: {', '.join(targets)}"
    yield Problem(where=place, what=what, hint=hint)


def _taken_files(where: str, c: Component, target: Target, kind: Kind, recipe: Recipe) -> Iterator[Problem]:
    """Lists of files for an option that no step takes on this target; dropped, they would be missed when it runs."""
    overlay = c.on.get(target.name, Overlay()).options
    given = [n for n, o in recipe.options.items() if o.kind == "files" and overlay.get(n, c.options.get(n))]
    for name in given:
        if not _mentions(f"options.{name}", _possible_steps(recipe, target, kind), recipe):
            table = f".on.{target.name}" if name in overlay else ""
            what = f"recipe {recipe.name!r} has no use for them in a {kind} for target {target.name!r}"
            hint = f"say on.{target.name}.options.{name} = []"
            yield Problem(where=f"{where}{table}.options.{name}", what=what, hint=hint)


def _mentions(name: str, steps: tuple[Step, ...], recipe: Recipe) -> bool:
    """Whether some of the recipe's steps mention a name; true for steps that cannot be read, which `lint` tells."""
    try:
        return name in names_mentioned(msgspec.structs.replace(recipe, steps=steps))
    except TemplateError:
        return True


def _builds_program(recipe: Recipe, target: Target) -> bool:
    """Whether some step of the recipe can make a program's module."""
    made = any("module" in step.outputs for step in recipe.steps)
    return not made or any("module" in step.outputs for step in _possible_steps(recipe, target, "command"))


def _possible_steps(recipe: Recipe, target: Target, kind: Kind) -> tuple[Step, ...]:
    """The steps that may run for a component of this kind, by the recipe's words for kinds and targets."""
    row = recipe.targets.get(target.name, recipe.targets.get(target.like or "", {}))
    tables = {"kind": recipe.kinds.get(kind, {}), "target": row}

    def present(name: str) -> bool:
        table, _, key = name.partition(".")
        return not key or table not in tables or bool(as_words(tables[table].get(key)))

    def may_run(step: Step) -> bool:
        try:
            return all(map(present, references(step.each or "")))
        except TemplateError:
            return True  # `lint` tells

    return tuple(filter(may_run, recipe.steps))


def _no_program(where: str, c: Component, target: str) -> Iterator[Problem]:
    """Tests that run a program, of a component that is a library."""
    overlay = c.on.get(target)
    own = overlay is not None and overlay.smoke is not None
    smokes = (overlay.smoke or ()) if overlay and own else c.smoke
    for index, smoke in enumerate(smokes):
        if smoke.kind == "command":
            place = f"{where}.on.{target}.smoke.{index}" if own else f"{where}.smoke.{index}"
            what = "a test without `call` runs a program, and a component with `exports` is a library"
            yield Problem(where=place, what=what, hint="name an export: call = …")


def _requested_features(where: str, c: Component, target: str) -> Iterator[tuple[str, str]]:
    """Every feature that is asked for, by the component or one of its variants, and where that is said."""
    overlay = c.on.get(target, Overlay())
    for key, said, own in (("features", c.features, overlay.features), ("variants", c.variants, overlay.variants)):
        table = f"{where}.{key}" if own is None else f"{where}.on.{target}.{key}"
        chosen = said if own is None else own
        if isinstance(chosen, dict):
            yield from ((f"{table}.{variant}", f) for variant, features in chosen.items() for f in features)
        else:
            yield from ((table, f) for f in chosen)


def _one_encoding(where: str, c: Component, target: str) -> Iterator[Problem]:
    """Both encodings of exceptions, of which a module can have one."""
    overlay = c.on.get(target, Overlay())
    features = c.features if overlay.features is None else overlay.features
    variants = c.variants if overlay.variants is None else overlay.variants
    for asked in ({*features, *needs} for needs in (*variants.values(), ())):
        if asked >= set(EXCEPTION_ENCODINGS):
            place = f"{where}.features" if overlay.features is None else f"{where}.on.{target}.features"
            what = f"asks for {' and for '.join(EXCEPTION_ENCODINGS)}, two encodings of one thing"
            yield Problem(where=place, what=what, hint="name one of them; for one target alone in on.TARGET.features")
            return


def _never(where: str, c: Component, target: Target, targets: Iterable[str]) -> Iterator[Problem]:
    """Options that the target refuses; a flag that is false asks for nothing."""
    overlay = c.on.get(target.name, Overlay()).options
    others = [t for t in targets if t != target.name]
    for name, why in target.options.never.items():
        if {**c.options, **overlay}.get(name, False) is False:
            continue
        own = name in overlay
        hint = f"say it where it is meant: on.{others[0]}.options" if others and not own else "drop it"
        place = f"{where}.on.{target.name}.options.{name}" if own else f"{where}.options.{name}"
        yield Problem(where=place, what=f"target {target.name!r} forbids it: {why}", hint=hint)


def _permitted(
    where: str, feature: str, target: str, recipe: Recipe, instead: list[str], catalog: Catalog
) -> Iterator[Problem]:
    """The target must have the feature, and the recipe words for it; `instead` are the recipes that have some."""
    targets_for_language = [t.name for t in catalog.targets.values() if feature in t.features.permitted]
    if feature not in catalog.targets[target].features.permitted:
        hint = f'drop "{feature}" from {where.rsplit(": ", maxsplit=1)[-1]}'
        hint += f", or build for: {', '.join(targets_for_language)}" if targets_for_language else ""
        why = catalog.targets[target].features.never.get(feature, "")
        yield Problem(where=where, what=f"target {target!r} has no {feature}" + (why and f": {why}"), hint=hint)
    elif feature not in recipe.features:
        hint = f"it can switch: {', '.join(recipe.features) or 'none'}"
        if instead:
            hint = f"recipes that have: {', '.join(instead)}"
        yield Problem(where=where, what=f"recipe {recipe.name!r} has no words for {feature}", hint=hint)
    elif not _can(recipe, feature, target, catalog):
        hint = f"it has for: {', '.join(recipe.features[feature].targets)}"
        hint += f"; for {target}, recipes that have: {', '.join(instead)}" if instead else ""
        yield Problem(where=where, what=f"recipe {recipe.name!r} has no {feature} for target {target!r}", hint=hint)


def _can(recipe: Recipe, feature: str, target: str, catalog: Catalog) -> bool:
    """Whether a recipe has a feature on a target, or on the one that it is like."""
    words = recipe.features.get(feature)
    return words is not None and (
        not words.targets or not {target, catalog.targets[target].like}.isdisjoint(words.targets)
    )


def check_options(
    where: str,
    table: str,
    options: dict[str, OptionValue],
    takers: tuple[Recipe, ...],
    others: Iterable[Recipe],
    elsewhere: Collection[str] = (),
) -> Iterator[Problem]:
    """Every option must be one of the recipe or of a pass of the target, and fit all that take it.

    `others` are recipes that could be used instead. `elsewhere` are those that passes of the component's other targets
    take: said for all targets, they count there. A mistake is told in equal words for each target, so that it is told
    once.
    """
    for name, value in options.items():
        place = f"{where}{table}.options.{name}"
        taken = [r.options[name] for r in takers if name in r.options]
        if not taken and name not in elsewhere:
            instead = [r.name for r in others if name in r.options]
            hint = f"an option of: {', '.join(instead)}" if instead else _similar_option(name, takers, elsewhere)
            yield Problem(where=place, what=f"recipe {takers[0].name!r} has no such option", hint=hint)
        yield from (
            Problem(where=place, what=said, hint=option.help)
            for option in taken
            if (said := option_problem(option, value))
        )


def _similar_option(name: str, takers: tuple[Recipe, ...], elsewhere: Collection[str]) -> str:
    """The recipe's option that is meant, or one of a pass where the name is nearly that; else the recipe's options."""
    passes = {option for taker in takers[1:] for option in taker.options}
    near = did_you_mean(name, passes | set(elsewhere), PASS_CUTOFF)
    return near if near.startswith("did") else did_you_mean(name, list(takers[0].options))
