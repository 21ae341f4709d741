"""Every mistake that `check` can tell: its place, its words, its hint."""

import pytest

from tests.support.factories.plan import adding, catalog, component, manifest, recipe, step, target, toolchain
from wasmforge.errors import Exit, ForgeError
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Build, Limits, Manifest, Overlay, ToolchainChoice
from wasmforge.model.recipe import FeatureWords, Option
from wasmforge.model.smoke import Smoke
from wasmforge.model.target import TargetFeatures, TargetOptions
from wasmforge.model.toolchain import ContainerOrigin
from wasmforge.plan import check

OPTIONS = {
    "std": Option(kind="text", help="the standard"),
    "defines": Option(kind="list", help="definitions"),
    "debug": Option(kind="flag", on=("-g",), help="with names"),
    "memory": Option(kind="choice", choices={"small": "s", "large": "l"}, help="how much"),
}

RUN = ("tool", "{sources.units}", "{features}", *(f"{{options.{name}}}" for name in OPTIONS))

RECIPE = recipe(features={"simd": FeatureWords(on=("-msimd",))}, options=OPTIONS, steps=(step(run=RUN),))

FEW = TargetFeatures(permitted=("mutable-global",))

BOXED = ContainerOrigin(image="registry.example/box", tools={"tool": ("tool",)})

KNOWN = catalog(
    RECIPE,
    recipe("other", languages={"tame": {}}, targets={"wasi": {"x": "y"}}, steps=(step(run=("tool", "{target.x}")),)),
    targets=(
        target("web", kinds=("reactor",)),
        target("wasi", recipes={"toy": "toy", "tame": "other"}),
        target("tiny", features=FEW, recipes={"toy": "toy"}),
    ),
    toolchains=(toolchain(), toolchain("oven"), toolchain("boxed", origins=(BOXED,))),
)

LIB = component(exports=("f",))

Told = tuple[str, str, str]


def told(said: Manifest, known: Catalog = KNOWN) -> list[Told]:
    """The problems of a manifest that must have some."""
    with pytest.raises(ForgeError) as caught:
        check(said, known)
    assert caught.value.exit_code == Exit.USAGE
    return [(p.where, p.what, p.hint) for p in caught.value.problems]


def one(**changes: object) -> Manifest:
    """A manifest with one component, a library."""
    return manifest(app=component(**{"exports": ("f",), **changes}))


def test_one_module_has_one_encoding_of_exceptions() -> None:
    both = ("exceptions", "legacy-exceptions")
    new = recipe(
        features={name: FeatureWords(on=("x",)) for name in both},
        steps=(step(run=("tool", "{features}", "{sources.units}")),),
    )
    known = catalog(new, targets=(target("web", features=TargetFeatures(permitted=both)),))
    what = "asks for exceptions and for legacy-exceptions, two encodings of one thing"
    hint = "name one of them; for one target alone in on.TARGET.features"
    expected = (f"{APP}.features", what, hint)
    assert told(one(features=both), known) == [expected]
    assert told(one(features=both[:1], variants={"old": both[1:], "base": ()}), known) == [expected]
    overlaid = one(features=both[:1], on={"web": Overlay(features=both)})
    assert told(overlaid, known) == [(f"{APP}.on.web.features", what, hint)]
    check(one(features=both[:1], on={"web": Overlay(features=both[1:])}), known)


NEEDY = catalog(
    recipe(
        features={"simd": FeatureWords(on=("-msimd",), needs="anew")},
        options={"anew": Option(kind="flag", help="compile all of it", on=("-a",))},
        steps=(step(run=("tool", "{sources.units}", "{features}", "{options.anew}")),),
    ),
    targets=(target("web"),),
)


def test_a_feature_that_needs_an_option_is_refused_without_it() -> None:
    check(one(features=("simd",), options={"anew": True}), NEEDY)
    check(one(features=("simd",), on={"web": Overlay(options={"anew": True})}), NEEDY)
    hint = "add to options: anew = true (compile all of it)"
    expected = [(f"{APP}.features", "recipe 'toy' has simd only together with its option anew", hint)]
    assert told(one(features=("simd",)), NEEDY) == expected
    assert told(one(features=("simd",), options={"anew": False}), NEEDY) == expected


