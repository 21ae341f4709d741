"""Checks a manifest against the catalog: every word in it must name something, and fit. Finds all mistakes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import get_args

from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.model.artifact import Rule
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Manifest, Placed, ToolchainChoice
from wasmforge.model.probes import PROBES
from wasmforge.model.recipe import Recipe
from wasmforge.model.size import parse_size
from wasmforge.model.toolchain import Toolchain
from wasmforge.model.vocabulary import FEATURES, PROFILES
from wasmforge.plan.check_bench import check_benches
from wasmforge.plan.check_catalog import check_catalog
from wasmforge.plan.check_smoke import check_runnable, check_smokes
from wasmforge.plan.check_target import on_target
from wasmforge.plan.circles import circle
from wasmforge.plan.lint import lint
from wasmforge.plan.settled import passes_of, recipe_name, targets_of

LEAST_MEMORY, MOST_MEMORY = 64 * 1024**2, 1024**5
"""Bounds of what a container may be given, in bytes: room for any command at all, and what an engine can count."""


VARIANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check(manifest: Manifest, catalog: Catalog) -> None:
    """Raise ForgeError with every mistake of the manifest, in the order of the files, then those of the catalog."""
    found = circle({n: p.component.needs for n, p in manifest.components.items()})
    targets = _targets(manifest, catalog)
    broken = [*check_catalog(catalog)]
    problems = [*_build(manifest, catalog)]
    for name, placed in manifest.components.items():
        mistakes = [*_component(placed, manifest, catalog)]
        problems += mistakes
        if not mistakes and not broken:
            where = f"{placed.file}: components.{name}"
            problems += check_runnable(where, placed.component.smoke, targets.get(name, ()), catalog)
            for target in targets.get(name, ()):
                problems += on_target(where, placed.component, target, targets[name], catalog)
    if found:
        first = manifest.components[found[0]]
        said = "a component cannot need itself" if len(found) == 1 else " needs ".join((*found, found[0]))
        problems.append(Problem(where=f"{first.file}: components.{found[0]}.needs", what=said, hint="break the circle"))
    problems += broken
    if problems:
        raise ForgeError(*problems)
    _recipes(manifest, targets, catalog)


def _targets(manifest: Manifest, catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """The known targets each component is built for: those it is for, and those of all that need it."""
    found: dict[str, dict[str, None]] = {n: {} for n in manifest.components}

    def add(name: str, targets: Iterable[str]) -> None:
        new = [t for t in targets if t not in found[name]]
        found[name].update(dict.fromkeys(new))
        for need in manifest.components[name].component.needs if new else ():
            if need in found:
                add(need, new)

    for name, placed in manifest.components.items():
        add(name, [t for t in targets_of(placed, manifest, catalog) if t in catalog.targets])
    return {name: tuple(targets) for name, targets in found.items()}


def _recipes(manifest: Manifest, targets: Mapping[str, tuple[str, ...]], catalog: Catalog) -> None:
    """Refuse a build with a recipe or pass that is not closed: what is not used may be as wrong as it likes."""
    used: dict[str, Recipe] = {}
    for name, placed in manifest.components.items():
        for target in targets[name]:
            recipe = catalog.recipes[recipe_name(placed.component, target, catalog) or ""]
            used.update({r.name: r for r in (recipe, *passes_of(target, catalog))})
    if problems := [p for recipe in used.values() for p in lint(recipe, catalog)]:
        raise ForgeError(*problems)


def _build(manifest: Manifest, catalog: Catalog) -> Iterator[Problem]:
    yield from _words("forge.toml: build.profile", "profile", (manifest.build.profile,), PROFILES)
    yield from _words("forge.toml: build.targets", "target", manifest.build.targets, catalog.targets)
    for name, choice in manifest.toolchains.items():
        yield from _words(f"forge.toml: toolchains.{name}", "toolchain", (name,), catalog.toolchains)
        if choice.origin and name in catalog.toolchains:
            kinds = dict.fromkeys(o.kind for o in catalog.toolchains[name].origins)
            yield from _words(f"forge.toml: toolchains.{name}.origin", "origin", (choice.origin,), kinds)
        if name in catalog.toolchains:
            yield from _allowance(f"forge.toml: toolchains.{name}", choice, catalog.toolchains[name])


def _allowance(where: str, choice: ToolchainChoice, toolchain: Toolchain) -> Iterator[Problem]:
    """What its containers may use: of a toolchain that has some, in bounds that an engine takes."""
    for key in ("memory", "processes"):
        if getattr(choice, key) is not None and "container" not in {o.kind for o in toolchain.origins}:
            what = f"bounds containers, and {toolchain.name} never runs in one"
            yield Problem(where=f"{where}.{key}", what=what, hint="drop it")
    if mistakes := [*_size(f"{where}.memory", choice.memory)]:
        yield from mistakes
    elif choice.memory is not None and not LEAST_MEMORY <= parse_size(choice.memory) <= MOST_MEMORY:
        what = f"{choice.memory!r} is not between 64 MiB and 1024 TiB"
        yield Problem(where=f"{where}.memory", what=what, hint='most compilers want "2 GiB" or more')


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
        *_variants(f"{where}.variants", c.variants),
        *_words(f"{where}.waive", "rule", tuple(w.rule for w in c.waive), ("*", *get_args(Rule))),
        *_exports(f"{where}.exports", c.exports),
        *check_smokes(where, c.smoke),
        *check_benches(where, placed, manifest.components, catalog),
    ]
    for target, overlay in c.on.items():
        there = f"{where}.on.{target}"
        mistakes += _features(f"{there}.features", overlay.features or ())
        mistakes += _variants(f"{there}.variants", overlay.variants or {})
        mistakes += _exports(f"{there}.exports", overlay.exports or ())
        mistakes += _words(f"{there}.recipe", "recipe", (overlay.recipe,) if overlay.recipe else (), catalog.recipes)
        mistakes += check_smokes(there, overlay.smoke or ())
    for table, limits in (("", c.limits), *((f".on.{t}", o.limits) for t, o in c.on.items())):
        for key in limits.__struct_fields__:
            mistakes += _size(f"{where}{table}.limits.{key.replace('_', '-')}", getattr(limits, key))
    yield from mistakes


def _variants(where: str, variants: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
    """Their names are those of folders; features must be features, and those that can be asked of an engine."""
    for name, features in variants.items():
        if not VARIANT.fullmatch(name):
            yield Problem(where=f"{where}.{name}", what="is no name for a variant", hint="letters, digits, - and _")
        yield from _features(f"{where}.{name}", features)
        for feature in features:
            if feature in FEATURES and feature not in PROBES:
                hint = f"these can be: {', '.join(PROBES)}"
                yield Problem(where=f"{where}.{name}", what=f"no engine can be asked for {feature}", hint=hint)


def _features(where: str, features: tuple[str, ...]) -> Iterator[Problem]:
    yield from _words(where, "feature", features, FEATURES)


def _exports(where: str, names: tuple[str, ...]) -> Iterator[Problem]:
    if any("\0" in name for name in names):
        yield Problem(where=where, what="a name holds a NUL, which no command can be given")


def _size(where: str, value: int | str | None) -> Iterator[Problem]:
    try:
        if value is not None:
            parse_size(value)
    except ValueError as e:
        yield Problem(where=where, what=str(e), hint='write bytes, or a string such as "64 KiB"')


def _words(where: str, word: str, names: tuple[str, ...], known: Iterable[str]) -> Iterator[Problem]:
    """One problem for each name that is not known."""
    listed = list(known)
    for name in names:
        if name not in listed:
            yield Problem(where=where, what=f"unknown {word} {name!r}", hint=did_you_mean(name, listed))
