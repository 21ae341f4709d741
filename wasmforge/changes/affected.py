"""Returns the components that changed files affect, and why: sources, forge.toml, forge.lock, the catalog. Pure."""

import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from wasmforge.changes.config_diff import ConfigDiff
from wasmforge.config.listing import SKIPPED
from wasmforge.config.lockfile import LOCK_FILE as LOCK
from wasmforge.config.patterns import in_force, matches_any, parse
from wasmforge.config.project import MANIFEST_FILE
from wasmforge.model.affected import AffectedComponent
from wasmforge.model.catalog import RECIPE_KINDS, Catalog
from wasmforge.model.catalog_kinds import entry_of_path
from wasmforge.model.fetch import is_address
from wasmforge.model.root_paths import FROM_ROOT
from wasmforge.plan import BuildUnit, file_lists, file_options, option_words, toolchains_of
from wasmforge.plan.resolve import passes_of

UnitKey = tuple[str, str]


def affected_units(
    root: Path,
    units: Iterable[BuildUnit],
    catalog: Catalog,
    paths: Iterable[str],
    config_diff: ConfigDiff,
    always: Iterable[str],
) -> dict[UnitKey, tuple[str, ...]]:
    """Of these components and targets, each after what it needs, those that a change touches, with the reasons.

    `paths` are from the root; `unlike` is what forge.toml and forge.lock say otherwise than before; `always` are the
    toolchains that every build uses.
    """
    listed = tuple(paths)
    things = {**config_diff.reasons, **_catalog_reasons(root, catalog, listed)}
    reasons: dict[UnitKey, tuple[str, ...]] = {}
    for unit in units:
        pair = (unit.resolved.name, unit.resolved.target)
        depends_on = {thing for part in unit.parts for thing in _dependencies(part, catalog, always)}
        said = [why for thing, why in things.items() if thing in depends_on]
        said += [f"{p} changed" for p in listed if any(_is_read(p, part, catalog) for part in unit.parts)]
        said += [f"needs {n}" for n in unit.needs if (n, pair[1]) in reasons]
        if said:
            reasons[pair] = tuple(dict.fromkeys(said))
    return reasons


def by_component(reasons: Mapping[UnitKey, tuple[str, ...]]) -> tuple[AffectedComponent, ...]:
    """The same, a component at a time."""
    targets: dict[str, list[str]] = {}
    because: dict[str, dict[str, None]] = {}
    for (name, target), said in reasons.items():
        targets.setdefault(name, []).append(target)
        because.setdefault(name, {}).update(dict.fromkeys(said))
    return tuple(
        AffectedComponent(component=n, targets=tuple(t), because=tuple(because[n])) for n, t in targets.items()
    )


def _dependencies(unit: BuildUnit, catalog: Catalog, always: Iterable[str]) -> frozenset[str]:
    """Everything but sources that has a say in a delivery, by kind and name."""
    s = unit.resolved
    passes = passes_of(s.target, catalog)
    fragments = (f for recipe in (catalog.recipes[s.recipe], *passes) for f in recipe.fragments)
    toolchains = [*toolchains_of((unit,), catalog), *always]
    for name in toolchains:  # grows while it is gone through
        toolchain = catalog.toolchains[name]
        toolchains += [n for n in (*toolchain.needs, toolchain.like) if n and n not in toolchains]
    return frozenset(
        (
            "build",
            f"component {s.name}",
            f"file {unit.declared.file}",
            f"recipe {s.recipe}",
            *(f"fragment {f}" for f in fragments),
            f"target {s.target}",
            *(f"pass {p.name}" for p in passes),
            *(f"toolchain {t}" for t in toolchains),
            *(f"runtime {r}" for r in catalog.targets[s.target].runtimes),
        )
    )