def test_a_variants_feature_that_needs_an_option_is_refused_without_it() -> None:
    variants: dict[str, tuple[str, ...]] = {"fast": ("simd",), "base": ()}
    check(one(variants=variants, options={"anew": True}), NEEDY)
    hint = "add to options: anew = true (compile all of it)"
    what = "recipe 'toy' has simd only together with its option anew"
    assert told(one(variants=variants), NEEDY) == [(f"{APP}.variants.fast", what, hint)]
    there = {"web": Overlay(variants=variants)}
    assert told(one(on=there), NEEDY) == [(f"{APP}.on.web.variants.fast", what, hint)]


RICHER = catalog(
    RECIPE,
    recipe("other", features={"mutable-global": FeatureWords()}, options={"fast": Option(kind="flag", on=("-f",))}),
    recipe("tame", languages={"tame": {}}, features={"mutable-global": FeatureWords()}),
)


def test_recipes_that_can_do_what_another_cannot_are_named() -> None:
    told_of_both = told(one(features=("mutable-global",), options={"fast": True}, targets=("web",)), RICHER)
    assert told_of_both == [
        (f"{APP}.features", "recipe 'toy' has no words for mutable-global", "recipes that have: other"),
        (f"{APP}.options.fast", "recipe 'toy' has no such option", "an option of: other"),
    ]


PARTLY = catalog(
    recipe(features={"simd": FeatureWords(on=("-msimd",), targets=("web",))}, steps=(step(run=RUN[:3]),)),
    recipe("other", features={"simd": FeatureWords()}),
    targets=(target("web"), target("page", like="web"), target("wasi")),
)


def test_a_feature_that_a_recipe_has_for_some_targets() -> None:
    check(one(features=("simd",), targets=("web", "page")), PARTLY)
    hint = "it has for: web; for wasi, recipes that have: other"
    expected = [(f"{APP}.features", "recipe 'toy' has no simd for target 'wasi'", hint)]
    assert told(one(features=("simd",)), PARTLY) == expected


STRICT = catalog(
    RECIPE,
    targets=(target("web"), target("strict", options=TargetOptions(never={"debug": "it tells too much"}))),
)


def test_an_option_that_a_target_forbids() -> None:
    check(one(options={"debug": False}), STRICT)
    check(one(on={"web": Overlay(options={"debug": True})}), STRICT)
    check(one(options={"debug": True}, on={"strict": Overlay(options={"debug": False})}), STRICT)
    what = "target 'strict' forbids it: it tells too much"
    elsewhere = "say it where it is meant: on.web.options"
    assert told(one(options={"debug": True}), STRICT) == [(f"{APP}.options.debug", what, elsewhere)]
    assert told(one(options={"debug": True}, targets=("strict",)), STRICT) == [
        (f"{APP}.options.debug", what, "drop it")
    ]
    own = one(on={"strict": Overlay(options={"debug": True})})
    assert told(own, STRICT) == [(f"{APP}.on.strict.options.debug", what, "drop it")]


