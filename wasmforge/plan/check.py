"""Checks a manifest against the catalog: every word in it must name something, and fit. Finds all mistakes."""

from collections.abc import Iterable, Iterator

from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Component, Manifest, OptionValue, Placed
from wasmforge.model.recipe import Recipe
from wasmforge.model.size import parse_size
from wasmforge.model.smoke import Smoke
from wasmforge.model.vocabulary import FEATURES, PROFILES
from wasmforge.plan.circles import circle
from wasmforge.plan.scope import option_problem
from wasmforge.plan.settled import targets_of


def check(manifest: Manifest, catalog: Catalog) -> None:
    """Raise ForgeError with every mistake of the manifest, in the order of the files."""
    problems = [*_build(manifest, catalog)]
    for placed in manifest.components.values():
        problems.extend(_component(placed, manifest, catalog))
    if found := circle({n: p.component.needs for n, p in manifest.components.items()}):
        first = manifest.components[found[0]]
        said = "a component cannot need itself" if len(found) == 1 else " needs ".join((*found, found[0]))
        problems.append(Problem(where=f"{first.file}: components.{found[0]}.needs", what=said, hint="break the circle"))
    if problems:
        raise ForgeError(*problems)


def _build(manifest: Manifest, catalog: Catalog) -> Iterator[Problem]:
    yield from _words("forge.toml: build.profile", "profile", (manifest.build.profile,), PROFILES)
    yield from _words("forge.toml: build.targets", "target", manifest.build.targets, catalog.targets)
    for name, choice in manifest.toolchains.items():
        yield from _words("forge.toml: toolchains", "toolchain", (name,), catalog.toolchains)
        if choice.origin and name in catalog.toolchains:
            kinds = dict.fromkeys(o.kind for o in catalog.toolchains[name].origins)
            yield from _words(f"forge.toml: toolchains.{name}.origin", "origin", (choice.origin,), kinds)


def _component(placed: Placed, manifest: Manifest, catalog: Catalog) -> Iterator[Problem]:
    c, where = placed.component, f"{placed.file}: components.{placed.name}"
    languages = dict.fromkeys(lang for t in catalog.targets.values() for lang in t.recipes)
    languages.update(dict.fromkeys(lang for r in catalog.recipes.values() for lang in r.languages))
    mistakes = [
        *_words(f"{where}.language", "language", (c.language,), languages),
        *_words(f"{where}.recipe", "recipe", (c.recipe,) if c.recipe else (), catalog.recipes),
        *_words(f"{where}.targets", "target", c.targets or (), catalog.targets),
        *_words(f"{where}.on", "target", tuple(c.on), catalog.targets),
        *_words(f"{where}.needs", "component", c.needs, manifest.components),
        *_features(f"{where}.features", c.features),
        *_smokes(where, c.smoke),
    ]
    for target, overlay in c.on.items():
        there = f"{where}.on.{target}"
        mistakes += _features(f"{there}.features", overlay.features or ())
        mistakes += _words(f"{there}.recipe", "recipe", (overlay.recipe,) if overlay.recipe else (), catalog.recipes)
        mistakes += _smokes(there, overlay.smoke or ())
    for table, limits in (("", c.limits), *((f".on.{t}", o.limits) for t, o in c.on.items())):
        for key in ("size", "gzip", "memory"):
            mistakes += _size(f"{where}{table}.limits.{key}", getattr(limits, key))
    yield from mistakes
    if not mistakes:
        for target in targets_of(placed, manifest, catalog):
            yield from _on_target(where, c, target, catalog)