def _catalog_reasons(root: Path, catalog: Catalog, paths: Iterable[str]) -> dict[str, str]:
    """The entries of the catalog that these files belong to (`recipe zig`), each with the reason to show."""
    owners = {file: entry for entry, files in catalog.lookup_order.items() for file in files}
    recipes = {file.path: name for name, files in catalog.files.items() for file in files.values()}
    things: dict[str, str] = {}
    for path in paths:
        full, why = str(root / path), f"{path} changed"
        if full in owners:
            things[owners[full]] = why
        elif full in recipes:
            things |= {f"{kind.name} {recipes[full]}": why for kind in RECIPE_KINDS}
        elif entry := entry_of_path(path):
            kind, name = entry
            things[f"{kind.name} {name}"] = why
    return things


def _is_read(path: str, unit: BuildUnit, catalog: Catalog) -> bool:
    return _is_source(path, unit, catalog) or _is_for_fetching(path, unit)


def _is_for_fetching(path: str, unit: BuildUnit) -> bool:
    """Whether a path is that of a patch, or of an archive of the project, for sources that the component fetches."""
    base = PurePosixPath(unit.declared.folder)
    return any(
        PurePosixPath(path) == PurePosixPath(*((named[2:],) if named.startswith(FROM_ROOT) else (base, named)))
        for fetch in unit.declared.component.fetch.values()
        for named in (*fetch.patches, *(url for url in fetch.urls if not is_address(url)))
    )


def _is_source(path: str, unit: BuildUnit, catalog: Catalog) -> bool:
    """Whether a path is, was or holds something that a build of this component reads."""
    own, recipe = unit.declared.component.sources, catalog.recipes[unit.resolved.recipe]
    lists = {group: in_force(own.get(group), usual) for group, usual in recipe.sources.items()}
    given = (said.patterns for said in file_lists(unit, catalog))
    if any(matches_any(patterns, path, unit.declared.folder) for patterns in (*lists.values(), *given)):
        return not _is_never_read(path, unit.declared.folder)
    if _is_in(path, unit.declared.folder):
        named = {n.path for n in file_options(unit, catalog)} | {"Cargo.lock"}
        opened = [s.preopen for s in unit.resolved.smoke if s.preopen]
        inner = PurePosixPath(posixpath.relpath(path, unit.declared.folder))
        if inner.as_posix() in named or any(inner.is_relative_to(PurePosixPath(p)) for p in opened):
            return not _is_never_read(path, unit.declared.folder)
    mentioned = [lists[group] for group in recipe.mentioned if group not in own]
    return any(_may_be_read(path, folder, mentioned) for folder in source_folders(unit, catalog))


def source_folders(unit: BuildUnit, catalog: Catalog) -> tuple[str, ...]:
    """The folders, from the root, in which sources of a component lie: its own, and those named from the root."""
    words = (w.word for w in option_words(unit, catalog) if w.folder and w.word.startswith(FROM_ROOT))
    lists = {**catalog.recipes[unit.resolved.recipe].sources, **unit.declared.component.sources}.values()
    patterns = (parse(pattern) for patterns in lists for pattern in patterns)
    named = [word.removeprefix(FROM_ROOT) or "." for word in words] + [p.folder for p in patterns if p.from_root]
    return tuple(dict.fromkeys((unit.declared.folder, *named)))


def _may_be_read(path: str, folder: str, mentioned: Iterable[tuple[str, ...]]) -> bool:
    """Whether a path holds a folder of sources, or is in it and may be a file that a source mentions."""
    if _is_in(folder, path):
        return True  # a folder that is told as one: a submodule, a repository within
    if not _is_in(path, folder) or _is_never_read(path, folder):
        return False
    return path.endswith("/") or any(matches_any(patterns, path, folder) for patterns in mentioned)


def _is_in(path: str, folder: str) -> bool:
    return PurePosixPath(path).is_relative_to(PurePosixPath(folder))


def _is_never_read(path: str, folder: str) -> bool:
    """Whether a path lies in a hidden folder below this one, or is one of our own files."""
    name = path.rpartition("/")[2]
    inner = PurePosixPath(posixpath.relpath(path, folder))
    hidden = any(p in SKIPPED or (p.startswith(".") and p != "..") for p in inner.parts[:-1])
    return hidden or name in (MANIFEST_FILE, LOCK)
