"""Selects the build units that a request names, and those that they need."""

from collections.abc import Collection, Iterable

import msgspec

from wasmforge.errors import ForgeError, Problem, unknown
from wasmforge.model.base import Struct
from wasmforge.model.catalog import Catalog
from wasmforge.model.label import Label
from wasmforge.model.manifest import Manifest, ProjectComponent
from wasmforge.model.recipe import Step
from wasmforge.model.request import Request
from wasmforge.model.vocabulary import PROFILES
from wasmforge.plan.recipes.scope import base_scope
from wasmforge.plan.recipes.steps import toolchain_of
from wasmforge.plan.recipes.template import Scope, TemplateError, expand
from wasmforge.plan.resolve import ResolvedComponent, passes_of, resolve_component, resolve_library, targets_of


class BuildUnit(Struct, frozen=True, kw_only=True):
    """One component to be built for one target, or a library as one component needs it.

    `libraries` are all that it needs, directly or through others, each before those that it needs itself: the order in
    which they are linked. `needs` are the components whose deliveries it takes.
    """

    declared: ProjectComponent
    resolved: ResolvedComponent
    libraries: tuple["BuildUnit", ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple["BuildUnit", ...]:
        """All that has sources of its own: itself and the libraries."""
        return (self, *self.libraries)


def select(manifest: Manifest, catalog: Catalog, request: Request) -> tuple[BuildUnit, ...]:
    """The pairs asked for and those that they need, each after what it needs. Raises ForgeError for unknown words."""
    _check_request(manifest, catalog, request)
    profile = request.profile or manifest.build.profile
    chosen: dict[tuple[str, str], None] = {}
    refused: list[Problem] = []
    for requested in request.components or tuple(n for n in manifest.components if not is_library(manifest, n)):
        name, target, *_ = Label.parse(requested)
        if is_library(manifest, name):
            refused.append(_is_part_of_others(name, manifest))
            continue
        possible = targets_of(manifest.components[name], manifest, catalog)
        units = tuple(t for t in possible if target in ("", t) and (not request.targets or t in request.targets))
        if not units and request.components:
            refused.append(_not_for(name, (target,) if target else request.targets, possible))
        for target in units:
            _add(chosen, manifest, name, target)
    if refused:
        raise ForgeError(*refused)
    if not chosen and manifest.components and all(is_library(manifest, n) for n in manifest.components):
        what = "there are only libraries, which are built for what needs them"
        raise ForgeError(Problem(where="forge.toml", what=what, hint="name one in `needs` of a component"))
    if not chosen:
        message = (
            f"no component is built for {', '.join(request.targets)}" if request.targets else "there are no components"
        )
        hint = "name the target in a component's `targets`" if manifest.components else "add a [components.NAME] table"
        raise ForgeError(Problem(where="forge.toml", what=message, hint=hint))
    return tuple(make_unit(manifest, n, t, profile, catalog) for n, t in chosen)


def make_unit(manifest: Manifest, name: str, target: str, profile: str, catalog: Catalog) -> BuildUnit:
    """A component for a target, with the libraries that it needs; the manifest must have passed `check`."""
    declared = manifest.components[name]
    resolved = resolve_component(declared, target, profile, catalog)
    return BuildUnit(
        declared=declared,
        resolved=resolved,
        libraries=_libraries(declared, resolved, manifest, catalog),
        needs=tuple(n for n in declared.component.needs if not is_library(manifest, n)),
    )


def with_resolved(unit: BuildUnit, resolved: ResolvedComponent, manifest: Manifest, catalog: Catalog) -> BuildUnit:
    """The unit resolved otherwise, for one of its variants; its libraries are built accordingly."""
    libraries = _libraries(unit.declared, resolved, manifest, catalog)
    return msgspec.structs.replace(unit, resolved=resolved, libraries=libraries)


def is_library(manifest: Manifest, name: str) -> bool:
    """Whether a component is only built as a part of others."""
    return manifest.components[name].component.kind == "library"


def library_names(declared: ProjectComponent, manifest: Manifest) -> tuple[str, ...]:
    """The libraries that a component needs, directly or through others, each before those that it needs itself."""
    done: dict[str, None] = {}
    seen: set[str] = set()

    def add(names: Iterable[str]) -> None:
        for name in reversed(tuple(names)):
            if name in manifest.components and is_library(manifest, name) and name not in seen:
                seen.add(name)
                add(manifest.components[name].component.needs)
                done[name] = None

    add(declared.component.needs)
    return tuple(reversed(done))


def _libraries(
    declared: ProjectComponent, by: ResolvedComponent, manifest: Manifest, catalog: Catalog
) -> tuple[BuildUnit, ...]:
    made: dict[str, BuildUnit] = {}
    names = library_names(declared, manifest)
    for name in reversed(names):  # those that others need come first
        library = manifest.components[name]
        theirs = tuple(made[n] for n in library_names(library, manifest))
        made[name] = BuildUnit(declared=library, resolved=resolve_library(library, by, catalog), libraries=theirs)
    return tuple(made[name] for name in names)


def restrict_to(units: tuple[BuildUnit, ...], pairs: Collection[tuple[str, str]]) -> tuple[BuildUnit, ...]:
    """Of what was selected, these (component, target) and what they need, in the same order."""
    selected: set[tuple[str, str]] = set()
    for unit in reversed(units):
        pair = (unit.resolved.name, unit.resolved.target)
        if pair in pairs or pair in selected:
            selected |= {pair, *((need, pair[1]) for need in unit.needs)}
    return tuple(unit for unit in units if (unit.resolved.name, unit.resolved.target) in selected)


def _add(chosen: dict[tuple[str, str], None], manifest: Manifest, name: str, target: str) -> None:
    """Add a pair behind the pairs it needs; `check` has refused circles."""
    if (name, target) in chosen:
        return
    for need in (n for n in manifest.components[name].component.needs if not is_library(manifest, n)):
        _add(chosen, manifest, need, target)
    chosen.setdefault((name, target))


def _is_part_of_others(name: str, manifest: Manifest) -> Problem:
    users = [
        n for n, d in manifest.components.items() if not is_library(manifest, n) and name in library_names(d, manifest)
    ]
    hint = f"build {' or '.join(users)}" if users else "no component needs it yet: name it in `needs` of one"
    what = "is a library, which is built for what needs it, with its features"
    return Problem(where=f"components.{name}", what=what, hint=hint)


def _not_for(name: str, requested: tuple[str, ...], possible: tuple[str, ...]) -> Problem:
    return Problem(
        where=f"components.{name}",
        what=f"is not built for {', '.join(requested) or 'any target'}",
        hint=f"it is built for: {', '.join(possible)}" if possible else "name some in its `targets`",
    )


def _check_request(manifest: Manifest, catalog: Catalog, request: Request) -> None:
    """Refuse words of the command line that name nothing."""
    labels = [Label.parse(c) for c in request.components]
    requested = (
        ("component", tuple(label.component for label in labels), tuple(manifest.components)),
        (
            "target",
            (
                *request.targets,
                *(label.target for label, text in zip(labels, request.components, strict=True) if "@" in text),
            ),
            tuple(catalog.targets),
        ),
        ("profile", (request.profile,) if request.profile is not None else (), PROFILES),
    )
    problems = [unknown(kind, name, known) for kind, names, known in requested for name in names if name not in known]
    if problems:
        raise ForgeError(*problems)


def toolchains_of(units: tuple[BuildUnit, ...], catalog: Catalog) -> tuple[str, ...]:
    """The toolchains that the recipes and passes of these use."""
    names: dict[str, None] = {}
    for unit in (part for whole in units for part in whole.parts):
        passes = passes_of(unit.resolved.target, catalog) if unit.resolved.kind != "library" else ()
        for recipe in (catalog.recipes[unit.resolved.recipe], *passes):
            scope = base_scope(recipe, unit.resolved)
            steps = [s for s in recipe.steps if _may_run(s, scope)]
            names.update(dict.fromkeys(toolchain_of(s, recipe, scope) for s in steps))
    return tuple(names)


def _may_run(step: Step, scope: Scope) -> bool:
    """False when lookups and options alone say that there is nothing to do `each` for."""
    try:
        return step.each is None or bool(expand(step.each, scope))
    except TemplateError:
        return True  # it is a matter of files
