"""A component as it is on one target: its own words, what differs there, and the defaults, made one."""

import msgspec

from wasmforge.model.base import Noun
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Component, Limits, Manifest, OptionValue, Overlay, Placed
from wasmforge.model.recipe import Recipe
from wasmforge.model.smoke import Smoke
from wasmforge.model.vocabulary import Kind, with_implied


class Variant(Noun, frozen=True, kw_only=True):
    """One of several builds of a component: its name, and the features that it needs besides the component's."""

    name: str
    needs: tuple[str, ...]


class Settled(Noun, frozen=True, kw_only=True):
    """Nothing is left open here: every `None` of forge.toml has become a value.

    `variants` are what the component is built as, the most demanding first; `variant` is the one that this is.
    """

    name: str
    target: str
    profile: str
    language: str
    recipe: str
    kind: Kind
    exports: tuple[str, ...]
    features: tuple[str, ...]
    variant: str = ""
    variants: tuple[Variant, ...] = ()
    options: dict[str, OptionValue]
    limits: Limits
    smoke: tuple[Smoke, ...]


def settle(placed: Placed, target: str, profile: str, catalog: Catalog) -> Settled:
    """The component on `target`; the manifest must have passed `check`."""
    component = placed.component
    there = component.on.get(target, Overlay())
    contract = catalog.targets[target]
    exports = component.exports if there.exports is None else there.exports
    asked = component.features if there.features is None else there.features
    return Settled(
        name=placed.name,
        target=target,
        profile=profile,
        language=component.language,
        recipe=recipe_name(component, target, catalog) or "",
        kind=component.kind or ("reactor" if exports else "command"),
        exports=exports,
        features=with_implied((*contract.features.default, *asked)),
        variants=_variants(component.variants if there.variants is None else there.variants),
        options={**component.options, **there.options},
        limits=_limits(there.limits, component.limits, contract.limits),
        smoke=component.smoke if there.smoke is None else there.smoke,
    )


def as_variant(settled: Settled, variant: Variant) -> Settled:
    """The component as it is built for one of its variants."""
    features = with_implied((*settled.features, *variant.needs))
    return msgspec.structs.replace(settled, features=features, variant=variant.name)


def _variants(said: dict[str, tuple[str, ...]]) -> tuple[Variant, ...]:
    """The most demanding first: who asks an engine in this order gets the best that it can run."""
    variants = [Variant(name=name, needs=with_implied(needs)) for name, needs in said.items()]
    return tuple(sorted(variants, key=lambda v: -len(v.needs)))


def _limits(*tables: Limits) -> Limits:
    """Bound by bound, that of the first table which has it."""
    said = {key: [getattr(t, key) for t in tables] for key in Limits.__struct_fields__}
    return Limits(**{key: next((v for v in values if v is not None), None) for key, values in said.items()})


def targets_of(placed: Placed, manifest: Manifest, catalog: Catalog) -> tuple[str, ...]:
    """The targets a component is for: its own, else the project's, else every common target with a recipe for it."""
    if placed.component.targets is not None:
        return placed.component.targets
    if manifest.build.targets:
        return manifest.build.targets
    common = (t for t in catalog.targets.values() if not t.on_request)
    return tuple(t.name for t in common if placed.component.language in t.recipes)


def recipe_name(component: Component, target: str, catalog: Catalog) -> str | None:
    """The recipe that builds a component for a target: named there, named for all targets, or by language; or None."""
    there = component.on.get(target, Overlay())
    return there.recipe or component.recipe or catalog.targets[target].recipes.get(component.language)


def passes_of(target: str, catalog: Catalog) -> tuple[Recipe, ...]:
    """The passes of a target, in order."""
    return tuple(catalog.passes[name] for name in catalog.targets[target].passes)
