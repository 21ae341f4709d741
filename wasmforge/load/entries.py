"""Fits what was found to the catalog: targets that can be built, globs where a recipe's own do not fit. Pure."""

from pathlib import PurePosixPath

from wasmforge.load.cover import caught, cover, literal
from wasmforge.load.discover.sorts import HEADERS, SOURCES, inside, suffix, within
from wasmforge.load.snapshot import commanded_groups
from wasmforge.model.catalog import Catalog
from wasmforge.model.discovery import Entry, FoundComponent, Tree
from wasmforge.model.manifest import OptionValue
from wasmforge.model.recipe import Recipe

USUAL = ("web", "node", "wasi")
"""The targets of a new project, as far as the catalog has them."""


def usual_targets(catalog: Catalog) -> tuple[str, ...]:
    """The targets that a new project is for."""
    return tuple(t for t in USUAL if t in catalog.targets) or tuple(catalog.targets)


def make_entry(found: FoundComponent, tree: Tree, catalog: Catalog, default: tuple[str, ...]) -> Entry:
    """What forge.toml must say of a component; `default` are the project's targets, empty when it names none."""
    language, kind = found.language, found.kind
    recipes = _recipes(found, catalog)
    if found.lacks and recipes:
        return Entry(component=found, why_not=found.lacks)
    running = {t: r for t, r in recipes.items() if r in catalog.recipes and kind in catalog.targets[t].kinds}
    able = {t: r for t, r in running.items() if _has_features(found, t, r, catalog)}
    if not able:
        why = f"no target has a recipe for {language} yet"
        if recipes:
            why = f"no target has {' and '.join(found.features)}" if running else f"no target runs a {kind}"
        return Entry(component=found, why_not=why)
    wanted = [t for t in default or usual_targets(catalog) if t in able] or list(able)
    first = catalog.recipes[able[wanted[0]]]
    sources = _sources(found, first, tree)
    options = _options(found, first)
    alike = tuple(
        t
        for t in wanted
        if _sources(found, recipe := catalog.recipes[able[t]], tree) == sources and _options(found, recipe) == options
    )
    return Entry(
        component=found,
        targets=alike,
        recipe=first.name if first.name == found.recipe else "",
        own_targets=alike != (default or tuple(recipes)),
        sources=sources,
        options=options,
    )


def _recipes(found: FoundComponent, catalog: Catalog) -> dict[str, str]:
    """The recipe for the component on each target that has one."""
    own = catalog.recipes.get(found.recipe)
    if own and found.language in own.languages:
        return {t: own.name for t in catalog.targets if t in own.targets}
    return {t.name: t.recipes[found.language] for t in catalog.targets.values() if found.language in t.recipes}


def _has_features(found: FoundComponent, target: str, recipe: str, catalog: Catalog) -> bool:
    permitted = catalog.targets[target].features.permitted
    return all(f in permitted and f in catalog.recipes[recipe].features for f in found.features)


def _options(found: FoundComponent, recipe: Recipe) -> dict[str, OptionValue]:
    """Options that the recipe knows for what the sources need."""
    options: dict[str, OptionValue] = {}
    std, includes = recipe.options.get("std"), recipe.options.get("includes")
    if found.std and std and (std.kind == "text" or found.std in std.choices):
        options["std"] = found.std
    if found.includes and includes and includes.kind == "list":
        options["includes"] = found.includes
    chosen = {"package": found.package, "bin": found.program}
    return options | {option: value for option, value in chosen.items() if value and option in recipe.options}


def _sources(found: FoundComponent, recipe: Recipe, tree: Tree) -> dict[str, tuple[str, ...]]:
    """The groups whose globs do not find what they should, with globs that do."""
    base = "" if found.path == "." else found.path
    listing = [within(base, p) for p in tree.paths if inside(base, p) and suffix(p)]
    walls = [within(base, s.path) for s in tree.skipped if inside(base, s.path)]
    commanded = commanded_groups(recipe)
    taking = [g for g in commanded if _takes(recipe, g, found.entry)]
    entry_group = next((g for g in taking if found.kind in g), taking[0] if taking else "")
    changed: dict[str, tuple[str, ...]] = {}
    for group, patterns in recipe.sources.items():
        if not any(suffix(p) in SOURCES | HEADERS for p in patterns):
            continue
        hits = caught(patterns, listing)
        mine = tuple(s for s in found.sources if _takes(recipe, group, (s,)))
        if group == entry_group:
            if hits != frozenset(found.entry):
                changed[group] = tuple(map(literal, found.entry))
        elif group in commanded and group not in taking:
            if hits != frozenset(mine):
                alone = found.part or len(mine) == 1
                changed[group] = tuple(map(literal, mine)) if alone else cover(mine, listing, walls)
        elif group not in commanded and not hits.issuperset(mine):
            changed[group] = cover(mine, listing, walls)
    return changed


def _takes(recipe: Recipe, group: str, files: tuple[str, ...]) -> bool:
    """Whether a group is one of files such as these, by their endings."""
    endings = {PurePosixPath(p).suffix for p in recipe.sources[group]}
    return any(suffix(f) in endings for f in files)
