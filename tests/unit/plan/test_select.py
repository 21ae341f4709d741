"""Which components are built for which targets."""

import pytest

from tests.support.factories.plan import adding, catalog, component, manifest, plan, recipe, step, target, toolchain
from wasmforge.errors import ForgeError
from wasmforge.model.manifest import Build, Component, Manifest
from wasmforge.model.recipe import Option
from wasmforge.plan import Request, check, restrict_to, select, toolchains_of

KNOWN = catalog()

SAID = manifest(
    lib=component(exports=("f",)),
    app=component(targets=("wasi",), needs=("lib",)),
    page=component(targets=("web",), exports=("f",)),
)


def chosen(said: Manifest = SAID, **request: object) -> list[str]:
    """The pairs selected, as text, in their order."""
    wanted = select(said, KNOWN, Request(**request))  # type: ignore[arg-type]
    return [f"{w.resolved.name}@{w.resolved.target}/{w.resolved.profile}" for w in wanted]


def refused(said: Manifest = SAID, **request: object) -> list[tuple[str, str, str]]:
    """The problems of a request that cannot be met."""
    with pytest.raises(ForgeError) as caught:
        chosen(said, **request)
    return [(p.where, p.what, p.hint) for p in caught.value.problems]


def test_everything_for_all_of_its_targets() -> None:
    assert chosen() == ["lib@web/release", "lib@wasi/release", "app@wasi/release", "page@web/release"]


def test_a_label_chooses_one_target() -> None:
    assert chosen(components=("lib@wasi", "page")) == ["lib@wasi/release", "page@web/release"]
    assert refused(components=("page@wasi",))[0][:2] == ("components.page", "is not built for wasi")
    assert refused(components=("lib@web",), targets=("wasi",))[0][1] == "is not built for web"
    assert [what for _, what, _ in refused(components=("lib@wab", "pag@web"))] == [
        "unknown component 'pag'",
        "unknown target 'wab'",
    ]


def test_only_some_of_them_with_what_they_need() -> None:
    wanted = select(SAID, KNOWN, Request())
    kept = restrict_to(wanted, {("app", "wasi"), ("page", "web")})
    assert [(w.resolved.name, w.resolved.target) for w in kept] == [("lib", "wasi"), ("app", "wasi"), ("page", "web")]
    assert restrict_to(wanted, ()) == ()


def test_a_need_comes_before_those_who_need_it_and_only_for_their_targets() -> None:
    assert chosen(components=("app",)) == ["lib@wasi/release", "app@wasi/release"]


def test_a_need_that_is_declared_later_comes_first_all_the_same() -> None:
    said = manifest(a=component(needs=("b",)), b=component(needs=("c",)), c=component())
    assert chosen(said, targets=("web",)) == ["c@web/release", "b@web/release", "a@web/release"]


def test_a_need_is_built_for_targets_that_it_does_not_name_itself() -> None:
    said = manifest(lib=component(targets=("web",)), app=component(targets=("wasi",), needs=("lib",)))
    assert chosen(said, components=("app",)) == ["lib@wasi/release", "app@wasi/release"]


def test_many_ways_to_the_same_need_take_no_longer() -> None:
    layers: dict[str, Component] = {"x0": component(), "y0": component()}
    for n in range(1, 40):
        both = (f"x{n - 1}", f"y{n - 1}")
        layers |= {f"x{n}": component(needs=both), f"y{n}": component(needs=both)}
    said = manifest(**layers)  # type: ignore[arg-type]
    check(said, KNOWN)
    assert len(chosen(said, targets=("web",))) == 80


def test_only_these_targets() -> None:
    assert chosen(targets=("web",)) == ["lib@web/release", "page@web/release"]


def test_the_profile_asked_for_goes_before_that_of_the_project() -> None:
    said = manifest(build=Build(profile="dev"), lib=component(targets=("web",)))
    assert chosen(said) == ["lib@web/dev"]
    assert chosen(said, profile="size") == ["lib@web/size"]


def test_targets_of_the_project_are_the_default() -> None:
    said = manifest(build=Build(targets=("wasi",)), lib=component(), page=component(targets=("web",)))
    assert chosen(said) == ["lib@wasi/release", "page@web/release"]


def test_unknown_words_of_the_command_line_are_all_told() -> None:
    assert refused(components=("lbi", "pag"), targets=("wbe",), profile="fast") == [
        ("", "unknown component 'lbi'", "did you mean 'lib'?"),
        ("", "unknown component 'pag'", "did you mean 'page'?"),
        ("", "unknown target 'wbe'", "did you mean 'web'?"),
        ("", "unknown profile 'fast'", "known: dev, release, size"),
    ]


def test_a_component_that_is_not_for_that_target() -> None:
    assert refused(components=("app", "lib"), targets=("web",)) == [
        ("components.app", "is not built for web", "it is built for: wasi")
    ]


def test_a_component_that_is_for_no_target() -> None:
    assert refused(manifest(lib=component(targets=())), components=("lib",)) == [
        ("components.lib", "is not built for any target", "name some in its `targets`")
    ]


def test_nothing_to_build() -> None:
    assert refused(manifest()) == [
        ("forge.toml", "there are no components", "add a [components.NAME] table"),
    ]
    assert refused(manifest(page=component(targets=("web",))), targets=("wasi",)) == [
        ("forge.toml", "no component is built for wasi", "name the target in a component's `targets`")
    ]


def test_toolchains_are_those_of_recipes_of_their_steps_and_of_passes() -> None:
    two = recipe(steps=(step("a"), step("b", toolchain="oven", outputs={"x": "x"})))
    polish = adding(toolchain="cloth")
    known = catalog(
        two,
        passes=(polish,),
        targets=(target("web", passes=("polish",)), target("wasi")),
        toolchains=(toolchain(), toolchain("oven"), toolchain("cloth"), toolchain("unused")),
    )
    said = manifest(lib=component())
    assert toolchains_of(select(said, known, Request()), known) == ("box", "oven", "cloth")
    assert toolchains_of(select(said, known, Request(targets=("wasi",))), known) == ("box", "oven")


def test_an_option_chooses_the_toolchain() -> None:
    choosing = recipe(options={"x": Option(kind="flag", on=("-src",), off=("",))}, toolchain="box{options.x}")
    known = catalog(choosing, toolchains=(toolchain(), toolchain("box-src")))
    for value, expected in ((None, "box"), (False, "box"), (True, "box-src")):
        said = manifest(app=component(options={} if value is None else {"x": value}))
        wanted = select(said, known, Request())
        assert toolchains_of(wanted, known) == (expected,)
        assert {a.toolchain for a in plan(said, known).actions.values()} == {expected}
