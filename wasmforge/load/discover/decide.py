"""Decides from a list of paths and the text of some files which components a folder holds. Pure."""

from collections.abc import Callable, Collection, Iterable
from functools import cache

import msgspec

from wasmforge.load.discover import components, names
from wasmforge.load.discover.roots import Roots
from wasmforge.load.discover.sorts import (
    CXX,
    HEADERS,
    RUST,
    SOURCES,
    TYPESCRIPT,
    WAT,
    ZIG,
    C,
    inside,
    is_test,
    join,
    suffix,
)
from wasmforge.load.discover.sources import Sources
from wasmforge.model.discovery import FoundComponent

Groups = dict[str, list[str]]


def discover(
    paths: Iterable[str], read: Callable[[str], str], *, home: str = "project", taken: Collection[str] = ()
) -> tuple[FoundComponent, ...]:
    """The components among `paths`, by root. `read` gives a file's text (empty when it cannot be read).

    `home` names a component at the top; `taken` are names that may not be given.
    """
    listing = sorted(set(paths))
    roots = Roots(listing, cache(read))
    found: list[FoundComponent] = []
    groups = _groups(listing, roots)
    every = sorted({root for group in groups.values() for root in group})
    headers = _headers(listing, every)
    for language, build in components.BUILDERS.items():
        for root, files in groups[language].items():
            sources = Sources(root=root, files=tuple(files), headers=tuple(headers[root]), roots=roots)
            found += build(sources)
    found.sort(key=lambda c: (c.path, c.part, c.name))
    trails = [_trail(c, found, home) for c in found]
    given = names.unique(trails, taken)
    return tuple(_named(c, name) for c, name in zip(found, given, strict=True))


def _groups(listing: list[str], roots: Roots) -> dict[str, Groups]:
    """Sources by language family and root; those that belong to a crate or a Zig package go there."""
    rust: Groups = {}
    typescript: Groups = {}
    zig: Groups = {}
    c: Groups = {}
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
            _add(c if said else loose, root, path)
    for root, files in loose.items():
        crate = next((r for r in rust if inside(r, join(root, "")) and join(r, "build.rs") in roots.paths), root)
        c.setdefault(crate, []).extend(files)
    for root in [r for r in c if r in rust or r in zig]:
        files = c.pop(root)
        zig.get(root, []).extend(files)
    taken = {*rust, *typescript, *zig, *c}
    return {"rust": rust, "assemblyscript": typescript, "zig": zig, "c": c, "wat": _without(wat, taken)}


def _without(groups: Groups, roots: Collection[str]) -> Groups:
    """Text of modules beside other sources is mostly what a compiler wrote."""
    return {root: files for root, files in groups.items() if root not in roots}


def _add(groups: Groups, root: str | None, path: str) -> None:
    if root is not None:
        groups.setdefault(root, []).append(path)


def _headers(listing: list[str], roots: list[str]) -> Groups:
    """Each header, by the innermost root it lies under."""
    found: Groups = {root: [] for root in roots}
    for path in (p for p in listing if suffix(p) in HEADERS and not is_test(p)):
        owners = [root for root in roots if inside(root, path)]
        if owners:
            found[max(owners, key=len)].append(path)
    return found


def _trail(component: FoundComponent, found: list[FoundComponent], home: str) -> tuple[str, ...]:
    """What may become the component's name: its own folder first, then those above."""
    above = tuple(reversed(component.path.split("/"))) if component.path != "." else (home,)
    if component.part:
        return (component.name, *above)
    first = next(c for c in found if c.path == component.path and not c.part)
    return above if component is first else (f"{above[0]}-{component.language}", *above[1:])


def _named(component: FoundComponent, name: str) -> FoundComponent:
    return msgspec.structs.replace(component, name=name)