def test_a_manifest_without_mistakes_is_let_through() -> None:
    check(one(features=("simd",), options={"std": "t1"}, targets=("web", "wasi")), KNOWN)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (
            Build(targets=("wbe",)),
            ("forge.toml: build.targets", "unknown target 'wbe'", "did you mean 'web'?"),
        ),
        (
            Build(profile="fast"),
            ("forge.toml: build.profile", "unknown profile 'fast'", "known: dev, release, size"),
        ),
    ],
    ids=["target", "profile"],
)
def test_build(build: Build, expected: Told) -> None:
    assert told(manifest(build=build)) == [expected]


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        (
            {"bxo": ToolchainChoice(origin="path")},
            ("forge.toml: toolchains.bxo", "unknown toolchain 'bxo'", "did you mean 'box'?"),
        ),
        (
            {"box": ToolchainChoice(origin="container")},
            ("forge.toml: toolchains.box.origin", "unknown origin 'container'", "known: path"),
        ),
        (
            {"box": ToolchainChoice(memory="8 GiB")},
            ("forge.toml: toolchains.box.memory", "bounds containers, and box never runs in one", "drop it"),
        ),
        (
            {"boxed": ToolchainChoice(memory="8 GX")},
            (
                "forge.toml: toolchains.boxed.memory",
                "'8 GX' is not a size; units: B, KB, MB, GB, TB, KiB, MiB, GiB, TiB",
                'write bytes, or a string such as "64 KiB"',
            ),
        ),
        *(
            (
                {"boxed": ToolchainChoice(memory=memory)},
                (
                    "forge.toml: toolchains.boxed.memory",
                    f"{memory!r} is not between 64 MiB and 1024 TiB",
                    'most compilers want "2 GiB" or more',
                ),
            )
            for memory in (0, "63 MiB", 2**51)
        ),
    ],
    ids=["toolchain", "origin", "not boxed", "no size", "nothing", "small", "large"],
)
def test_toolchains(choices: dict[str, ToolchainChoice], expected: Told) -> None:
    assert told(manifest(choices=choices)) == [expected]


def test_what_containers_may_use_is_taken() -> None:
    choices = {"boxed": ToolchainChoice(memory="64 MiB", processes=16)}
    check(manifest(choices=choices, app=component(exports=("f",))), KNOWN)


APP = "forge.toml: components.app"

NO_PROGRAM = "a test without `call` runs a program, and a component with `exports` is a library"

