"""Answers that need no build: what is in a module, in the catalog, on this machine. Changes nothing but `clean`."""

import shutil
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path

import msgspec

from wasmforge import execute, load
from wasmforge.errors import ForgeError, Problem, did_you_mean, usage
from wasmforge.execute.holding import holding
from wasmforge.execute.inspect import gzip_size, module_of, native_of, read_file
from wasmforge.execute.lock import locked
from wasmforge.execute.places import cannot_write, make_folder
from wasmforge.ground import Tell
from wasmforge.load.project import root_around
from wasmforge.model.base import Noun, Shape
from wasmforge.model.catalog import Catalog
from wasmforge.model.doctor import Check
from wasmforge.model.events import Waiting
from wasmforge.model.manifest import Manifest, ManifestFile
from wasmforge.model.module import Module
from wasmforge.model.native import Native
from wasmforge.model.recipe import Recipe
from wasmforge.model.target import Target
from wasmforge.model.toolchain import Toolchain, Tried
from wasmforge.model.vocabulary import FEATURES
from wasmforge.plan import Request, check, select, toolchains_of
from wasmforge.plan import lint as lint_recipe
from wasmforge.process import Cancel

SHAPES: dict[str, type[Shape]] = {
    "forge": ManifestFile,
    "recipe": Recipe,
    "toolchain": Toolchain,
    "target": Target,
}


class Seen(Noun, frozen=True, kw_only=True):
    """What `inspect` found: the module's facts, its gzip size in bytes, and the features it needs."""

    module: Module
    gzip: int
    features: tuple[str, ...]


class SeenNative(Noun, frozen=True, kw_only=True):
    """What `inspect` found of native code: what its header says, its size and gzip size in bytes."""

    native: Native
    size: int
    gzip: int


def inspect(path: Path, tell: Tell) -> Seen | SeenNative:
    """Read a module and find the smallest set of features it is valid under; of native code, read the header."""
    import hashlib

    data = read_file(path)
    if native := native_of(data):
        return SeenNative(native=native, size=len(data), gzip=gzip_size(data))
    module = module_of(path, data)
    features: tuple[str, ...] = ()
    if module.layer == "core":
        judge = execute.Judge(_tools(load.load_catalog(None), None, tell).kit("wasm-tools"), _store(), Cancel())
        digest = hashlib.sha256(data).hexdigest()
        verdict = judge.verdict(path, digest, FEATURES)
        if not verdict.valid:
            raise ForgeError(Problem(where=str(path), what=f"not valid: {verdict.output.strip()}"))
        features = judge.used(path, digest, FEATURES)
    return Seen(module=module, gzip=gzip_size(data), features=features)


def catalog(start: Path) -> Catalog:
    """The catalog in force in this folder; the bundled one outside of projects."""
    return load.load_catalog(root_around(start))


def recipe(start: Path, name: str) -> tuple[Recipe, str]:
    """A recipe or pass by name, and the file it stands in."""
    found = catalog(start)
    known = {**found.passes, **found.recipes}
    _known("recipe", name, known)
    return known[name], _places(found, name)[0]


def places(start: Path, name: str) -> tuple[str, ...]:
    """Every file of a recipe's or pass's name; the first is in force."""
    found = catalog(start)
    _known("recipe", name, {**found.passes, **found.recipes})
    return _places(found, name)


