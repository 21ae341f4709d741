"""Builds, waits for a change, and builds what it touches, until somebody ends it. Knows how to build nothing."""

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import NoReturn

import msgspec

from wasmforge import execute
from wasmforge.choose import touched_now
from wasmforge.errors import ForgeError
from wasmforge.ground import Ground, Settings, Tell
from wasmforge.load.project import find_root
from wasmforge.load.watch import Changes, watching
from wasmforge.model.artifact import Report
from wasmforge.model.events import Changed, Event, Watching
from wasmforge.plan import Request, select
from wasmforge.plan.settled import targets_of

OURS = frozenset({"forge.toml", "forge.lock"})
CATALOG = frozenset({"recipes", "toolchains", "targets", "runtimes"})


def watch(
    settings: Settings,
    request: Request,
    build: Callable[[Request], Report],
    tell: Tell,
    complain: Callable[[ForgeError], None],
) -> NoReturn:
    """Build what is asked for, then after each change what it touches and what was not well before.

    Errors are told and waited out: in forge.toml as in sources. Ends with KeyboardInterrupt only, or with ForgeError
    where there is no project or nothing can be watched.
    """
    root = find_root(settings.start)
    with watching(root, (execute.Places().cache,)) as changes:
        asked = request
        while True:
            unwell: frozenset[str] | None
            try:
                unwell = unwell_of(build(asked))
            except ForgeError as e:
                complain(e)
                unwell = None
            tell(Watching(root=str(root)))
            asked = _next(settings, request, changes, unwell, tell)


def unwell_of(report: Report) -> frozenset[str]:
    """The labels (`matmul@web`) of what did not come out well."""
    labels = [f.label for f in report.failures] + list(report.skipped)
    pairs = [(f.component, f.target) for f in report.findings if not f.waived]
    pairs += [(o.component, o.target) for o in report.outcomes if o.status == "failed"]
    return frozenset({*(label.partition("/")[0] for label in labels), *("@".join(p) for p in pairs)})


def _next(settings: Settings, request: Request, changes: Changes, unwell: frozenset[str] | None, tell: Tell) -> Request:
    """Wait for a change that touches something; what is to be built then. `unwell` None: nothing is known."""
    while True:
        paths = tuple(sorted(changes.wait()))
        asked, why = _asked(settings, request, paths, unwell)
        if asked is not None:
            tell(Changed(paths=why))
            return asked


def _asked(
    settings: Settings, request: Request, paths: tuple[str, ...], unwell: frozenset[str] | None
) -> tuple[Request | None, tuple[str, ...]]:
    """What is to be built for these paths, or None, and the paths that matter."""
    try:
        ground = Ground(settings, _deaf)
        wanted = select(ground.manifest, ground.catalog, request)
    except ForgeError:  # it is told by the build
        rest = _outside("dist", paths)
        return (request if rest else None), rest
    rest = _outside(ground.manifest.build.dist, paths)
    if not rest or unwell is None or any(_is_ours(p) for p in rest):
        return (request if rest else None), rest
    found = touched_now(ground, wanted, rest)
    if not found:
        return None, ()
    possible = {n: targets_of(p, ground.manifest, ground.catalog) for n, p in ground.manifest.components.items()}
    labels = {f"{n}@{t}" for n, t in found if t in possible[n]} | unwell
    ordered = (f"{w.settled.name}@{w.settled.target}" for w in wanted)
    return msgspec.structs.replace(request, components=tuple(x for x in ordered if x in labels), targets=()), rest


def _outside(dist: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Those that a build did not write."""
    return tuple(p for p in paths if not PurePosixPath(p).is_relative_to(PurePosixPath(dist)))


def _is_ours(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return parts[-1] in OURS or parts[0] in CATALOG


def _deaf(event: Event) -> None:
    """What is found out between builds is not worth telling."""
