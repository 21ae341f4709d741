"""Which components a change of files touches, and why: sources, forge.toml, forge.lock, the catalog. Pure."""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from wasmforge.load.globs import matcher
from wasmforge.load.listing import SKIPPED
from wasmforge.load.lock import FILE as LOCK
from wasmforge.load.old import Unlike
from wasmforge.load.project import FILE
from wasmforge.model.affected import Touched
from wasmforge.model.catalog import Catalog
from wasmforge.plan import Wanted, named_files, toolchains_of
from wasmforge.plan.settled import passes_of

FOLDERS = {
    "recipes": "recipe",
    "recipes/passes": "pass",
    "toolchains": "toolchain",
    "targets": "target",
    "runtimes": "runtime",
}
"""Where a project's own catalog lies, and what is there."""

Pair = tuple[str, str]


def touched(
    root: Path, wanted: Iterable[Wanted], catalog: Catalog, paths: Iterable[str], unlike: Unlike, always: Iterable[str]
) -> dict[Pair, tuple[str, ...]]:
    """Of these components and targets, each after what it needs, those that a change touches, with the reasons.

    `paths` are from the root; `unlike` is what forge.toml and forge.lock say otherwise than before; `always` are the
    toolchains that every build uses.
    """
    listed = tuple(paths)
    things = {**unlike.things, **_catalog_things(root, catalog, listed)}
    found: dict[Pair, tuple[str, ...]] = {}
    for one in wanted:
        pair = (one.settled.name, one.settled.target)
        said = [why for thing, why in things.items() if thing in _rests_on(one, catalog, always)]
        said += [f"{p} changed" for p in listed if _is_source(p, one, catalog)]
        said += [f"needs {n}" for n in one.placed.component.needs if (n, pair[1]) in found]
        if said:
            found[pair] = tuple(dict.fromkeys(said))
    return found


def by_component(found: Mapping[Pair, tuple[str, ...]]) -> tuple[Touched, ...]:
    """The same, a component at a time."""
    targets: dict[str, list[str]] = {}
    because: dict[str, dict[str, None]] = {}
    for (name, target), said in found.items():
        targets.setdefault(name, []).append(target)
        because.setdefault(name, {}).update(dict.fromkeys(said))
    return tuple(Touched(component=n, targets=tuple(t), because=tuple(because[n])) for n, t in targets.items())


def _rests_on(one: Wanted, catalog: Catalog, always: Iterable[str]) -> frozenset[str]:
    """Everything but sources that has a say in a delivery, by kind and name."""
    s = one.settled
    toolchains = [*toolchains_of((one,), catalog), *always]
    for name in toolchains:  # grows while it is gone through
        toolchains += [n for n in catalog.toolchains[name].needs if n not in toolchains]
    return frozenset(
        (
            "build",
            f"component {s.name}",
            f"file {one.placed.file}",
            f"recipe {s.recipe}",
            f"target {s.target}",
            *(f"pass {p.name}" for p in passes_of(s.target, catalog)),
            *(f"toolchain {t}" for t in toolchains),
            *(f"runtime {r}" for r in catalog.targets[s.target].runtimes),
        )
    )


def _catalog_things(root: Path, catalog: Catalog, paths: Iterable[str]) -> dict[str, str]:
    """The recipes, passes, toolchains and targets that files belong to, and how that is told."""
    places = {place: thing for thing, all_places in catalog.places.items() for place in all_places}
    beside = {file.path: name for name, files in catalog.files.items() for file in files.values()}
    things: dict[str, str] = {}
    for path in paths:
        full, parts = str(root / path), PurePosixPath(path).parts
        folder = next((f for f in ("/".join(parts[:2]), parts[0]) if f in FOLDERS), None)
        if full in places:
            things[places[full]] = f"{path} changed"
        elif full in beside:
            things |= {f"{kind} {beside[full]}": f"{path} changed" for kind in ("recipe", "pass")}
        elif folder is not None and len(parts) > folder.count("/") + 1:
            own = parts[folder.count("/") + 1]
            things[f"{FOLDERS[folder]} {own.removesuffix('.toml')}"] = f"{path} changed"
    return things


def _is_source(path: str, one: Wanted, catalog: Catalog) -> bool:
    """Whether a path is, was or holds something that a build of this component reads."""
    base = PurePosixPath(one.placed.folder)
    here = PurePosixPath(path)
    if base.is_relative_to(here):
        return True  # a folder that is told as one: a submodule, a repository within
    if not here.is_relative_to(base):
        return False
    inner = here.relative_to(base)
    if any(p in SKIPPED or p.startswith(".") for p in inner.parts[:-1]) or path.rpartition("/")[2] in (FILE, LOCK):
        return False
    own = one.placed.component.sources
    globs = (g for group, said in catalog.recipes[one.settled.recipe].sources.items() for g in own.get(group, said))
    named = {n.path for n in named_files(one, catalog)} | {"Cargo.lock"}
    opened = [s.preopen for s in one.settled.smoke if s.preopen]
    return (
        inner.as_posix() in named
        or any(matcher(g).fullmatch(inner.as_posix()) for g in globs)
        or any(inner.is_relative_to(PurePosixPath(p)) for p in opened)
        or path.endswith("/")
    )
