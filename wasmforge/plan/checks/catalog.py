"""Checks the catalog: names refer to entries, features are known and consistent, toolchains need no cycle."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from wasmforge.errors import Problem, unknown
from wasmforge.model.catalog import Catalog
from wasmforge.model.catalog_kinds import KINDS
from wasmforge.model.recipe import Recipe, RecipeFragment
from wasmforge.model.target import Target, TargetFeatures
from wasmforge.model.toolchain import Toolchain
from wasmforge.model.vocabulary import FEATURES, PROFILES, with_implied
from wasmforge.plan.checks.runtime import check_runtime
from wasmforge.plan.cycles import find_cycle


def check_catalog(catalog: Catalog) -> Iterator[Problem]:
    """Every mistake in the catalog but those in recipes."""
    for kind in KINDS:
        for entry in catalog.entries(kind).values():
            yield from CHECKS[kind.name](entry, catalog)
    if cycle := find_cycle({n: t.needs for n, t in catalog.toolchains.items()}):
        message = " needs ".join((*cycle, cycle[0]))
        yield Problem(where=f"toolchain {cycle[0]}: needs", what=message, hint="break the cycle")


def _linted(_entry: Recipe | RecipeFragment, _catalog: Catalog) -> Iterator[Problem]:
    """None here: `lint` proves the recipes that are used."""
    return iter(())


def _check_toolchain(toolchain: Toolchain, catalog: Catalog) -> Iterator[Problem]:
    where = f"toolchain {toolchain.name}"
    for need in toolchain.needs:
        if need not in catalog.toolchains:
            yield unknown("toolchain", need, catalog.toolchains, where=f"{where}: needs")
    for key, patterns in (("hints", toolchain.hints), ("missing-files", toolchain.missing_files)):
        for pattern in patterns:
            try:
                groups = re.compile(pattern).groupindex
            except re.error as e:
                yield Problem(where=f"{where}: {key}", what=f"{pattern!r} is not a regular expression: {e}")
                continue
            if key == "missing-files" and "file" not in groups:
                hint = "(?P<file>…) is where the file's name stands"
                yield Problem(where=f"{where}: {key}", what=f"{pattern!r} has no group `file`", hint=hint)
    if toolchain.pool is not None and toolchain.pool < 1:
        yield Problem(where=f"{where}: pool", what="nothing could ever run", hint="1 or more, or leave it out")


def _target_name(target: Target) -> Iterator[Problem]:
    """Profiles and targets have folders beside each other in dist."""
    if target.name in PROFILES:
        what, hint = f"{target.name!r} is the name of a profile", "choose another: each has a folder in dist"
        yield Problem(where=f"target {target.name}: name", what=what, hint=hint)


def _check_target(target: Target, catalog: Catalog) -> Iterator[Problem]:
    where = f"target {target.name}"
    yield from _target_name(target)
    if target.like is not None and target.like not in catalog.targets:
        yield unknown("target", target.like, catalog.targets, where=f"{where}: like")
    yield from _features(where, target.features)
    for language, recipe in target.recipes.items():
        if recipe not in catalog.recipes:
            yield unknown("recipe", recipe, catalog.recipes, where=f"{where}: recipes.{language}")
    if target.loader is not None and target.loader not in catalog.passes:
        yield unknown("pass", target.loader, catalog.passes, where=f"{where}: loader")
    for name in target.runtimes:
        if name not in catalog.runtimes:
            yield unknown("runtime", name, catalog.runtimes, where=f"{where}: runtimes")
    for name in dict.fromkeys(target.passes):
        if target.passes.count(name) > 1:
            yield Problem(where=f"{where}: passes", what=f"{name!r} is named twice", hint="name it once")
        if name not in catalog.passes:
            yield unknown("pass", name, catalog.passes, where=f"{where}: passes")


def _features(where: str, features: TargetFeatures) -> Iterator[Problem]:
    """Unknown features, and features that are both permitted and forbidden, or enabled and forbidden."""
    tables = {"permitted": features.permitted, "default": features.default, "never": tuple(features.never)}
    tables["notes"] = tuple(features.notes)
    for key, names in tables.items():
        for name in names:
            if name not in FEATURES:
                yield unknown("feature", name, FEATURES, where=f"{where}: features.{key}")
    permitted = with_implied(features.permitted)
    for name in features.never:
        if name in permitted:
            yield Problem(where=f"{where}: features.never.{name}", what="is permitted as well", hint="drop one")
    for name in features.default:
        if name in FEATURES and name not in permitted:
            yield Problem(where=f"{where}: features.default", what=f"{name} is not permitted", hint="permit it")


CHECKS: dict[str, Callable[[Any, Catalog], Iterator[Problem]]] = {
    "recipe": _linted,
    "pass": _linted,
    "fragment": _linted,
    "toolchain": _check_toolchain,
    "target": _check_target,
    "runtime": check_runtime,
}
"""What checks an entry, for each kind of the catalog."""
