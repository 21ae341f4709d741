"""Decides from a list of paths and the text of some files which components a folder holds. Pure."""

from collections.abc import Callable, Collection, Iterable
from functools import cache

import msgspec

from wasmforge.discovery import c, components, names
from wasmforge.discovery.file_types import (
    CXX,
    HEADERS,
    RUST,
    SOURCES,
    TYPESCRIPT,
    WAT,
    ZIG,
    C,
    folder,
    inside,
    is_test,
    join,
    suffix,
)
from wasmforge.discovery.from_project import from_project
from wasmforge.discovery.projects import find_projects
from wasmforge.discovery.roots import Roots
from wasmforge.discovery.sources import Sources
from wasmforge.model.discovery import BuildProject, FoundComponent

Groups = dict[str, list[str]]


def discover(
    paths: Iterable[str],
    read: Callable[[str], str],
    *,
    home: str = "project",
    taken: Collection[str] = (),
    ask: Callable[[BuildProject], BuildProject] = lambda project: project,
) -> tuple[FoundComponent, ...]:
    """The components among `paths`, by root. `read` gives a file's text (empty when it cannot be read).

    `home` names a component at the top; `taken` are names that may not be given. `ask` gets what the build files of a
    project of C or C++ say by their text, and returns what the build itself says, where it can be run.
    """
    listing = sorted(set(paths))
    roots = Roots(listing, cache(read))
    found_components: list[FoundComponent] = []
    projects = [_asked(p, ask) for p in find_projects(_without_other_languages(listing), roots.read, _has_main(roots))]
    for project in projects:
        found_components += from_project(project, roots, home)
    groups = _groups([p for p in listing if not _belongs(p, projects)], roots)
    every = sorted({root for group in groups.values() for root in group})
    headers = _headers(listing, every)
    for language, build in components.BUILDERS.items():
        for root, files in groups[language].items():
            sources = Sources(root=root, files=tuple(files), headers=tuple(headers[root]), roots=roots)
            found_components += build(sources)
    found_components.sort(key=lambda c: (c.path, c.shares_folder, c.name))
    trails = [_name_candidates(c, found_components, home) for c in found_components]
    unique_names = names.unique(trails, taken)
    return tuple(_named(c, name) for c, name in zip(found_components, unique_names, strict=True))


def _asked(project: BuildProject, ask: Callable[[BuildProject], BuildProject]) -> BuildProject:
    """What a project's build says; where that is nothing, what another of its build files says."""
    asked = ask(project)
    if asked.targets or asked.ran or asked.otherwise is None:
        return asked
    return msgspec.structs.replace(asked.otherwise, notes=asked.notes)


def _has_main(roots: Roots) -> Callable[[str], bool]:
    return lambda path: c.has_main(roots.code(path))


def _without_other_languages(listing: list[str]) -> list[str]:
    """Files outside of crates and Zig packages, whose C is theirs."""
    homes = [folder(p) for p in listing if p.rpartition("/")[2] in {"Cargo.toml", "build.zig"} and "/" in p]
    return [p for p in listing if not any(inside(h, p) for h in homes)]


def _belongs(path: str, projects: Iterable[BuildProject]) -> bool:
    """Whether a file in C or C++ lies in a project with a build of its own, which says what is made of it."""
    return suffix(path) in C | CXX | HEADERS and any(inside(p.root, path) for p in projects)


def _groups(listing: list[str], roots: Roots) -> dict[str, Groups]:
    """Sources by language family and root; those that belong to a crate or a Zig package go there."""
    rust: Groups = {}
    typescript: Groups = {}
    zig: Groups = {}
    units: Groups = {}
    wat: Groups = {}
    loose: Groups = {}
    for path in (p for p in listing if suffix(p) in SOURCES and not is_test(p)):
        kind = suffix(path)
        if kind in RUST:
            _add(rust, roots.of_rust(path), path)
        elif kind in TYPESCRIPT:
            _add(typescript, roots.of_typescript(path), path)
        elif kind in ZIG:
            if path.rpartition("/")[2] != "build.zig":
                _add(zig, roots.of_unit(path, ZIG)[0], path)
        elif kind in WAT:
            _add(wat, roots.of_unit(path, WAT)[0], path)
        else:
            root, said = roots.of_unit(path, C | CXX)
            _add(units if said else loose, root, path)
    for root, files in loose.items():
        crate = next((r for r in rust if inside(r, join(root, "")) and join(r, "build.rs") in roots.paths), root)
        units.setdefault(crate, []).extend(files)
    for root in [r for r in units if r in rust or r in zig]:
        files = units.pop(root)
        zig.get(root, []).extend(files)
    taken = {*rust, *typescript, *zig, *units}
    return {"rust": rust, "assemblyscript": typescript, "zig": zig, "c": units, "wat": _without(wat, taken)}


def _without(groups: Groups, roots: Collection[str]) -> Groups:
    """Text of modules beside other sources is mostly what a compiler wrote."""
    return {root: files for root, files in groups.items() if root not in roots}


def _add(groups: Groups, root: str | None, path: str) -> None:
    if root is not None:
        groups.setdefault(root, []).append(path)


def _headers(listing: list[str], roots: list[str]) -> Groups:
    """Each header, by the innermost root it lies under."""
    groups: Groups = {root: [] for root in roots}
    for path in (p for p in listing if suffix(p) in HEADERS and not is_test(p)):
        owners = [root for root in roots if inside(root, path)]
        if owners:
            groups[max(owners, key=len)].append(path)
    return groups


def _name_candidates(component: FoundComponent, found_components: list[FoundComponent], home: str) -> tuple[str, ...]:
    """What may become the component's name: its own folder first, then those above."""
    above = tuple(reversed(component.path.split("/"))) if component.path != "." else (home,)
    if component.name:
        return (component.name, *above)
    first = next(c for c in found_components if c.path == component.path and not c.name)
    return above if component is first else (f"{above[0]}-{component.language}", *above[1:])


def _named(component: FoundComponent, name: str) -> FoundComponent:
    return msgspec.structs.replace(component, name=name)
