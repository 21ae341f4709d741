"""Checks a manifest against the catalog: every name must exist and fit. Returns all problems."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import get_args

from wasmforge.errors import ForgeError, Problem, unknown
from wasmforge.model.catalog import Catalog
from wasmforge.model.feature_probes import PROBES
from wasmforge.model.finding import Rule
from wasmforge.model.manifest import Component, Manifest, ProjectComponent, ToolchainChoice
from wasmforge.model.recipe import Recipe
from wasmforge.model.toolchain import Toolchain
from wasmforge.model.units import parse_size
from wasmforge.model.vocabulary import FEATURES, PROFILES
from wasmforge.plan.checks.bench import check_benches
from wasmforge.plan.checks.catalog import check_catalog
from wasmforge.plan.checks.component import check_component
from wasmforge.plan.checks.fetch import check_fetches
from wasmforge.plan.checks.library import check_libraries_of, check_library_keys, library_recipe
from wasmforge.plan.checks.smoke import check_runnable, check_smokes
from wasmforge.plan.cycles import find_cycle
from wasmforge.plan.recipes.lint import lint
from wasmforge.plan.resolve import passes_of, recipe_name, targets_of
from wasmforge.plan.select import library_names

LEAST_MEMORY, MOST_MEMORY = 64 * 1024**2, 1024**5
"""Bounds of what a container may be given, in bytes: room for any command at all, and what an engine can count."""


VARIANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def check(manifest: Manifest, catalog: Catalog) -> None:
    """Raise ForgeError with every mistake of the manifest, in the order of the files, then those of the catalog."""
    problems, _ = mistakes(manifest, catalog)
    if problems:
        raise ForgeError(*problems)


def mistakes(
    manifest: Manifest, catalog: Catalog, flawed: Collection[str] = ()
) -> tuple[list[Problem], frozenset[str]]:
    """Every mistake of the manifest and of the catalog, and the components that have none.

    Of `flawed` components parts are missing, or all: nothing is said of them that those parts might change.
    """
    found = find_cycle({n: p.component.needs for n, p in manifest.components.items()})
    targets = _targets(manifest, catalog, flawed)
    broken = [*check_catalog(catalog)]
    problems = [*_build(manifest, catalog)]
    well: set[str] = set()
    for name, declared in manifest.components.items():
        own = [*_mistakes_of(declared, manifest, catalog, flawed, targets[name], fitting=not broken)]
        problems += own
        if name not in flawed and not own and not broken:
            well.add(name)
    if found:
        first = manifest.components[found[0]]
        said = "a component cannot need itself" if len(found) == 1 else " needs ".join((*found, found[0]))
        problems.append(Problem(where=f"{first.file}: components.{found[0]}.needs", what=said, hint="break the circle"))
    problems += broken
    return [*problems, *_recipes(manifest, targets, catalog, well)], frozenset(well)


def _mistakes_of(
    declared: ProjectComponent,
    manifest: Manifest,
    catalog: Catalog,
    flawed: Collection[str],
    targets: tuple[str, ...],
    *,
    fitting: bool,
) -> Iterator[Problem]:
    """Every mistake of one component; what it does not fit is only asked where its words and the catalog are right."""
    c, where, whole = declared.component, f"{declared.file}: components.{declared.name}", declared.name not in flawed
    words = [*_component(declared, manifest, catalog, flawed), *(check_fetches(where, c.fetch) if whole else ())]
    tests = [*check_smokes(where, c.smoke)]
    for target, overlay in c.on.items():
        tests += check_smokes(f"{where}.on.{target}", overlay.smoke or ())
    yield from (*words, *tests)
    if whole and not _is_folder_shared(c, flawed):
        yield from check_benches(where, declared, manifest.components, catalog)
    if c.kind == "library":
        return
    if whole and fitting and not words:
        yield from check_runnable(where, c.smoke, targets, catalog) if not tests else ()
        found = (p for target in targets for p in check_component(where, c, target, targets, catalog))
        yield from (p for p in found if not tests or ".smoke." not in p.where)  # a test is wrong in one way at a time
    if whole and fitting and not words and not _libraries_are_flawed(declared, manifest, catalog, flawed):
        built = (t for t in targets if recipe_name(c, t, catalog))
        yield from dict.fromkeys(p for t in built for p in check_libraries_of(declared, t, manifest, catalog))


def _libraries_are_flawed(
    declared: ProjectComponent, manifest: Manifest, catalog: Catalog, flawed: Collection[str]
) -> bool:
    """Whether a library that it needs has mistakes of its own, which are told there."""
    libraries = library_names(declared, manifest)
    return any(n in flawed or [*_component(manifest.components[n], manifest, catalog, flawed)] for n in libraries)


def _is_folder_shared(component: Component, flawed: Collection[str]) -> bool:
    """Whether a bench names a component of which nobody knows all."""
    return any(name in flawed for bench in component.bench for name in (*bench.compare_with, bench.native))


def _targets(manifest: Manifest, catalog: Catalog, flawed: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The known targets each component is built for: those it is for, and those of all that need it and are known."""
    found: dict[str, dict[str, None]] = {n: {} for n in manifest.components}

    def add(name: str, targets: Iterable[str]) -> None:
        new = [t for t in targets if t not in found[name]]
        found[name].update(dict.fromkeys(new))
        for need in manifest.components[name].component.needs if new else ():
            if need in found:
                add(need, new)

    for name, declared in ((n, p) for n, p in manifest.components.items() if n not in flawed):
        add(name, [t for t in targets_of(declared, manifest, catalog) if t in catalog.targets])
    return {name: tuple(targets) for name, targets in found.items()}