def lint(start: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Lint these recipes and passes, or all; returns their names. Raises ForgeError with every mistake."""
    found = catalog(start)
    known = {**found.passes, **found.recipes}
    for name in names:
        _known("recipe", name, known)
    chosen = names or tuple(sorted(known))
    problems = [p for name in chosen for p in lint_recipe(known[name], found)]
    if problems:
        raise ForgeError(*problems)
    return chosen


def target(start: Path, name: str) -> Target:
    """A target by name."""
    known = catalog(start).targets
    _known("target", name, known)
    return known[name]


def toolchain(start: Path, name: str, tell: Tell) -> tuple[Toolchain, tuple[Tried, ...]]:
    """A toolchain by name, and what came of its origins on this machine."""
    found = catalog(start)
    _known("toolchain", name, found.toolchains)
    tried = _try(_tools(found, None, tell), (name,))
    return found.toolchains[name], tuple(t for t in tried if t.toolchain == name)


def toolchains(start: Path, tell: Tell) -> tuple[tuple[Tried, ...], dict[str, str]]:
    """What came of every toolchain's origins, and the origins the project asks for."""
    found, manifest = catalog(start), _manifest(start)
    choices = manifest.toolchains if manifest else {}
    tried = _try(_tools(found, manifest, tell), found.toolchains)
    return tried, {name: choice.origin for name, choice in choices.items() if choice.origin}


def doctor(start: Path, tell: Tell) -> tuple[Check, ...]:
    """Everything that can be wrong before a build: the cache folder, the project, its recipes, its toolchains."""
    checks = [_cache_check()]
    needed: tuple[str, ...] = ()
    manifest: Manifest | None = None
    found = load.load_catalog(None)
    try:
        root = root_around(start)
        found = load.load_catalog(root)
        if root:
            manifest = load.load_project(start).manifest
            check(manifest, found)
            wanted = select(manifest, found, Request())
            needed = (*toolchains_of(wanted, found), "wasm-tools")
            checks.append(Check(what="forge.toml", status="ok", detail=f"{len(manifest.components)} components"))
        else:
            checks.append(Check(what="forge.toml", status="absent", detail="no project here", fix="wasmforge init"))
        lint(start, ())
    except ForgeError as e:
        checks.extend(
            Check(what=p.where or "forge.toml", status="wrong", detail=p.what, fix=p.hint) for p in e.problems
        )
    tools = _tools(found, manifest, tell)
    checks.extend(c for name in found.toolchains for c in _toolchain_checks(tools, name, name in needed))
    return tuple(checks)


def schema(file: str) -> dict[str, object]:
    """The JSON Schema of one of our kinds of TOML file."""
    return msgspec.json.schema(SHAPES[file])


def clean(start: Path, tell: Tell, *, store: bool) -> tuple[Path, ...]:
    """Delete dist and the project's memory, and with `store` what all projects share; returns what was deleted."""
    project = load.load_project(start)
    dist = project.root / project.manifest.build.dist
    doomed = (dist, *((execute.Places().cache,) if store else ()), project.state)
    gone = tuple(path for path in doomed if path.exists())
    held = holding(execute.Places().cache, lambda: tell(Waiting(what="builds that use the store")), alone=True)
    with locked(project.state, lambda: tell(Waiting(what="a build of this project"))), held if store else nullcontext():
        for path in (p for p in doomed if p.exists()):
            try:
                shutil.rmtree(path)
            except OSError as e:
                raise cannot_write(path, e) from None
    return gone


def _manifest(start: Path) -> Manifest | None:
    return load.load_project(start).manifest if root_around(start) else None


def _store() -> execute.Store:
    return execute.Store(execute.Places().store)


def _tools(found: Catalog, manifest: Manifest | None, tell: Tell) -> execute.Tools:
    choices = manifest.toolchains if manifest else {}
    return execute.Tools(found, choices, execute.Places(), _store(), tell=tell, fetch=False)


def _try(tools: execute.Tools, names: Iterable[str]) -> tuple[Tried, ...]:
    """Look for each; a toolchain that is not there is an answer like any other."""
    for name in names:
        try:
            tools.kit(name)
        except ForgeError:
            continue
    return tuple(tools.tried)


def _toolchain_checks(tools: execute.Tools, name: str, needed: bool) -> tuple[Check, ...]:
    what = f"toolchain {name}"
    try:
        kit = tools.kit(name)
    except ForgeError as e:
        return tuple(
            Check(what=what, status="wrong" if needed else "absent", detail=p.what, fix=p.hint) for p in e.problems
        )
    return (Check(what=what, status="ok", detail=f"{kit.identity}, from {kit.origin}"),)


def _cache_check() -> Check:
    place = execute.Places().cache
    try:
        make_folder(place)
    except ForgeError as e:
        return Check(what="cache", status="wrong", detail=str(e.problems[0]), fix=e.problems[0].hint)
    free = shutil.disk_usage(place).free
    detail = f"{place}, {free / 2**30:.0f} GiB free"
    if free < 2**30:
        return Check(what="cache", status="wrong", detail=detail, fix="free some space: a build needs about 1 GiB")
    return Check(what="cache", status="ok", detail=detail)


def _places(found: Catalog, name: str) -> tuple[str, ...]:
    return (*found.places.get(f"recipe {name}", ()), *found.places.get(f"pass {name}", ()))


def _known(word: str, name: str, known: Iterable[str]) -> None:
    if name not in (listed := list(known)):
        raise usage(f"unknown {word} {name!r}", hint=did_you_mean(name, listed))