MISTAKES: dict[str, tuple[dict[str, object], Told]] = {
    "language": (
        {"language": "tyo"},
        (f"{APP}.language", "unknown language 'tyo'", "did you mean 'toy'?"),
    ),
    "recipe": (
        {"recipe": "tox"},
        (f"{APP}.recipe", "unknown recipe 'tox'", "did you mean 'toy'?"),
    ),
    "recipe on a target": (
        {"targets": ("web",), "on": {"web": Overlay(recipe="tox")}},
        (f"{APP}.on.web.recipe", "unknown recipe 'tox'", "did you mean 'toy'?"),
    ),
    "target": (
        {"targets": ("web", "wsai")},
        (f"{APP}.targets", "unknown target 'wsai'", "did you mean 'wasi'?"),
    ),
    "overlay for no target": (
        {"on": {"wsai": Overlay()}},
        (f"{APP}.on", "unknown target 'wsai'", "did you mean 'wasi'?"),
    ),
    "need": (
        {"needs": ("ap",)},
        (f"{APP}.needs", "unknown component 'ap'", "did you mean 'app'?"),
    ),
    "feature": (
        {"features": ("smid",)},
        (f"{APP}.features", "unknown feature 'smid'", "did you mean 'simd'?"),
    ),
    "feature on a target": (
        {"on": {"web": Overlay(features=("smid",))}},
        (f"{APP}.on.web.features", "unknown feature 'smid'", "did you mean 'simd'?"),
    ),
    "feature the target lacks": (
        {"features": ("simd",), "targets": ("tiny",)},
        (
            f"{APP}.features",
            "target 'tiny' has no simd",
            'drop "simd" from components.app.features, or build for: web, wasi',
        ),
    ),
    "feature that no target has": (
        {"features": ("gc",), "targets": ("tiny",)},
        (f"{APP}.features", "target 'tiny' has no gc", 'drop "gc" from components.app.features'),
    ),
    "feature the target lacks, asked for there": (
        {"targets": ("tiny",), "on": {"tiny": Overlay(features=("simd",))}},
        (
            f"{APP}.on.tiny.features",
            "target 'tiny' has no simd",
            'drop "simd" from components.app.on.tiny.features, or build for: web, wasi',
        ),
    ),
    "feature without words": (
        {"features": ("mutable-global",), "targets": ("tiny",)},
        (f"{APP}.features", "recipe 'toy' has no words for mutable-global", "it can switch: simd"),
    ),
    "no recipe for the language": (
        {"language": "tame", "targets": ("web",)},
        (APP, "target 'web' has no recipe for language 'tame'", "targets with one: wasi"),
    ),
    "recipe for another language": (
        {"recipe": "other", "targets": ("wasi",)},
        (APP, "recipe 'other' does not build language 'toy'", "only: tame"),
    ),
    "recipe for another target": (
        {"language": "tame", "recipe": "other", "targets": ("web",)},
        (APP, "recipe 'other' is not for target 'web'", "only for: wasi"),
    ),
    "a command on web": (
        {"exports": (), "targets": ("web",)},
        (APP, "target 'web' does not run a command", "name its `exports`, or build for: wasi, tiny"),
    ),
    "a test of a program, which is a library": (
        {"targets": ("web", "wasi"), "smoke": (Smoke(call="f"), Smoke())},
        (f"{APP}.smoke.1", NO_PROGRAM, "name an export: call = …"),
    ),
    "the same on one target": (
        {"targets": ("web", "wasi"), "on": {"web": Overlay(smoke=(Smoke(),))}},
        (f"{APP}.on.web.smoke.0", NO_PROGRAM, "name an export: call = …"),
    ),
    "no such option": (
        {"options": {"sdt": "t1"}, "targets": ("web",)},
        (f"{APP}.options.sdt", "recipe 'toy' has no such option", "did you mean 'std'?"),
    ),
    "no such option on a target": (
        {"targets": ("web",), "on": {"web": Overlay(options={"sdt": "t1"})}},
        (f"{APP}.on.web.options.sdt", "recipe 'toy' has no such option", "did you mean 'std'?"),
    ),
    "flag": (
        {"options": {"debug": "yes"}, "targets": ("web",)},
        (f"{APP}.options.debug", "expected true or false, got 'yes'", "with names"),
    ),
    "list": (
        {"options": {"defines": "A"}, "targets": ("web",)},
        (f"{APP}.options.defines", "expected a list of strings, got 'A'", "definitions"),
    ),
    "text": (
        {"options": {"std": ("a", "b")}, "targets": ("web",)},
        (f"{APP}.options.std", "expected a string or a number, got ['a', 'b']", "the standard"),
    ),
    "text that is true": (
        {"options": {"std": True}, "targets": ("web",)},
        (f"{APP}.options.std", "expected a string or a number, got true", "the standard"),
    ),
    "choice": (
        {"options": {"memory": "huge"}, "targets": ("web",)},
        (f"{APP}.options.memory", "expected one of small, large, got 'huge'", "how much"),
    ),
    "NUL": (
        {"options": {"defines": ("A", "B\0")}, "targets": ("web",)},
        (f"{APP}.options.defines", "a word contains a NUL, which no command can take", "definitions"),
    ),
    "an import without a module": (
        {"host_imports": ("env.read", "env")},
        (f"{APP}.host-imports.1", "'env' is no import", 'MODULE.NAME: "env.sensor_read", "env.*"'),
    ),
    "on one target, an import without a name": (
        {"on": {"wasi": Overlay(host_imports=("env.",))}},
        (f"{APP}.on.wasi.host-imports.0", "'env.' is no import", 'MODULE.NAME: "env.sensor_read", "env.*"'),
    ),
    "export with a NUL": (
        {"exports": ("f\0",)},
        (f"{APP}.exports", "a name contains a NUL, which no command can take", ""),
    ),
    "export with a NUL on a target": (
        {"on": {"web": Overlay(exports=("f\0",))}},
        (f"{APP}.on.web.exports", "a name contains a NUL, which no command can take", ""),
    ),
    "size": (
        {"limits": Limits(gzip="64 kib or so")},
        (
            f"{APP}.limits.gzip",
            "'64 kib or so' is not a size; units: B, KB, MB, GB, TB, KiB, MiB, GiB, TiB",
            'write bytes, or a string such as "64 KiB"',
        ),
    ),
    "size on a target": (
        {"on": {"web": Overlay(limits=Limits(memory=-1))}},
        (
            f"{APP}.on.web.limits.memory",
            "a size cannot be negative: -1",
            'write bytes, or a string such as "64 KiB"',
        ),
    ),
    "a call with standard input": (
        {"smoke": (Smoke(call="f"), Smoke(call="f", stdin="x"))},
        (f"{APP}.smoke.1.stdin", "only goes with a command, not with `call`", "drop one"),
    ),
    "a run that returns": (
        {"smoke": (Smoke(returns=1),)},
        (f"{APP}.smoke.0.returns", "`returns` goes with `call`", "name an export: call = …"),
    ),
    "a run with numbers": (
        {"smoke": (Smoke(args=("a", 1)),)},
        (f"{APP}.smoke.0.args", "a command's arguments are strings", "name an export: call = …"),
    ),
    "smoke on a target": (
        {"on": {"wasi": Overlay(smoke=(Smoke(call="f", exit=1),))}},
        (f"{APP}.on.wasi.smoke.0.exit", "only goes with a command, not with `call`", "drop one"),
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_components(name: str) -> None:
    changes, expected = MISTAKES[name]
    assert told(one(**changes)) == [expected]


def test_an_option_may_be_one_of_a_pass_and_must_fit_all_that_take_it() -> None:
    level = Option(kind="choice", choices={"low": "-l", "high": "-h"}, help="how hard")
    polish = adding(
        options={"level": level}, steps=(step("polish", run=("tool", "{given.module}", "{options.level}")),)
    )
    known = catalog(RECIPE, passes=(polish,), targets=(target("web", passes=("polish",)),))
    check(one(options={"level": "low"}), known)
    assert told(one(options={"level": "max"}), known) == [
        (f"{APP}.options.level", "expected one of low, high, got 'max'", "how hard")
    ]


def test_an_option_of_one_target_may_be_said_for_all() -> None:
    polish = adding(
        options={"shine": Option(kind="flag", on=("-s",))},
        steps=(step("polish", run=("tool", "{given.module}", "{options.shine}")),),
    )
    known = catalog(RECIPE, passes=(polish,), targets=(target("web"), target("wasi", passes=("polish",))))
    check(one(targets=("web", "wasi"), options={"shine": True}), known)
    for targets, options in ((("web",), {"shine": True}), (("web", "wasi"), {"shin": True})):
        assert told(one(targets=targets, options=options), known)[0][1] == "recipe 'toy' has no such option"
    both = {"targets": ("web", "wasi")}
    place, what = f"{APP}.options", "recipe 'toy' has no such option"
    assert told(one(**both, options={"shin": True}), known) == [(f"{place}.shin", what, "did you mean 'shine'?")]
    known_options = "known: debug, defines, memory, std"
    assert told(one(**both, options={"quux": 1}), known) == [(f"{place}.quux", what, known_options)]
    there = {"web": Overlay(options={"shine": True})}
    assert [p[0] for p in told(one(targets=("web", "wasi"), on=there), known)] == [f"{APP}.on.web.options.shine"]


def test_a_component_that_needs_itself() -> None:
    assert told(one(needs=("app",))) == [(f"{APP}.needs", "a component cannot need itself", "break the circle")]


def test_a_circle_of_three_is_told_in_the_order_of_needing() -> None:
    said = manifest(
        a=component(needs=("b",), exports=("f",)),
        b=component(needs=("c",), exports=("f",)),
        c=component(needs=("a",), exports=("f",)),
    )
    assert told(said) == [("forge.toml: components.a.needs", "a needs b needs c needs a", "break the circle")]


def test_what_is_needed_must_be_fit_for_the_targets_of_those_who_need_it() -> None:
    said = manifest(
        lib=component(language="tame", targets=("wasi",), exports=("f",)),
        app=component(targets=("web",), needs=("lib",), exports=("f",)),
    )
    what = "target 'web' has no recipe for language 'tame'"
    assert told(said) == [("forge.toml: components.lib", what, "targets with one: wasi")]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    said = manifest(
        build=Build(profile="fast", targets=("wbe",)),
        choices={"bxo": ToolchainChoice()},
        first=component(language="tyo", features=("smid",), limits=Limits(size="big")),
        second=component(targets=("web",)),
        third=component(needs=("third",)),
    )
    assert [where for where, _, _ in told(said)] == [
        "forge.toml: build.profile",
        "forge.toml: build.targets",
        "forge.toml: toolchains.bxo",
        "forge.toml: components.first.language",
        "forge.toml: components.first.features",
        "forge.toml: components.first.limits.size",
        "forge.toml: components.second",
        "forge.toml: components.third.needs",
    ]


CATALOGS: dict[str, tuple[Catalog, Told]] = {
    "recipe of a target": (
        catalog(targets=(target("web", recipes={"toy": "tox"}),)),
        ("target web: recipes.toy", "unknown recipe 'tox'", "did you mean 'toy'?"),
    ),
    "pass of a target": (
        catalog(passes=(adding(),), targets=(target("web", passes=("plish",)),)),
        ("target web: passes", "unknown pass 'plish'", "did you mean 'polish'?"),
    ),
    "pass twice": (
        catalog(passes=(adding(),), targets=(target("web", passes=("polish", "polish")),)),
        ("target web: passes", "'polish' is named twice", "name it once"),
    ),
    "target that is like none": (
        catalog(targets=(target("web", like="wab"),)),
        ("target web: like", "unknown target 'wab'", "did you mean 'web'?"),
    ),
    "feature of a target": (
        catalog(targets=(target("web", features=TargetFeatures(permitted=("smid",))),)),
        ("target web: features.permitted", "unknown feature 'smid'", "did you mean 'simd'?"),
    ),
    "default that is not permitted": (
        catalog(targets=(target("web", features=TargetFeatures(permitted=(), default=("simd",))),)),
        ("target web: features.default", "simd is not permitted", "permit it"),
    ),
    "permitted and never": (
        catalog(targets=(target("web", features=TargetFeatures(permitted=("simd",), never={"simd": "no"})),)),
        ("target web: features.never.simd", "is permitted as well", "drop one"),
    ),
    "note on no feature": (
        catalog(targets=(target("web", features=TargetFeatures(permitted=("simd",), notes={"smid": "so"})),)),
        ("target web: features.notes", "unknown feature 'smid'", "did you mean 'simd'?"),
    ),
    "toolchain needed": (
        catalog(toolchains=(toolchain(needs=("nod",)), toolchain("node"))),
        ("toolchain box: needs", "unknown toolchain 'nod'", "did you mean 'node'?"),
    ),
    "pool of nobody": (
        catalog(toolchains=(toolchain(pool=0),)),
        ("toolchain box: pool", "nothing could ever run", "1 or more, or leave it out"),
    ),
    "recipe that is not closed": (
        catalog(recipe(steps=(step(run=("tool", "{sources.untis}", "{sources.units}")),))),
        ("recipe toy: steps.build.run", "{sources.untis} names nothing", "did you mean 'sources.units'?"),
    ),
}


@pytest.mark.parametrize("name", CATALOGS)
def test_what_the_catalog_says_of_itself(name: str) -> None:
    known, expected = CATALOGS[name]
    assert told(manifest(app=LIB), known) == [expected]


def test_toolchains_that_need_each_other() -> None:
    known = catalog(toolchains=(toolchain(needs=("oven",)), toolchain("oven", needs=("box",))))
    ((_, what, _),) = told(manifest(app=LIB), known)
    assert what in {"box needs oven needs box", "oven needs box needs oven"}


def test_a_recipe_that_nobody_uses_may_be_as_wrong_as_it_likes() -> None:
    check(manifest(app=LIB), catalog(recipe(), recipe("broken", steps=())))


def test_no_component_is_no_mistake_here() -> None:
    check(manifest(), KNOWN)
