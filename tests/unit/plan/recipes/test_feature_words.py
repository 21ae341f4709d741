"""Words of features: by default, on request, by name, and what a toolchain is too old for."""

import pytest

from tests.support.factories.plan import catalog, component, manifest, recipe, step, target
from wasmforge.errors import ForgeError
from wasmforge.model.recipe import FeatureWords, Recipe
from wasmforge.model.target import TargetFeatures
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.checks.feature_versions import check_feature_versions, feature_problems
from wasmforge.plan.recipes.arity import arities
from wasmforge.plan.recipes.scope import base_scope
from wasmforge.plan.resolve import ResolvedComponent, as_variant, resolve_component
from wasmforge.plan.select import BuildUnit

FEATURES = {
    "multi-value": FeatureWords(on=("+mv",), off=("-mv",), words={"c": "by-mv"}, on_request=True),
    "simd": FeatureWords(on=("+simd",), off=("-simd",), words={"c": ("by", "simd")}),
    "exceptions": FeatureWords(on=("+eh",), words={"runtime": "eh"}, at_least="4"),
    "legacy-exceptions": FeatureWords(on=("+old-eh",), words={"runtime": "old"}),
}

RECIPE = recipe(features=FEATURES, steps=(step(run=("tool", "{sources.units}", "{features}")),))

ALL = ("multi-value", "simd", "exceptions", "legacy-exceptions")


def on(made_with: Recipe = RECIPE, default: tuple[str, ...] = (), **changes: object) -> ResolvedComponent:
    """A component with these changes, on a target that has these features by default and permits all."""
    known = catalog(made_with, targets=(target("web", features=TargetFeatures(permitted=ALL, default=default)),))
    return resolve_component(manifest(app=component(**changes)).components["app"], "web", "dev", known)


def words(resolved: ResolvedComponent, name: str = "features") -> tuple[str, ...]:
    """What a name stands for."""
    return base_scope(RECIPE, resolved)[name]


def test_what_a_target_has_by_default_is_switched_on_unless_it_must_be_asked_for() -> None:
    assert words(on(default=("multi-value", "simd"))) == ("+simd",)
    assert words(on(default=("multi-value", "simd"), features=("multi-value",))) == ("+mv", "+simd")
    assert words(on()) == ("-mv", "-simd")


def test_a_variant_asks_too() -> None:
    resolved = on(variants={"wide": ("multi-value",), "base": ()})
    assert [words(as_variant(resolved, v))[0] for v in resolved.variants] == ["+mv", "-mv"]


def test_more_words_are_those_of_all_features_that_are_on() -> None:
    assert words(on(features=("multi-value", "simd")), "features.c") == ("by-mv", "by", "simd")
    assert words(on(default=("multi-value",)), "features.c") == ()
    assert words(on(features=("exceptions",)), "features.runtime") == ("eh",)


def test_how_many_words_a_name_can_stand_for() -> None:
    found = arities(RECIPE, catalog(RECIPE))
    assert found["features.c"] == {0, 1, 2}
    assert found["features.runtime"] == {0, 1}, "the two encodings of exceptions are never on at once"


def box(version: str) -> ResolvedToolchain:
    """The toolchain of the recipe, whose program tells this version."""
    return ResolvedToolchain(
        toolchain="box",
        origin="path",
        identity="1",
        location="/",
        tools={"tool": ("/tool",)},
        versions={"tool": version} if version else {},
    )


@pytest.mark.parametrize(
    ("version", "asked", "told"),
    [
        ("3.1.6", ("exceptions",), ["exceptions needs tool 4 or later, and tool is 3.1.6, from path"]),
        ("4.0", ("exceptions",), []),
        ("40", ("exceptions",), []),
        ("", ("exceptions",), []),
        ("3.1.6", ("simd",), []),
    ],
)
def test_a_toolchain_that_is_too_old_for_a_feature(version: str, asked: tuple[str, ...], told: list[str]) -> None:
    other = recipe("other", features={"exceptions": FeatureWords()})
    known = catalog(RECIPE, other, targets=(target("web", features=TargetFeatures(permitted=ALL)),))
    resolved = on(features=asked)
    found = [*feature_problems(resolved, known, {"box": box(version)})]
    assert [p.what for p in found] == told
    for problem in found:
        assert problem.where == "components.app.features"
        assert problem.hint.startswith("recipes that have it as they are here: other; or a newer tool")
    assert [*feature_problems(resolved, known, {})] == [], "a plan that is only shown may lack toolchains"


def test_every_variant_is_compared() -> None:
    resolved = on(variants={"safe": ("exceptions",), "base": ()})
    known = catalog(RECIPE, targets=(target("web", features=TargetFeatures(permitted=ALL)),))
    unit = BuildUnit(declared=manifest(app=component()).components["app"], resolved=resolved)
    with pytest.raises(ForgeError) as caught:
        check_feature_versions((unit, unit), known, {"box": box("3")})
    assert len(caught.value.problems) == 1
