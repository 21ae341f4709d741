"""Which globs say exactly these files: the shortest that catch no other file. Pure."""

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath

from wasmforge.load.globs import matcher


def caught(patterns: Iterable[str], listing: Iterable[str]) -> frozenset[str]:
    """The files of a listing that some pattern matches."""
    matchers = [matcher(p) for p in patterns]
    return frozenset(p for p in listing if any(m.fullmatch(p) for m in matchers))


def cover(wanted: Collection[str], listing: Collection[str], walls: Collection[str] = ()) -> tuple[str, ...]:
    """Patterns that match all of `wanted` and nothing else of `listing`, of which nothing is known behind `walls`."""
    patterns: dict[str, None] = {}
    for suffix in dict.fromkeys(PurePosixPath(p).suffix for p in wanted):
        same = [p for p in listing if p.endswith(suffix)]
        patterns.update(dict.fromkeys(_cover("", suffix, frozenset(wanted), same, walls)))
    return tuple(patterns)


def _cover(base: str, suffix: str, wanted: frozenset[str], listing: list[str], walls: Collection[str]) -> list[str]:
    """Patterns for the files below `base`, which is empty or ends in a slash."""
    here = [p for p in listing if p.startswith(base)]
    direct = [p for p in here if "/" not in p[len(base) :]]
    deeper = list(dict.fromkeys(p[: p.index("/", len(base)) + 1] for p in here if p not in direct))
    open_below = not any(w.startswith(base) for w in walls)
    if len(deeper) == 1 and not direct:
        return _cover(deeper[0], suffix, wanted, listing, walls)
    if deeper and open_below and all(p in wanted for p in here):
        return [f"{literal(base)}**/*{suffix}"]
    found: list[str] = []
    if direct and all(p in wanted for p in direct):
        found.append(f"{literal(base)}*{suffix}")
    else:
        found += [literal(p) for p in direct if p in wanted]
    for folder in deeper:
        if any(p.startswith(folder) for p in wanted):
            found += _cover(folder, suffix, wanted, listing, walls)
    return found


def literal(path: str) -> str:
    """A pattern for one path, which may have signs in it that mean something in patterns."""
    return "".join("?" if sign in "*?[" else sign for sign in path)
