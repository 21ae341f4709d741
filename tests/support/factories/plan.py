"""Small catalogs, manifests and snapshots made up for tests of planning; no file is read."""

import hashlib
from collections.abc import Mapping

from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Build, Component, Manifest, ProjectComponent, ToolchainChoice
from wasmforge.model.plan import Plan, Snapshot, SourceFile
from wasmforge.model.recipe import Recipe, Step
from wasmforge.model.runtime import Runs, RuntimeFile
from wasmforge.model.target import Target, TargetExports, TargetFeatures
from wasmforge.model.toolchain import PathOrigin, Toolchain
from wasmforge.plan import Request, check, make_plan, select

FOLDER = "where/app"
"""Where components made up here have their sources."""


def step(name: str = "build", **changes: object) -> Step:
    """A step that turns every source into one module."""
    said: dict[str, object] = {"run": ("tool", "{sources.units}"), "outputs": {"module": "{name}.wasm"}, **changes}
    return Step(name=name, **said)  # type: ignore[arg-type]


def recipe(name: str = "toy", **changes: object) -> Recipe:
    """A recipe for the language `toy`: all `*.t` in, one module out."""
    said: dict[str, object] = {
        "toolchain": "box",
        "languages": {"toy": {}},
        "sources": {"units": ("*.t",)},
        "steps": (step(),),
        **changes,
    }
    return Recipe(format=1, name=name, **said)  # type: ignore[arg-type]


def adding(name: str = "polish", **changes: object) -> Recipe:
    """A pass that makes another module of the module."""
    said: dict[str, object] = {
        "toolchain": "box",
        "steps": (step("polish", run=("tool", "{given.module}"), outputs={"module": "polished/{name}.wasm"}),),
        **changes,
    }
    return Recipe(format=1, name=name, **said)  # type: ignore[arg-type]


def target(name: str, **changes: object) -> Target:
    """A target that takes the recipe `toy` for language `toy`, with every kind and two features."""
    said: dict[str, object] = {
        "features": TargetFeatures(permitted=("mutable-global", "simd"), default=("mutable-global",)),
        "exports": TargetExports(command=("_start",), reactor=("memory",)),
        "recipes": {"toy": "toy"},
        "delivers": ("module",),
        "runtimes": ("wasmtime",),
        **changes,
    }
    return Target(format=1, name=name, **said)  # type: ignore[arg-type]


def toolchain(name: str = "box", **changes: object) -> Toolchain:
    """A toolchain with two tools, found on PATH."""
    said: dict[str, object] = {
        "origins": (PathOrigin(tools={"tool": ("{program}",), "other": ("{program}",)}),),
        **changes,
    }
    return Toolchain(format=1, name=name, **said)  # type: ignore[arg-type]


def catalog(
    *recipes: Recipe,
    passes: tuple[Recipe, ...] = (),
    targets: tuple[Target, ...] | None = None,
    toolchains: tuple[Toolchain, ...] | None = None,
) -> Catalog:
    """A catalog of these; by default for targets `web` and `wasi`, with the toolchain `box`."""
    aims = (target("web"), target("wasi")) if targets is None else targets
    return Catalog(
        recipes={r.name: r for r in recipes or (recipe(),)},
        passes={p.name: p for p in passes},
        toolchains={t.name: t for t in ((toolchain(),) if toolchains is None else toolchains)},
        targets={t.name: t for t in aims},
        runtimes={name: runtime(name, runs) for name, runs in RUNTIMES.items()},
    )


RUNTIMES: dict[str, Runs] = {"wasmtime": "module", "wasmtime-aot": "aot", "node": "glue"}


def runtime(name: str, runs: Runs) -> RuntimeFile:
    """A runtime that needs no tool and starts from this file."""
    return RuntimeFile(format=1, name=name, driver="wasmtime", tests=("call", "command"), runs=runs)


def component(**changes: object) -> Component:
    """A component in language `toy`."""
    return Component(**{"path": "app", "language": "toy", **changes})  # type: ignore[arg-type]


def manifest(
    *, build: Build | None = None, choices: Mapping[str, ToolchainChoice] | None = None, **components: Component
) -> Manifest:
    """A manifest with these components, all declared in forge.toml and with their sources in FOLDER."""
    declared = {
        n: ProjectComponent(name=n, file="forge.toml", folder=FOLDER, component=c) for n, c in components.items()
    }
    return Manifest(build=build or Build(), toolchains=dict(choices or {}), components=declared)


def source(path: str, content: str = "", *, executable: bool = False) -> SourceFile:
    """A source file of FOLDER; its digest is that of `content`, by default of its name."""
    data = (content or path).encode()
    digest = hashlib.sha256(data).hexdigest()
    return SourceFile(path=f"{FOLDER}/{path}", digest=digest, size=len(data), executable=executable)


def snapshot(name: str, made_with: str, **groups: tuple[str, ...]) -> Snapshot:
    """A snapshot with these files by group; underscores in a group's name stand for dashes."""
    return Snapshot(
        component=name,
        recipe=made_with,
        groups={g.replace("_", "-"): paths for g, paths in groups.items()},
        files={p: source(p) for paths in groups.values() for p in paths},
    )


def plan(
    said: Manifest,
    known: Catalog,
    files: Mapping[str, tuple[str, ...]] | tuple[str, ...] = ("a.t", "b.t"),
    request: Request | None = None,
) -> Plan:
    """Check and plan a manifest; every component has these files in each of its recipes' groups."""
    check(said, known)
    wanted = select(said, known, request or Request())
    groups = files if isinstance(files, Mapping) else {}
    snapshots = {
        (w.resolved.name, w.resolved.recipe): snapshot(
            w.resolved.name,
            w.resolved.recipe,
            **{
                g: groups.get(g, ()) if isinstance(files, Mapping) else files
                for g in known.recipes[w.resolved.recipe].sources
            },
        )
        for w in wanted
    }
    return make_plan(said, wanted, known, snapshots, {name: f"{name} 1.0" for name in known.toolchains})