def _on_target(where: str, c: Component, target: str, catalog: Catalog) -> Iterator[Problem]:
    """What one target makes of a component: is there a recipe, may it be of that kind, has it the features."""
    contract, there = catalog.targets[target], c.on.get(target)
    name = (there.recipe if there else None) or c.recipe or contract.recipes.get(c.language)
    if name is None:
        able = [t.name for t in catalog.targets.values() if c.language in t.recipes]
        hint = f"targets with one: {', '.join(able)}" if able else "name one: recipe = …"
        yield Problem(where=where, what=f"target {target!r} has no recipe for language {c.language!r}", hint=hint)
        return
    recipe = catalog.recipes[name]
    if c.language not in recipe.languages:
        known = ", ".join(recipe.languages)
        yield Problem(
            where=where, what=f"recipe {name!r} does not build language {c.language!r}", hint=f"only: {known}"
        )
    exports = there.exports if there and there.exports is not None else c.exports
    kind = c.kind or ("reactor" if exports else "command")
    if kind not in contract.kinds:
        hint = "name its `exports`" if kind == "command" else "drop its `exports`"
        able = [t.name for t in catalog.targets.values() if kind in t.kinds]
        hint += f", or build for: {', '.join(able)}" if able else ""
        yield Problem(where=where, what=f"target {target!r} does not run a {kind}", hint=hint)
    asked = there.features if there and there.features is not None else c.features
    place = f"{where}.on.{target}.features" if there and there.features is not None else f"{where}.features"
    for feature in asked:
        yield from _permitted(place, feature, target, recipe, catalog)
    yield from _options(where, "", c.options, recipe)
    if there:
        yield from _options(where, f".on.{target}", there.options, recipe)


def _permitted(where: str, feature: str, target: str, recipe: Recipe, catalog: Catalog) -> Iterator[Problem]:
    able = [t.name for t in catalog.targets.values() if feature in t.features.permitted]
    if feature not in catalog.targets[target].features.permitted:
        hint = f'drop "{feature}" from {where.rsplit(": ", maxsplit=1)[-1]}'
        hint += f", or build for: {', '.join(able)}" if able else ""
        yield Problem(where=where, what=f"target {target!r} has no {feature}", hint=hint)
    elif feature not in recipe.features:
        known = ", ".join(recipe.features) or "none"
        yield Problem(
            where=where, what=f"recipe {recipe.name!r} has no words for {feature}", hint=f"it can switch: {known}"
        )


def _options(where: str, table: str, options: dict[str, OptionValue], recipe: Recipe) -> Iterator[Problem]:
    for name, value in options.items():
        place = f"{where}{table}.options.{name}"
        if name not in recipe.options:
            hint = did_you_mean(name, list(recipe.options))
            yield Problem(where=place, what=f"recipe {recipe.name!r} has no such option", hint=hint)
        elif said := option_problem(recipe.options[name], value):
            yield Problem(where=place, what=said, hint=recipe.options[name].help)


def _features(where: str, features: tuple[str, ...]) -> Iterator[Problem]:
    yield from _words(where, "feature", features, FEATURES)


def _size(where: str, value: int | str | None) -> Iterator[Problem]:
    try:
        if value is not None:
            parse_size(value)
    except ValueError as e:
        yield Problem(where=where, what=str(e), hint='write bytes, or a string such as "64 KiB"')


def _smokes(where: str, smokes: tuple[Smoke, ...]) -> Iterator[Problem]:
    """A test either calls or runs; keys of the other kind would be ignored, so they are refused."""
    only_run = ("stdin", "stdout", "stderr", "exit", "env", "preopen")
    for index, smoke in enumerate(smokes):
        given = [k for k in only_run if getattr(smoke, k) != getattr(Smoke(), k)]
        if smoke.call is not None and given:
            yield Problem(
                where=f"{where}.smoke.{index}.{given[0]}",
                what="only goes with a command, not with `call`",
                hint="drop one",
            )
        if smoke.call is None and (smoke.returns is not None or any(not isinstance(a, str) for a in smoke.args)):
            key = "returns" if smoke.returns is not None else "args"
            what = "`returns` goes with `call`" if key == "returns" else "a command's arguments are strings"
            yield Problem(where=f"{where}.smoke.{index}.{key}", what=what, hint="name an export: call = …")


def _words(where: str, word: str, names: tuple[str, ...], known: Iterable[str]) -> Iterator[Problem]:
    """One problem for each name that is not known."""
    listed = list(known)
    for name in names:
        if name not in listed:
            yield Problem(where=where, what=f"unknown {word} {name!r}", hint=did_you_mean(name, listed))