def _recipes(
    manifest: Manifest, targets: Mapping[str, tuple[str, ...]], catalog: Catalog, well: Collection[str]
) -> Iterator[Problem]:
    """Recipes and passes that are not closed, and used: what is not used may be as wrong as it likes."""
    used: dict[str, Recipe] = {}
    for name, declared in (
        (n, p) for n, p in manifest.components.items() if n in well and p.component.kind != "library"
    ):
        for target in targets[name]:
            recipe = catalog.recipes[recipe_name(declared.component, target, catalog) or ""]
            libraries = (manifest.components[n].component for n in library_names(declared, manifest))
            theirs = (catalog.recipes[library_recipe(c, target, recipe.name)] for c in libraries)
            used.update({r.name: r for r in (recipe, *passes_of(target, catalog), *theirs)})
    yield from (p for recipe in used.values() for p in lint(recipe, catalog))


def _build(manifest: Manifest, catalog: Catalog) -> Iterator[Problem]:
    yield from _check_names("forge.toml: build.profile", "profile", (manifest.build.profile,), PROFILES)
    yield from _check_names("forge.toml: build.targets", "target", manifest.build.targets, catalog.targets)
    for name, choice in manifest.toolchains.items():
        yield from _check_names(f"forge.toml: toolchains.{name}", "toolchain", (name,), catalog.toolchains)
        if choice.origin and name in catalog.toolchains:
            kinds = dict.fromkeys(o.kind for o in catalog.toolchains[name].origins)
            yield from _check_names(f"forge.toml: toolchains.{name}.origin", "origin", (choice.origin,), kinds)
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


def _component(
    declared: ProjectComponent, manifest: Manifest, catalog: Catalog, flawed: Collection[str]
) -> Iterator[Problem]:
    """Words of a component that name nothing, and values that are none."""
    c, where = declared.component, f"{declared.file}: components.{declared.name}"
    languages = dict.fromkeys(lang for t in catalog.targets.values() for lang in t.recipes)
    languages.update(dict.fromkeys(lang for r in catalog.recipes.values() for lang in r.languages))
    found = [
        *_check_names(f"{where}.language", "language", (c.language,), languages),
        *_check_names(f"{where}.recipe", "recipe", (c.recipe,) if c.recipe else (), catalog.recipes),
        *_check_names(f"{where}.targets", "target", c.targets or (), catalog.targets),
        *_check_names(f"{where}.on", "target", tuple(c.on), catalog.targets),
        *_check_names(f"{where}.needs", "component", c.needs, (*manifest.components, *flawed)),
        *_features(f"{where}.features", c.features),
        *_variants(f"{where}.variants", c.variants),
        *_check_names(f"{where}.waive", "rule", tuple(w.rule for w in c.waive), ("*", *get_args(Rule))),
        *_exports(f"{where}.exports", c.exports),
        *_host_imports(f"{where}.host-imports", c.host_imports),
        *check_library_keys(where, c, manifest),
    ]
    for target, overlay in c.on.items():
        overlay_place = f"{where}.on.{target}"
        found += _features(f"{overlay_place}.features", overlay.features or ())
        found += _variants(f"{overlay_place}.variants", overlay.variants or {})
        found += _exports(f"{overlay_place}.exports", overlay.exports or ())
        found += _host_imports(f"{overlay_place}.host-imports", overlay.host_imports or ())
        found += _check_names(
            f"{overlay_place}.recipe", "recipe", (overlay.recipe,) if overlay.recipe else (), catalog.recipes
        )
    for table, limits in (("", c.limits), *((f".on.{t}", o.limits) for t, o in c.on.items())):
        for key in limits.__struct_fields__:
            found += _size(f"{where}{table}.limits.{key.replace('_', '-')}", getattr(limits, key))
    yield from found


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
    yield from _check_names(where, "feature", features, FEATURES)


def _exports(where: str, names: tuple[str, ...]) -> Iterator[Problem]:
    if any("\0" in name for name in names):
        yield Problem(where=where, what="a name contains a NUL, which no command can take")


def _host_imports(where: str, patterns: tuple[str, ...]) -> Iterator[Problem]:
    for index, pattern in enumerate(patterns):
        module, _, name = pattern.partition(".")
        if not (module and name):
            hint = 'MODULE.NAME: "env.sensor_read", "env.*"'
            yield Problem(where=f"{where}.{index}", what=f"{pattern!r} is no import", hint=hint)


def _size(where: str, value: int | str | None) -> Iterator[Problem]:
    try:
        if value is not None:
            parse_size(value)
    except ValueError as e:
        yield Problem(where=where, what=str(e), hint='write bytes, or a string such as "64 KiB"')


def _check_names(where: str, kind: str, names: tuple[str, ...], known: Iterable[str]) -> Iterator[Problem]:
    """One problem for each name that is not known."""
    known = tuple(known)
    yield from (unknown(kind, name, known, where=where) for name in names if name not in known)
