"""Which delivered program `wasmforge run` starts, and with what words; starts nothing itself."""

from collections.abc import Mapping, Sequence

from wasmforge.errors import ForgeError, did_you_mean, usage
from wasmforge.ground import Ground, Settings, Tell
from wasmforge.model.runtime import Absent
from wasmforge.plan import Request, select
from wasmforge.smoke.start import starting, starts
from wasmforge.standing import standing
from wasmforge.trials import Pair, hands_with

FIRST = ("wasi", "node")
"""Targets whose programs are started rather than those of others: made for terminals."""


def words_for(
    settings: Settings,
    component: str,
    target: str | None,
    runtime: str | None,
    args: Sequence[str],
    env: Mapping[str, str],
    folders: Sequence[tuple[str, str]],
    tell: Tell,
) -> tuple[str, ...]:
    """The words that start a component in the first runtime of its target that is here.

    Raises ForgeError for what is not built, is no program, or has no such runtime.
    """
    ground = Ground(settings, tell)
    delivery, artifact = _chosen(ground, component, target, runtime)
    known = ground.catalog.runtimes
    able = [r for r in delivery.runtimes if r in known and starts(known[r])]
    if runtime is not None and runtime not in able:
        hint = did_you_mean(runtime, able) if able else "`wasmforge smoke` runs its tests in the others"
        raise usage(f"{delivery.label} is not started in {runtime!r}", where="--runtime", hint=hint)
    hands = hands_with(ground, able)
    here = [r for r in able if runtime in {None, r} and not hands.absent(known[r])] or able[:1]
    if not here:
        raise usage(
            f"no runtime of target {delivery.target!r} starts programs", hint="`wasmforge smoke` runs its tests"
        )
    absent = hands.absent(known[here[0]])
    if isinstance(absent, Absent):
        raise usage(absent.why, where=f"runtime {here[0]}", hint=absent.fix)
    paths = {f.role: str(ground.root / delivery.folder / f.name) for f in artifact.files}
    return starting(known[here[0]], hands, paths, (component.partition("@")[0], *args), env, folders)


def _chosen(ground: Ground, component: str, target: str | None, runtime: str | None) -> Pair:
    """The delivery to start; of several one whose target has the runtime that is asked for."""
    request = Request(components=(component,), targets=(target,) if target else ())
    pairs, missing = standing(ground, select(ground.manifest, ground.catalog, request))
    if not pairs:
        raise ForgeError(*missing)
    programs = [p for p in pairs if "_start" in p[1].exports]
    if not programs:
        raise usage(
            f"{component} is a library: it has nothing to start",
            hint="`wasmforge smoke` calls its exports, `wasmforge serve` shows them in a browser",
        )
    programs = [p for p in programs if runtime in p[0].runtimes] or programs
    return min(programs, key=lambda p: FIRST.index(p[0].target) if p[0].target in FIRST else len(FIRST))
