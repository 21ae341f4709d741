"""Resolves a component for one target: its own keys, the overlay for the target, and the defaults."""

import msgspec

from wasmforge.model.base import Struct
from wasmforge.model.catalog import Catalog
from wasmforge.model.label import Label
from wasmforge.model.manifest import Component, Limits, Manifest, OptionValue, Overlay, ProjectComponent
from wasmforge.model.recipe import Recipe
from wasmforge.model.smoke import Smoke
from wasmforge.model.vocabulary import Kind, with_implied


class Variant(Struct, frozen=True, kw_only=True):
    """One of several builds of a component: its name, and the features that it needs besides the component's."""

    name: str
    needs: tuple[str, ...]


class ResolvedComponent(Struct, frozen=True, kw_only=True):
    """Nothing is left open here: every `None` of forge.toml has become a value.

    `features` are all that it may use; `asked` are those of them that it asks for itself. `variants` are what the
    component is built as, the most demanding first; `variant` is the one that this is.
    """

    name: str
    target: str
    profile: str
    language: str
    recipe: str
    kind: Kind
    exports: tuple[str, ...]
    host_imports: tuple[str, ...] = ()
    features: tuple[str, ...]
    asked: tuple[str, ...] = ()
    variant: str = ""
    variants: tuple[Variant, ...] = ()
    options: dict[str, OptionValue]
    limits: Limits
    files: tuple[str, ...] = ()
    smoke: tuple[Smoke, ...]

    @property
    def label(self) -> Label:
        """Which build of it this is."""
        return Label(self.name, self.target, self.profile, self.variant)


def resolve_component(declared: ProjectComponent, target: str, profile: str, catalog: Catalog) -> ResolvedComponent:
    """The component on `target`; the manifest must have passed `check`."""
    component = declared.component
    overlay = component.on.get(target, Overlay())
    contract = catalog.targets[target]
    exports = component.exports if overlay.exports is None else overlay.exports
    requested_features = component.features if overlay.features is None else overlay.features
    return ResolvedComponent(
        name=declared.name,
        target=target,
        profile=profile,
        language=component.language,
        recipe=recipe_name(component, target, catalog) or "",
        kind=component.kind or ("reactor" if exports else "command"),
        exports=exports,
        host_imports=component.host_imports if overlay.host_imports is None else overlay.host_imports,
        features=with_implied((*contract.features.default, *requested_features)),
        asked=with_implied(requested_features),
        variants=_variants(component.variants if overlay.variants is None else overlay.variants),
        options={**component.options, **overlay.options},
        limits=_limits(overlay.limits, component.limits, contract.limits),
        files=component.files if overlay.files is None else overlay.files,
        smoke=component.smoke if overlay.smoke is None else overlay.smoke,
    )


def resolve_library(declared: ProjectComponent, by: ResolvedComponent, catalog: Catalog) -> ResolvedComponent:
    """A library as the component `by` needs it: for its target and profile, with its recipe and its features.

    The library may name another recipe; that takes the same toolchain.
    """
    component = declared.component
    overlay = component.on.get(by.target, Overlay())
    recipe = overlay.recipe or component.recipe or by.recipe
    options = catalog.recipes[recipe].options
    shared = {n: value for n, value in by.options.items() if n in options and options[n].shared == "compile"}
    usual = catalog.targets[by.target].features.default
    more = [f for f in by.features if f not in with_implied(usual)] + [f"{n}={value}" for n, value in shared.items()]
    return ResolvedComponent(
        name=declared.name,
        target=by.target,
        profile=by.profile,
        language=component.language,
        recipe=recipe,
        kind="library",
        exports=(),
        features=by.features,
        variant="+".join((recipe, *more)),
        options={**shared, **component.options, **overlay.options},
        limits=Limits(),
        smoke=(),
    )


def as_variant(resolved: ResolvedComponent, variant: Variant) -> ResolvedComponent:
    """The component as it is built for one of its variants."""
    features, asked = (with_implied((*names, *variant.needs)) for names in (resolved.features, resolved.asked))
    return msgspec.structs.replace(resolved, features=features, asked=asked, variant=variant.name)


def _variants(said: dict[str, tuple[str, ...]]) -> tuple[Variant, ...]:
    """The most demanding first: who asks an engine in this order gets the best that it can run."""
    variants = [Variant(name=name, needs=with_implied(needs)) for name, needs in said.items()]
    return tuple(sorted(variants, key=lambda v: -len(v.needs)))


def _limits(*tables: Limits) -> Limits:
    """Bound by bound, that of the first table which has it."""
    said = {key: [getattr(t, key) for t in tables] for key in Limits.__struct_fields__}
    return Limits(**{key: next((v for v in values if v is not None), None) for key, values in said.items()})


def targets_of(declared: ProjectComponent, manifest: Manifest, catalog: Catalog) -> tuple[str, ...]:
    """The targets a component is for: its own, else the project's, else every common target with a recipe for it."""
    if declared.component.targets is not None:
        return declared.component.targets
    if manifest.build.targets:
        return manifest.build.targets
    common = (t for t in catalog.targets.values() if not t.on_request)
    return tuple(t.name for t in common if declared.component.language in t.recipes)


def recipe_name(component: Component, target: str, catalog: Catalog) -> str | None:
    """The recipe that builds a component for a target: named there, named for all targets, or by language; or None."""
    overlay = component.on.get(target, Overlay())
    return overlay.recipe or component.recipe or catalog.targets[target].recipes.get(component.language)


def passes_of(target: str, catalog: Catalog) -> tuple[Recipe, ...]:
    """The passes of a target, in order."""
    return tuple(catalog.passes[name] for name in catalog.targets[target].passes)
