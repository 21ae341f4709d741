"""A component on one target: what it says, what differs there, and the defaults, made one."""

import pytest

from tests.support.factories.plan import catalog, component, manifest, recipe, target
from wasmforge.model.manifest import Limits, Overlay
from wasmforge.model.smoke import Smoke
from wasmforge.model.target import TargetFeatures
from wasmforge.plan.resolve import ResolvedComponent, resolve_component

FEATURES = TargetFeatures(permitted=("mutable-global", "simd", "relaxed-simd"), default=("mutable-global",))

KNOWN = catalog(
    recipe(),
    recipe("other"),
    recipe("third"),
    targets=(
        target("web", features=FEATURES, limits=Limits(size=100, gzip=50, memory=10)),
        target("wasi", features=FEATURES),
    ),
)


def on(where: str, **changes: object) -> ResolvedComponent:
    """A component with these changes, on that target."""
    return resolve_component(manifest(app=component(**changes)).components["app"], where, "dev", KNOWN)


def test_nothing_said() -> None:
    assert on("web") == ResolvedComponent(
        name="app",
        target="web",
        profile="dev",
        language="toy",
        recipe="toy",
        kind="command",
        exports=(),
        features=("mutable-global",),
        options={},
        limits=Limits(size=100, gzip=50, memory=10),
        smoke=(),
    )


def test_an_overlay_is_for_its_target_only() -> None:
    changes = {"exports": ("f",), "on": {"web": Overlay(exports=("g",), recipe="other")}}
    assert on("web", **changes).exports == ("g",)
    assert on("web", **changes).recipe == "other"
    assert on("wasi", **changes).exports == ("f",)
    assert on("wasi", **changes).recipe == "toy"


@pytest.mark.parametrize(
    ("own", "there", "expected"),
    [(None, None, "toy"), ("other", None, "other"), (None, "third", "third"), ("other", "third", "third")],
)
def test_recipe(own: str | None, there: str | None, expected: str) -> None:
    assert on("web", recipe=own, on={"web": Overlay(recipe=there)}).recipe == expected


@pytest.mark.parametrize(
    ("own", "there", "kind"),
    [
        ((), None, "command"),
        (("f",), None, "reactor"),
        (("f",), (), "command"),
        ((), ("f",), "reactor"),
    ],
)
def test_kind_follows_the_exports_there(own: tuple[str, ...], there: tuple[str, ...] | None, kind: str) -> None:
    assert on("web", exports=own, on={"web": Overlay(exports=there)}).kind == kind


def test_kind_that_is_said() -> None:
    assert on("web", kind="reactor").kind == "reactor"
    assert on("web", kind="command", exports=("f",)).kind == "command"


def test_features_there_replace_the_others_and_bring_what_they_imply() -> None:
    changes = {"features": ("simd",), "on": {"web": Overlay(features=("relaxed-simd",)), "wasi": Overlay(features=())}}
    assert on("web", **changes).features == ("mutable-global", "simd", "relaxed-simd")
    assert on("wasi", **changes).features == ("mutable-global",)
    assert on("wasi", features=("simd",)).features == ("mutable-global", "simd")


def test_options_are_merged_by_key() -> None:
    changes = {"options": {"a": 1, "b": "x"}, "on": {"web": Overlay(options={"b": "y", "c": True})}}
    assert on("web", **changes).options == {"a": 1, "b": "y", "c": True}
    assert on("wasi", **changes).options == {"a": 1, "b": "x"}


def test_limits_are_merged_by_key_down_to_the_target() -> None:
    changes = {"limits": Limits(size=90), "on": {"web": Overlay(limits=Limits(gzip=0))}}
    assert on("web", **changes).limits == Limits(size=90, gzip=0, memory=10)
    assert on("wasi", **changes).limits == Limits(size=90)


def test_smoke_tests_there_replace_the_others_even_with_none() -> None:
    own, there = (Smoke(name="a"),), (Smoke(name="b"),)
    assert on("web", smoke=own).smoke == own
    assert on("web", smoke=own, on={"web": Overlay(smoke=there)}).smoke == there
    assert on("web", smoke=own, on={"web": Overlay(smoke=())}).smoke == ()
