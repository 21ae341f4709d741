"""Checks one component against one of its targets: recipe, kind, features and options must fit there."""

from collections.abc import Container, Iterable, Iterator

from wasmforge.errors import Problem, did_you_mean
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Component, OptionValue, Overlay
from wasmforge.model.recipe import FeatureWords, Recipe
from wasmforge.model.target import Target
from wasmforge.plan.arity import targets_using
from wasmforge.plan.scope import option_problem
from wasmforge.plan.settled import passes_of, recipe_name


def on_target(where: str, c: Component, target: str, targets: Iterable[str], catalog: Catalog) -> Iterator[Problem]:
    """What one target makes of a component: is there a recipe, may it be of that kind, has it the features."""
    contract, there = catalog.targets[target], c.on.get(target)
    name = recipe_name(c, target, catalog)
    if name is None:
        able = [t.name for t in catalog.targets.values() if c.language in t.recipes]
        hint = f"targets with one: {', '.join(able)}" if able else "name one: recipe = …"
        yield Problem(where=where, what=f"target {target!r} has no recipe for language {c.language!r}", hint=hint)
        return
    recipe = catalog.recipes[name]
    options = {**c.options, **(there.options if there else {})}
    if c.language not in recipe.languages:
        known = ", ".join(recipe.languages)
        yield Problem(
            where=where, what=f"recipe {name!r} does not build language {c.language!r}", hint=f"only: {known}"
        )
    if target not in (fitting := targets_using(recipe, catalog)):
        hint = f"only for: {', '.join(fitting)}"
        yield Problem(where=where, what=f"recipe {name!r} is not for target {target!r}", hint=hint)
    exports = there.exports if there and there.exports is not None else c.exports
    kind = c.kind or ("reactor" if exports else "command")
    if kind not in contract.kinds:
        hint = "name its `exports`" if kind == "command" else "drop its `exports`"
        able = [t.name for t in catalog.targets.values() if kind in t.kinds]
        hint += f", or build for: {', '.join(able)}" if able else ""
        yield Problem(where=where, what=f"target {target!r} does not run a {kind}", hint=hint)
    if kind == "reactor":
        yield from _no_program(where, c, target)
    others = [r for r in catalog.recipes.values() if c.language in r.languages and target in targets_using(r, catalog)]
    for place, feature in _asked(where, c, target):
        instead = [r.name for r in others if _can(r, feature, target, catalog)]
        yield from _permitted(place, feature, target, recipe, instead, catalog)
        if (need := recipe.features.get(feature, FeatureWords()).needs) and options.get(need) is not True:
            what = f"recipe {name!r} has {feature} only together with its option {need}"
            yield Problem(where=place, what=what, hint=f"add to options: {need} = true ({recipe.options[need].help})")
    yield from _never(where, c, contract, targets)
    takers = (recipe, *passes_of(target, catalog))
    elsewhere = {o for t in targets for p in passes_of(t, catalog) for o in p.options}
    yield from _options(where, "", c.options, takers, others, elsewhere)
    if there:
        yield from _options(where, f".on.{target}", there.options, takers, others)


def _no_program(where: str, c: Component, target: str) -> Iterator[Problem]:
    """Tests that run a program, of a component that is a library."""
    there = c.on.get(target)
    own = there is not None and there.smoke is not None
    smokes = (there.smoke or ()) if there and own else c.smoke
    for index, smoke in enumerate(smokes):
        if smoke.kind == "command":
            place = f"{where}.on.{target}.smoke.{index}" if own else f"{where}.smoke.{index}"
            what = "a test without `call` runs a program, and a component with `exports` is a library"
            yield Problem(where=place, what=what, hint="name an export: call = …")


def _asked(where: str, c: Component, target: str) -> Iterator[tuple[str, str]]:
    """Every feature that is asked for, by the component or one of its variants, and where that is said."""
    there = c.on.get(target, Overlay())
    for key, said, own in (("features", c.features, there.features), ("variants", c.variants, there.variants)):
        table = f"{where}.{key}" if own is None else f"{where}.on.{target}.{key}"
        chosen = said if own is None else own
        if isinstance(chosen, dict):
            yield from ((f"{table}.{variant}", f) for variant, features in chosen.items() for f in features)
        else:
            yield from ((table, f) for f in chosen)


def _never(where: str, c: Component, target: Target, targets: Iterable[str]) -> Iterator[Problem]:
    """Options that the target refuses; a flag that is false asks for nothing."""
    there = c.on.get(target.name, Overlay()).options
    others = [t for t in targets if t != target.name]
    for name, why in target.options.never.items():
        if {**c.options, **there}.get(name, False) is False:
            continue
        own = name in there
        hint = f"say it where it is meant: on.{others[0]}.options" if others and not own else "drop it"
        place = f"{where}.on.{target.name}.options.{name}" if own else f"{where}.options.{name}"
        yield Problem(where=place, what=f"target {target.name!r} forbids it: {why}", hint=hint)


def _permitted(
    where: str, feature: str, target: str, recipe: Recipe, instead: list[str], catalog: Catalog
) -> Iterator[Problem]:
    """The target must have the feature, and the recipe words for it; `instead` are the recipes that have some."""
    able = [t.name for t in catalog.targets.values() if feature in t.features.permitted]
    if feature not in catalog.targets[target].features.permitted:
        hint = f'drop "{feature}" from {where.rsplit(": ", maxsplit=1)[-1]}'
        hint += f", or build for: {', '.join(able)}" if able else ""
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


def _options(
    where: str,
    table: str,
    options: dict[str, OptionValue],
    takers: tuple[Recipe, ...],
    others: Iterable[Recipe],
    elsewhere: Container[str] = (),
) -> Iterator[Problem]:
    """Every option must be one of the recipe or of a pass of the target, and fit all that take it.

    `others` are recipes that could be used instead. `elsewhere` are those that passes of the component's other targets
    take: said for all targets, they count there.
    """
    for name, value in options.items():
        place = f"{where}{table}.options.{name}"
        taken = [r.options[name] for r in takers if name in r.options]
        if not taken and name not in elsewhere:
            instead = [r.name for r in others if name in r.options]
            near = did_you_mean(name, [o for r in takers for o in r.options])
            hint = f"an option of: {', '.join(instead)}" if instead else near
            yield Problem(where=place, what=f"recipe {takers[0].name!r} has no such option", hint=hint)
        yield from (
            Problem(where=place, what=said, hint=option.help)
            for option in taken
            if (said := option_problem(option, value))
        )
