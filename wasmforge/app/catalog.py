"""Looks things up in the catalog: entries, files, schemas; lints recipes; tries the origins of toolchains."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wasmforge import config
from wasmforge.app.trust import Trust, trust_of
from wasmforge.app.workspace import EventSink
from wasmforge.config.project import find_root, find_root_or_none
from wasmforge.errors import ForgeError, unknown
from wasmforge.model.base import TomlStruct
from wasmforge.model.catalog import RECIPE_KINDS, Catalog, entry_type
from wasmforge.model.catalog_kinds import KINDS, CatalogKind
from wasmforge.model.events import Notice
from wasmforge.model.manifest import Manifest, ManifestFile
from wasmforge.model.toolchain import OriginAttempt, Toolchain
from wasmforge.plan import lint as lint_recipe
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.open_cache import open_places, open_store
from wasmforge.toolchains.resolve import ToolchainResolver


def catalog(start: Path) -> Catalog:
    """The catalog in force in this folder; the bundled one outside of projects."""
    return config.load_catalog(find_root_or_none(start))


def catalog_and_trust(
    start: Path, *, trust_project: bool = False, project_required: bool = False
) -> tuple[Catalog, Trust]:
    """The catalog in force in this folder, and whether the project's own part of it may be run.

    `trust_project`: it may, for this run. `project_required`: raises ForgeError outside of projects.
    """
    root = find_root(start) if project_required else find_root_or_none(start)
    found = config.load_catalog(root)
    return found, trust_of(root, found, this_once=trust_project)


def entry(start: Path, command: str, name: str) -> tuple[CatalogKind, Any, tuple[str, ...]]:
    """The entry of that name that `COMMAND show` shows: its kind, itself, and its files; the first is in force."""
    found = catalog(start)
    return _find_entry(found, command, name)


def _find_entry(found: Catalog, command: str, name: str) -> tuple[CatalogKind, Any, tuple[str, ...]]:
    kinds = [kind for kind in KINDS if kind.command == command]
    _require_known(command, name, [n for kind in kinds for n in found.entries(kind)])
    kind = next(kind for kind in kinds if name in found.entries(kind))
    return kind, found.entries(kind)[name], found.paths(kind, name)


def entry_paths(start: Path, command: str, name: str) -> tuple[str, ...]:
    """Every file of that name among the kinds that a command shows; the first is in force."""
    found = catalog(start)
    _find_entry(found, command, name)
    return tuple(path for kind in KINDS if kind.command == command for path in found.paths(kind, name))


def lint(start: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Lint these recipes and passes, or all; returns their names. Raises ForgeError with every mistake."""
    found = catalog(start)
    known = {name: recipe for kind in RECIPE_KINDS for name, recipe in found.entries(kind).items()}
    for name in names:
        _require_known("recipe", name, known)
    chosen = names or tuple(sorted(known))
    problems = [p for name in chosen for p in lint_recipe(known[name], found)]
    if problems:
        raise ForgeError(*problems)
    return chosen


def toolchain(start: Path, name: str, emit: EventSink) -> tuple[Toolchain, tuple[OriginAttempt, ...]]:
    """A toolchain by name, and the result of trying its origins on this machine."""
    found = catalog(start)
    _require_known("toolchain", name, found.toolchains)
    attempts = _attempts(resolver(find_root_or_none(start), found, None, emit), (name,))
    return found.toolchains[name], tuple(t for t in attempts if t.toolchain == name)


def toolchains(start: Path, emit: EventSink) -> tuple[tuple[OriginAttempt, ...], dict[str, str]]:
    """The result of trying every toolchain's origins, and the origins that the project chose."""
    found, manifest = catalog(start), _manifest_of(start)
    choices = manifest.toolchains if manifest else {}
    attempts = _attempts(resolver(find_root_or_none(start), found, manifest, emit), found.toolchains)
    return attempts, {name: choice.origin for name, choice in choices.items() if choice.origin}


def schemas() -> dict[str, type[TomlStruct]]:
    """The data class of each kind of TOML file, by the name that `wasmforge schema` takes."""
    return {"forge": ManifestFile, **{kind.name: entry_type(kind) for kind in KINDS}}


def schema(name: str) -> type[TomlStruct]:
    """The data class of this kind of TOML file. Raises ForgeError (exit code 2) for an unknown kind."""
    _require_known("kind of file", name, known := schemas())
    return known[name]


def _manifest_of(start: Path) -> Manifest | None:
    return config.load_project(start).manifest if find_root_or_none(start) else None


def open_cache_dirs(emit: EventSink, root: Path | None = None) -> CacheDirs:
    return open_places(root or Path(), lambda what: emit(Notice(what=what)))


def resolver(
    root: Path | None, found: Catalog, manifest: Manifest | None, emit: EventSink, cache_dirs: CacheDirs | None = None
) -> ToolchainResolver:
    """Finds the toolchains of this catalog, without installing any. The project's own are found only if trusted."""
    choices = manifest.toolchains if manifest else {}
    refused = trust_of(root, found).refused
    opened = cache_dirs or open_cache_dirs(emit, root)
    store = open_store(opened)
    return ToolchainResolver(found, choices, opened, store, emit=emit, root=root, fetch=False, refused=refused)


def _attempts(tools: ToolchainResolver, names: Iterable[str]) -> tuple[OriginAttempt, ...]:
    """Look for each toolchain; one that is missing is a result as well."""
    for name in names:
        try:
            tools.toolchain(name)
        except ForgeError:
            continue
    return tuple(tools.attempts)


def _require_known(kind: str, name: str, known: Iterable[str]) -> None:
    if name not in (names := tuple(known)):
        raise ForgeError(unknown(kind, name, names))
