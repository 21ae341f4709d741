"""Chooses among a project's targets what its components are: its library, else its programs. Pure."""

import re
from typing import NamedTuple

from wasmforge.discovery.file_types import CXX, TOOL_FOLDERS, is_aside, suffix, within
from wasmforge.model.discovery import BuildProject, BuildTarget
from wasmforge.model.vocabulary import Kind


class Choice(NamedTuple):
    """What becomes one component: targets that are linked with each other, the one it is named after first."""

    name: str
    kind: Kind
    targets: tuple[BuildTarget, ...]


def choose(project: BuildProject) -> tuple[tuple[Choice, ...], tuple[BuildTarget, ...]]:
    """The components of a project, and the programs that are left out because it is a library's.

    Libraries that are installed are for users; where none is said to be, those that no other library needs. Libraries
    that are linked with each other are one component, with those that they need.
    """
    known = {t.name: t for t in project.targets}
    own = [t for t in project.targets if not all(is_aside(project.root, p) for p in t.sources)]
    libraries = _distinct([t for t in own if t.kind == "library"], project)
    programs = [t for t in own if t.kind == "program" and not _is_test(t.name)]
    needed = {n for t in libraries for n in t.needs}
    installed = [t for t in libraries if t.installed]
    chosen = installed or [t for t in libraries if t.name not in needed and not _is_tool(project, t)]
    if not chosen and not programs:
        chosen = libraries
    groups = _groups(chosen, known)
    choices = [_library(project, group, known) for group in groups]
    if choices:
        return tuple(choices), tuple(programs)
    return tuple(Choice(t.name, "command", (t, *_needs(t, known))) for t in programs), ()


def plain(name: str) -> str:
    """A target's name without what says how it is linked: `libfoo_static` is `foo`."""
    bare = re.sub(r"[-_]?(?:static|shared|a|obj|objects|objs|internal)$", "", name, flags=re.IGNORECASE)
    return re.sub(r"^lib(?=\w{2})", "", bare).lower() or name.lower()


def _is_test(name: str) -> bool:
    return re.search(r"(?:^|[-_])(?:tests?|example|bench\w*|fuzz\w*|unittests?)(?:[-_]|\d|$)|test$", name) is not None


def _is_tool(project: BuildProject, target: BuildTarget) -> bool:
    folders = {f for p in target.sources for f in within(project.root, p).split("/")[:-1]}
    return _is_test(target.name) or not TOOL_FOLDERS.isdisjoint(folders)


def _distinct(libraries: list[BuildTarget], project: BuildProject) -> list[BuildTarget]:
    """Libraries without those of which another one has all units: static and shared, a part and the whole."""
    found: list[BuildTarget] = []
    ranked = sorted(libraries, key=lambda t: (-len(set(t.sources)), not t.installed, "shared" in t.name, len(t.name)))
    for target in ranked:
        if not any(set(target.sources) <= set(t.sources) for t in found):
            found.append(target)
        elif target.installed:
            other = next(t for t in found if set(target.sources) <= set(t.sources))
            if not other.installed:
                found[found.index(other)] = target if set(target.sources) == set(other.sources) else other
    return sorted(found, key=project.targets.index)


def _groups(chosen: list[BuildTarget], known: dict[str, BuildTarget]) -> list[list[BuildTarget]]:
    """Libraries that need each other, or a third one, together."""
    groups: list[tuple[set[str], list[BuildTarget]]] = []
    for target in chosen:
        reach = {target.name, *(t.name for t in _needs(target, known))}
        touching = [g for g in groups if g[0] & reach]
        groups = [g for g in groups if g not in touching]
        groups.append(
            (
                reach.union(*(g[0] for g in touching)),
                [t for g in touching for t in g[1]] + [target],
            )
        )
    return [targets for _, targets in groups]


def _library(project: BuildProject, group: list[BuildTarget], known: dict[str, BuildTarget]) -> Choice:
    wanted = {plain(project.name), plain(project.root.rpartition("/")[2])}
    main = max(group, key=lambda t: (plain(t.name) in wanted, len(t.sources)))
    members = {t.name: t for t in (main, *group, *(n for t in group for n in _needs(t, known)))}
    return Choice(main.name, "reactor", tuple(members.values()))


def _needs(target: BuildTarget, known: dict[str, BuildTarget]) -> tuple[BuildTarget, ...]:
    """The libraries that a target is linked with, through any depth."""
    found: dict[str, BuildTarget] = {}
    queue = list(target.needs)
    while queue:
        name = queue.pop()
        other = known.get(name)
        if other and other.kind == "library" and name not in found and other is not target:
            found[name] = other
            queue += other.needs
    return tuple(found.values())


def is_cxx(targets: tuple[BuildTarget, ...]) -> bool:
    """Whether a unit of these is in C++."""
    return any(suffix(p) in CXX for t in targets for p in t.sources)
