"""Checks that toolchains are new enough for the features that components ask for, before anything is built."""

import re
from collections.abc import Iterator, Mapping

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.catalog import Catalog
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.recipes.arity import targets_using
from wasmforge.plan.recipes.scope import base_scope
from wasmforge.plan.recipes.template import expand_one
from wasmforge.plan.resolve import ResolvedComponent, as_variant
from wasmforge.plan.select import BuildUnit


def check_feature_versions(
    units: tuple[BuildUnit, ...], catalog: Catalog, toolchains: Mapping[str, ResolvedToolchain]
) -> None:
    """Raise ForgeError for every component whose recipe needs a newer toolchain for one of its features.

    A toolchain that is not here, or does not tell its version, is not compared.
    """
    problems: dict[Problem, None] = {}
    for unit in units:
        builds = [as_variant(unit.resolved, v) for v in unit.resolved.variants] or [unit.resolved]
        problems.update(dict.fromkeys(p for build in builds for p in feature_problems(build, catalog, toolchains)))
    if problems:
        raise ForgeError(*problems)


def feature_problems(
    resolved: ResolvedComponent, catalog: Catalog, toolchains: Mapping[str, ResolvedToolchain]
) -> Iterator[Problem]:
    """The features of one build that its toolchain is too old for."""
    recipe = catalog.recipes[resolved.recipe]
    toolchain = toolchains.get(expand_one(recipe.toolchain, base_scope(recipe, resolved)))
    program, found = next(iter(toolchain.versions.items())) if toolchain and toolchain.versions else ("", "")
    for name, words in recipe.features.items():
        if name not in resolved.asked or words.at_least is None or not toolchain or not found:
            continue
        if _numbers(found) >= _numbers(words.at_least):
            continue
        what = f"{name} needs {program} {words.at_least} or later, and {program} is {found}, from {toolchain.origin}"
        others = [
            other.name
            for other in catalog.recipes.values()
            if name in other.features
            and other.features[name].at_least is None
            and resolved.language in other.languages
            and resolved.target in targets_using(other, catalog)
        ]
        hint = f"recipes that have it as they are here: {', '.join(others)}; " if others else ""
        hint += f"or a newer {program}, or its container: wasmforge toolchain build {toolchain.toolchain}"
        yield Problem(where=f"components.{resolved.name}.features", what=what, hint=hint)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
