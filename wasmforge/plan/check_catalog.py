"""Checks what the files of the catalog say of each other: names that name something, nothing that never ends."""

import re
from collections.abc import Iterator

from wasmforge.errors import Problem, did_you_mean
from wasmforge.model.catalog import Catalog
from wasmforge.model.target import Target, TargetFeatures
from wasmforge.model.vocabulary import FEATURES, with_implied
from wasmforge.plan.check_runtime import check_runtime
from wasmforge.plan.circles import circle


def check_catalog(catalog: Catalog) -> Iterator[Problem]:
    """Every mistake of targets and toolchains; recipes have `lint`."""
    for target in catalog.targets.values():
        yield from _target(target, catalog)
    for runtime in catalog.runtimes.values():
        yield from check_runtime(runtime, catalog)
    for toolchain in catalog.toolchains.values():
        where = f"toolchain {toolchain.name}"
        for need in toolchain.needs:
            if need not in catalog.toolchains:
                yield _unknown(f"{where}: needs", "toolchain", need, list(catalog.toolchains))
        for pattern in toolchain.hints:
            try:
                re.compile(pattern)
            except re.error as e:
                yield Problem(where=f"{where}: hints", what=f"{pattern!r} is no regular expression: {e}")
        if toolchain.pool is not None and toolchain.pool < 1:
            yield Problem(where=f"{where}: pool", what="nothing could ever run", hint="1 or more, or leave it out")
    if found := circle({n: t.needs for n, t in catalog.toolchains.items()}):
        said = " needs ".join((*found, found[0]))
        yield Problem(where=f"toolchain {found[0]}: needs", what=said, hint="break the circle")


def _target(target: Target, catalog: Catalog) -> Iterator[Problem]:
    where = f"target {target.name}"
    if target.like is not None and target.like not in catalog.targets:
        yield _unknown(f"{where}: like", "target", target.like, list(catalog.targets))
    yield from _features(where, target.features)
    for language, recipe in target.recipes.items():
        if recipe not in catalog.recipes:
            yield _unknown(f"{where}: recipes.{language}", "recipe", recipe, list(catalog.recipes))
    if target.loader is not None and target.loader not in catalog.passes:
        yield _unknown(f"{where}: loader", "pass", target.loader, list(catalog.passes))
    for name in target.runtimes:
        if name not in catalog.runtimes:
            yield _unknown(f"{where}: runtimes", "runtime", name, list(catalog.runtimes))
    for name in dict.fromkeys(target.passes):
        if target.passes.count(name) > 1:
            yield Problem(where=f"{where}: passes", what=f"{name!r} is named twice", hint="name it once")
        if name not in catalog.passes:
            yield _unknown(f"{where}: passes", "pass", name, list(catalog.passes))


def _features(where: str, features: TargetFeatures) -> Iterator[Problem]:
    """Words that are no feature, and features that are forbidden and permitted, or on and forbidden."""
    tables = {"permitted": features.permitted, "default": features.default, "never": tuple(features.never)}
    tables["notes"] = tuple(features.notes)
    for key, names in tables.items():
        for name in names:
            if name not in FEATURES:
                yield _unknown(f"{where}: features.{key}", "feature", name, list(FEATURES))
    permitted = with_implied(features.permitted)
    for name in features.never:
        if name in permitted:
            yield Problem(where=f"{where}: features.never.{name}", what="is permitted as well", hint="drop one")
    for name in features.default:
        if name in FEATURES and name not in permitted:
            yield Problem(where=f"{where}: features.default", what=f"{name} is not permitted", hint="permit it")


def _unknown(where: str, word: str, name: str, known: list[str]) -> Problem:
    return Problem(where=where, what=f"unknown {word} {name!r}", hint=did_you_mean(name, known))
