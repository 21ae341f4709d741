"""Fits what was found to the catalog: targets that can be built, globs where a recipe's own do not fit. Pure."""

from pathlib import PurePosixPath

from wasmforge.config.snapshot import required_groups
from wasmforge.discovery.file_types import HEADERS, SOURCES, inside, suffix, within
from wasmforge.discovery.minimal_globs import covering_globs, literal, matches, minimal_globs
from wasmforge.model.catalog import Catalog
from wasmforge.model.discovery import ForgeEntry, FoundComponent, Tree
from wasmforge.model.manifest import OptionValue
from wasmforge.model.recipe import Recipe

DEFAULT_TARGETS = ("web", "node", "wasi")
"""The targets of a new project, as far as the catalog has them."""


def default_targets(catalog: Catalog) -> tuple[str, ...]:
    """The targets that a new project is for."""
    return tuple(t for t in DEFAULT_TARGETS if t in catalog.targets) or tuple(catalog.targets)


def make_entry(found: FoundComponent, tree: Tree, catalog: Catalog, default: tuple[str, ...]) -> ForgeEntry:
    """What forge.toml must say of a component; `default` are the project's targets, empty when it names none."""
    language, kind = found.language, "reactor" if found.kind == "library" else found.kind
    recipes = _recipes(found, catalog)
    if found.problem and recipes:
        return ForgeEntry(component=found, problem=found.problem)
    running = {t: r for t, r in recipes.items() if r in catalog.recipes and kind in catalog.targets[t].kinds}
    suitable = {t: r for t, r in running.items() if _has_features(found, t, r, catalog)}
    if not suitable:
        why = f"no target has a recipe for {language} yet"
        if recipes:
            why = f"no target has {' and '.join(found.features)}" if running else f"no target runs a {kind}"
        return ForgeEntry(component=found, problem=why)
    requested = [t for t in default or default_targets(catalog) if t in suitable] or list(suitable)
    first = catalog.recipes[suitable[requested[0]]]
    sources = _sources(found, first, tree)
    options = _options(found, first)
    alike = tuple(
        t
        for t in requested
        if _sources(found, recipe := catalog.recipes[suitable[t]], tree) == sources
        and _options(found, recipe) == options
    )
    return ForgeEntry(
        component=found,
        targets=alike,
        recipe=first.name if first.name == found.recipe else "",
        names_targets=found.kind != "library" and alike != (default or tuple(recipes)),
        sources=sources,
        options=options,
        notes=found.notes,
    )


def _recipes(found_component: FoundComponent, catalog: Catalog) -> dict[str, str]:
    """The recipe for the component on each target that has one."""
    own = catalog.recipes.get(found_component.recipe)
    if own and found_component.language in own.languages:
        return {t: own.name for t in catalog.targets if t in own.targets}
    return {
        t.name: t.recipes[found_component.language]
        for t in catalog.targets.values()
        if found_component.language in t.recipes
    }


def _has_features(found_component: FoundComponent, target: str, recipe: str, catalog: Catalog) -> bool:
    permitted = catalog.targets[target].features.permitted
    return all(f in permitted and f in catalog.recipes[recipe].features for f in found_component.features)


def _options(found_component: FoundComponent, recipe: Recipe) -> dict[str, OptionValue]:
    """Options that the recipe knows for what the sources need."""
    options: dict[str, OptionValue] = {}
    std, includes = recipe.options.get("std"), recipe.options.get("includes")
    if found_component.std and std and (std.kind == "text" or found_component.std in std.choices):
        options["std"] = found_component.std
    if found_component.includes and includes and includes.kind == "folders":
        options["includes"] = found_component.includes
    for name in ("defines", "flags", "libs"):
        words = getattr(found_component, name)
        if words and name in recipe.options:
            options[name] = words
    chosen = {"package": found_component.package, "bin": found_component.program}
    options |= found_component.options
    return options | {option: value for option, value in chosen.items() if value and option in recipe.options}


def _sources(found_component: FoundComponent, recipe: Recipe, tree: Tree) -> dict[str, tuple[str, ...]]:
    """The groups whose globs do not find what they should, with globs that do."""
    base = "" if found_component.path == "." else found_component.path
    seen = [within(base, p) for p in tree.paths if inside(base, p) and suffix(p)]
    listing = list(dict.fromkeys((*seen, *found_component.sources)))
    walls = [within(base, s.path) for s in tree.skipped if inside(base, s.path)]
    commanded = required_groups(recipe, found_component.language)
    taking = [g for g in commanded if _takes(recipe, g, found_component.entry_files)]
    entry_group = next((g for g in taking if found_component.kind in g), taking[0] if taking else "")
    changed: dict[str, tuple[str, ...]] = {}
    for group, patterns in recipe.sources.items():
        if not any(suffix(p) in SOURCES | HEADERS for p in patterns):
            continue
        hits = matches(patterns, listing)
        units = found_component.units or found_component.sources
        mine = tuple(s for s in units if _takes(recipe, group, (s,)))
        if group == entry_group:
            if hits != frozenset(found_component.entry_files):
                changed[group] = tuple(map(literal, found_component.entry_files))
        elif group in commanded and group not in taking:
            if hits != frozenset(mine):
                alone = found_component.shares_folder or len(mine) == 1
                changed[group] = tuple(map(literal, mine)) if alone else minimal_globs(mine, listing, walls)
        elif group not in commanded and not hits.issuperset(read := _read(found_component, recipe, group)):
            headers = [p for p in read if suffix(p) in HEADERS]
            others = (literal(p) for p in read if suffix(p) not in HEADERS)
            changed[group] = (*covering_globs(headers), *others)
    return changed


def _read(found_component: FoundComponent, recipe: Recipe, group: str) -> tuple[str, ...]:
    """The files of a group that no command names: headers, with all that units include."""
    if any(suffix(p) in HEADERS for p in recipe.sources[group]):
        return found_component.included or tuple(s for s in found_component.sources if suffix(s) in HEADERS)
    return tuple(s for s in found_component.sources if _takes(recipe, group, (s,)))


def _takes(recipe: Recipe, group: str, files: tuple[str, ...]) -> bool:
    """Whether a group is one of files such as these, by their endings."""
    endings = {PurePosixPath(p).suffix for p in recipe.sources[group]}
    return any(suffix(f) in endings for f in files)
