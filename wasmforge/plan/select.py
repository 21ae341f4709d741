"""Which components are to be built for which targets: what the command line asked of what the manifest has."""

from collections.abc import Collection

from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.model.affected import Shard, Since
from wasmforge.model.base import Noun
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Manifest, Placed
from wasmforge.model.recipe import Step
from wasmforge.model.vocabulary import PROFILES
from wasmforge.plan.scope import base_scope
from wasmforge.plan.settled import Settled, passes_of, settle, targets_of
from wasmforge.plan.steps import toolchain_of
from wasmforge.plan.words import BadWordError, Scope, expand


class Request(Noun, frozen=True, kw_only=True):
    """What the command line asked for; empty tuples and None mean the manifest's own choice.

    `components` are names or labels (`matmul`, `matmul@web`). `since` and `shard` narrow what these come to.
    """

    components: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    profile: str | None = None
    since: Since | None = None
    shard: Shard | None = None


class Wanted(Noun, frozen=True, kw_only=True):
    """One component to be built for one target."""

    placed: Placed
    settled: Settled


def select(manifest: Manifest, catalog: Catalog, request: Request) -> tuple[Wanted, ...]:
    """The pairs asked for and those that they need, each after what it needs. Raises ForgeError for unknown words."""
    _known(manifest, catalog, request)
    profile = request.profile or manifest.build.profile
    chosen: dict[tuple[str, str], None] = {}
    refused: list[Problem] = []
    for asked in request.components or tuple(manifest.components):
        name, _, target = asked.partition("@")
        possible = targets_of(manifest.components[name], manifest, catalog)
        wanted = tuple(t for t in possible if target in ("", t) and (not request.targets or t in request.targets))
        if not wanted and request.components:
            refused.append(_not_for(name, (target,) if target else request.targets, possible))
        for target in wanted:
            _add(chosen, manifest, name, target)
    if refused:
        raise ForgeError(*refused)
    if not chosen:
        what = (
            f"no component is built for {', '.join(request.targets)}" if request.targets else "there are no components"
        )
        hint = "name the target in a component's `targets`" if manifest.components else "add a [components.NAME] table"
        raise ForgeError(Problem(where="forge.toml", what=what, hint=hint))
    return tuple(
        Wanted(placed=manifest.components[n], settled=settle(manifest.components[n], t, profile, catalog))
        for n, t in chosen
    )


def only(wanted: tuple[Wanted, ...], pairs: Collection[tuple[str, str]]) -> tuple[Wanted, ...]:
    """Of what was selected, these (component, target) and what they need, in the same order."""
    kept: set[tuple[str, str]] = set()
    for one in reversed(wanted):
        pair = (one.settled.name, one.settled.target)
        if pair in pairs or pair in kept:
            kept |= {pair, *((need, pair[1]) for need in one.placed.component.needs)}
    return tuple(one for one in wanted if (one.settled.name, one.settled.target) in kept)


def _add(chosen: dict[tuple[str, str], None], manifest: Manifest, name: str, target: str) -> None:
    """Add a pair behind the pairs it needs; `check` has refused circles."""
    if (name, target) in chosen:
        return
    for need in manifest.components[name].component.needs:
        _add(chosen, manifest, need, target)
    chosen.setdefault((name, target))


def _not_for(name: str, asked: tuple[str, ...], possible: tuple[str, ...]) -> Problem:
    return Problem(
        where=f"components.{name}",
        what=f"is not built for {', '.join(asked) or 'any target'}",
        hint=f"it is built for: {', '.join(possible)}" if possible else "name some in its `targets`",
    )


def _known(manifest: Manifest, catalog: Catalog, request: Request) -> None:
    """Refuse words of the command line that name nothing."""
    labels = [c.partition("@") for c in request.components]
    asked = (
        ("component", tuple(name for name, _, _ in labels), tuple(manifest.components)),
        ("target", (*request.targets, *(target for _, at, target in labels if at)), tuple(catalog.targets)),
        ("profile", (request.profile,) if request.profile is not None else (), PROFILES),
    )
    problems = [
        Problem(what=f"unknown {word} {name!r}", hint=did_you_mean(name, known))
        for word, names, known in asked
        for name in names
        if name not in known
    ]
    if problems:
        raise ForgeError(*problems)


def toolchains_of(wanted: tuple[Wanted, ...], catalog: Catalog) -> tuple[str, ...]:
    """The toolchains that the recipes and passes of these use."""
    names: dict[str, None] = {}
    for one in wanted:
        for recipe in (catalog.recipes[one.settled.recipe], *passes_of(one.settled.target, catalog)):
            scope = base_scope(recipe, one.settled)
            steps = [s for s in recipe.steps if _may_run(s, scope)]
            names.update(dict.fromkeys(toolchain_of(s, recipe, scope) for s in steps))
    return tuple(names)


def _may_run(step: Step, scope: Scope) -> bool:
    """False when lookups and options alone say that there is nothing to do `each` for."""
    try:
        return step.each is None or bool(expand(step.each, scope))
    except BadWordError:
        return True  # it is a matter of files
