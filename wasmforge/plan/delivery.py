"""Makes the delivery of a build unit: its folder, the contract it must keep, its tests and its runtimes. Pure."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from wasmforge.model import preview1
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Build, Limits, Manifest
from wasmforge.model.plan import Contract, Delivery, PlannedFile
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.target import Target
from wasmforge.model.vocabulary import with_implied
from wasmforge.plan.component_files import FOLDER
from wasmforge.plan.layout import run_line
from wasmforge.plan.recipes.scope import base_scope
from wasmforge.plan.recipes.template import expand_all
from wasmforge.plan.resolve import ResolvedComponent, Variant, as_variant
from wasmforge.plan.select import BuildUnit

WASI = preview1.MODULE
"""The import module of WASI, which runtimes without JavaScript provide as well."""


def _runtime_applies(runtime: RuntimeFile | None, provided: Iterable[str], *, native: bool) -> bool:
    """Whether a runtime is used when none is named: it must have native code, or do without JavaScript, as it says."""
    if runtime is None:
        return True
    if runtime.on_request or (runtime.runs == "aot" and not native):
        return False
    return not runtime.without_javascript or all(p.partition(".")[0] == WASI for p in provided)


def dist_of(build: Build, profile: str) -> str:
    """The folder of a profile's deliveries, from the root: dist for the project's own profile, else dist/PROFILE."""
    return build.dist if profile == build.profile else f"{build.dist}/{profile}"


def make_delivery(manifest: Manifest, unit: BuildUnit, catalog: Catalog, files: tuple[PlannedFile, ...]) -> Delivery:
    """The delivery of these files: its folder, the contract they must keep and the tests they must pass."""
    s, target = unit.resolved, catalog.targets[unit.resolved.target]
    provided = _glue_imports(unit, catalog)
    bare = contract_of(target, s.kind)
    shipped = s.profile != "dev"
    folder = f"{dist_of(manifest.build, s.profile)}/{s.target}/{s.name}"
    native = any(f.role == "aot" for f in files)
    return Delivery(
        label=str(s.label.delivery),
        component=s.name,
        target=s.target,
        profile=s.profile,
        folder=folder,
        source_folder=unit.declared.folder,
        files=files,
        variants={v.name: _permitted(s, v, target) for v in s.variants},
        contract=msgspec.structs.replace(
            bare,
            import_modules=(*bare.import_modules, *provided),
            required_exports=tuple(
                dict.fromkeys((*bare.required_exports, *(s.exports if s.kind == "reactor" else ())))
            ),
            debug=not shipped,
            limits=s.limits if shipped else Limits(memory=s.limits.memory, max_memory=s.limits.max_memory),
            host_imports=s.host_imports,
            waive=unit.declared.component.waive,
        ),
        smoke=s.smoke,
        runtimes=tuple(
            r for r in target.runtimes if _runtime_applies(catalog.runtimes.get(r), provided, native=native)
        ),
        host=javascript_host(target, catalog),
        run=run_line(target, s.kind, folder, s.name, native=native, files=any(f.role == FOLDER for f in files)),
    )


def javascript_host(target: Target, catalog: Catalog) -> Literal["web", "node", "workerd", ""]:
    """The host for which a pass of this target writes an ES module where a module has none; empty where none does."""
    for name in target.passes:
        adding = catalog.passes[name]
        row = adding.targets.get(target.name) or adding.targets.get(target.like or "") or {}
        host = row.get("host")
        if host in {"web", "node", "workerd"} and any("glue" in step.outputs for step in adding.steps):
            return host  # type: ignore[return-value]
    return ""


def _permitted(resolved: ResolvedComponent, variant: Variant, target: Target) -> tuple[str, ...]:
    """The features a variant may use: those its target permits, without those that only other variants need."""
    without = {f for v in resolved.variants for f in v.needs} - set(as_variant(resolved, variant).features)
    return tuple(f for f in target.features.permitted if not without & set(with_implied((f,))))


def contract_of(target: Target, kind: str, *, debug: bool = False) -> Contract:
    """The contract of a target for any module of this kind. `debug`: names and debug information are permitted."""
    return Contract(
        target=target.name,
        kind=kind,
        kinds=target.kinds,
        permitted=target.features.permitted,
        never=target.features.never,
        notes=target.features.notes,
        import_modules=target.imports.modules,
        caller_modules=target.imports.caller,
        required_exports=target.exports.command if kind == "command" else target.exports.reactor,
        forbidden_exports=target.exports.forbidden,
        start=target.start,
        debug=debug,
        limits=target.limits,
        aot=target.aot,
    )


def _glue_imports(unit: BuildUnit, catalog: Catalog) -> tuple[str, ...]:
    """The imports that the glue provides: the glue of the recipe, or else of the first pass that makes some."""
    recipe, target = catalog.recipes[unit.resolved.recipe], catalog.targets[unit.resolved.target]
    if "glue" not in target.delivers:
        return ()
    makers = [
        m for m in (recipe, *(catalog.passes[p] for p in target.passes)) if any("glue" in s.outputs for s in m.steps)
    ]
    return expand_all(makers[0].provides, base_scope(makers[0], unit.resolved)) if makers else ()
