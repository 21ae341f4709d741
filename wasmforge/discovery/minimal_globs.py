"""Returns the shortest globs that match exactly the given files. Pure."""

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from wasmforge.config.globs import matcher

MAX_FOLDERS = 2
"""Folders of one folder that are named one by one."""


def matches(patterns: Iterable[str], listing: Iterable[str]) -> frozenset[str]:
    """The files of a listing that some pattern matches."""
    matchers = [matcher(p) for p in patterns]
    return frozenset(p for p in listing if any(m.fullmatch(p) for m in matchers))


def minimal_globs(requested: Collection[str], listing: Collection[str], walls: Collection[str] = ()) -> tuple[str, ...]:
    """Patterns that match all of `wanted` and nothing else of `listing`, of which nothing is known behind `walls`."""
    patterns: dict[str, None] = {}
    for suffix in dict.fromkeys(PurePosixPath(p).suffix for p in requested):
        same = [p for p in listing if p.endswith(suffix)]
        patterns.update(dict.fromkeys(_minimal("", suffix, frozenset(requested), same, walls)))
    return tuple(patterns)


def covering_globs(requested: Collection[str]) -> tuple[str, ...]:
    """Few patterns that match at least these files: those of the same ending in the same folders, or below them."""
    patterns: dict[str, None] = {}
    for suffix in dict.fromkeys(PurePosixPath(p).suffix for p in requested):
        folders = sorted({p.rpartition("/")[0] for p in requested if p.endswith(suffix)})
        tops = sorted({f.partition("/")[0] for f in folders})
        for top in tops:
            below = [f for f in folders if f == top or f.startswith(top + "/")]
            if top and len(below) > MAX_FOLDERS:
                patterns[f"{literal(top)}/**/*{suffix}"] = None
            else:
                patterns.update(dict.fromkeys(literal(f"{f}/" if f else "") + f"*{suffix}" for f in below))
    return tuple(patterns)


def _minimal(
    base: str, suffix: str, requested: frozenset[str], listing: list[str], walls: Collection[str]
) -> list[str]:
    """Patterns for the files below `base`, which is empty or ends in a slash."""
    here = [p for p in listing if p.startswith(base)]
    direct = [p for p in here if "/" not in p[len(base) :]]
    deeper = list(dict.fromkeys(p[: p.index("/", len(base)) + 1] for p in here if p not in direct))
    open_below = not any(w.startswith(base) for w in walls)
    if len(deeper) == 1 and not direct:
        return _minimal(deeper[0], suffix, requested, listing, walls)
    if deeper and open_below and all(p in requested for p in here):
        return [f"{literal(base)}**/*{suffix}"]
    found: list[str] = []
    if direct and all(p in requested for p in direct):
        found.append(f"{literal(base)}*{suffix}")
    else:
        found += [literal(p) for p in direct if p in requested]
    for folder in deeper:
        if any(p.startswith(folder) for p in requested):
            found += _minimal(folder, suffix, requested, listing, walls)
    return found


def literal(path: str) -> str:
    """A pattern for one path, which may have signs in it that mean something in patterns."""
    return "".join("?" if sign in "*?[" else sign for sign in path)
