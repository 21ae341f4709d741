"""Fragments: a recipe has their keys as well, before its own; nothing is replaced."""

import pytest

from tests.support.factories.plan import recipe
from wasmforge.config.fragments import with_fragments
from wasmforge.errors import Problem
from wasmforge.model.recipe import FeatureWords, Option, Recipe, RecipeFragment

STACK = Option(kind="text", help="bytes of stack")
FRAGMENTS = {
    "base": RecipeFragment(
        format=1,
        name="base",
        languages={"toy": {"linker": "ld"}},
        options={"stack": STACK},
        features={"simd": FeatureWords(on=("-msimd",))},
        profiles={"dev": {"link": "-g"}},
        lists={"memory": ("-z", "{options.stack}")},
        env={"A": "1"},
        environments={"shared": {"B": "2"}},
    ),
    "more": RecipeFragment(format=1, name="more", options={"heap": STACK}, profiles={"dev": {"compile": "-O0"}}),
}


def joined(made: Recipe) -> tuple[Recipe, list[Problem]]:
    problems: list[Problem] = []
    return with_fragments(made, FRAGMENTS, "recipes/toy.toml", problems), problems


def test_a_recipe_without_fragments_stays_as_it_is() -> None:
    made = recipe()
    assert joined(made) == (made, [])


def test_keys_of_fragments_come_first_in_their_order_then_the_recipes_own() -> None:
    own = Option(kind="list")
    whole, problems = joined(
        recipe(fragments=("base", "more"), options={"own": own}, profiles={"dev": {"x": "y"}, "size": {"x": "z"}})
    )
    assert not problems
    assert list(whole.options) == ["stack", "heap", "own"]
    assert whole.profiles == {"dev": {"link": "-g", "compile": "-O0", "x": "y"}, "size": {"x": "z"}}
    assert whole.languages["toy"] == {"linker": "ld"}
    assert (whole.env, whole.environments) == ({"A": "1"}, {"shared": {"B": "2"}})
    assert (whole.lists, whole.features) == (FRAGMENTS["base"].lists, FRAGMENTS["base"].features)
    assert whole.fragments == ("base", "more")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"options": {"stack": STACK}}, "options.stack"),
        ({"languages": {"toy": {"linker": "ld"}}}, "languages.toy.linker"),
        ({"profiles": {"dev": {"link": ""}}}, "profiles.dev.link"),
        ({"features": {"simd": FeatureWords()}}, "features.simd"),
        ({"lists": {"memory": ()}}, "lists.memory"),
        ({"env": {"A": "2"}}, "env.A"),
        ({"environments": {"shared": {"C": "3"}}}, "environments.shared"),
    ],
)
def test_a_key_in_two_of_them_is_a_mistake(changes: dict[str, object], where: str) -> None:
    _, problems = joined(recipe("toy", fragments=("base",), **changes))
    what = "is in fragment 'base' and in this file"
    assert problems == [Problem(where=f"recipes/toy.toml: {where}", what=what, hint="keep one of the two")]


def test_a_key_in_two_fragments_is_a_mistake() -> None:
    other = RecipeFragment(format=1, name="other", options={"stack": STACK})
    problems: list[Problem] = []
    with_fragments(recipe(fragments=("base", "other")), {**FRAGMENTS, "other": other}, "t.toml", problems)
    assert [p.what for p in problems] == ["is in fragment 'base' and in fragment 'other'"]


def test_an_unknown_fragment() -> None:
    _, problems = joined(recipe(fragments=("bsae",)))
    hint = "did you mean 'base'?"
    assert problems == [Problem(where="recipes/toy.toml: fragments", what="unknown fragment 'bsae'", hint=hint)]
