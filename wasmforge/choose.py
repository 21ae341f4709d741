"""What the command line comes to: components by name, those that a change touches, one job's share of the work."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wasmforge.execute.times import read_times
from wasmforge.ground import JUDGE, Ground
from wasmforge.model.affected import Job, Since
from wasmforge.model.events import Affected
from wasmforge.plan import Request, Wanted, only, select, toolchains_of

if TYPE_CHECKING:
    from wasmforge.load.old import Unlike
    from wasmforge.load.touched import Pair


def choose(ground: Ground, request: Request) -> tuple[Wanted, ...]:
    """What is to be worked on, each after what it needs; empty when a change touches nothing of what was asked for."""
    wanted = select(ground.manifest, ground.catalog, request)
    if request.since is not None:
        wanted = only(wanted, _affected(ground, wanted, request.since))
    if request.shard is not None:
        wanted = only(wanted, _shares(ground, wanted, request.shard.of)[request.shard.job])
    return wanted


def matrix(ground: Ground, request: Request, of: int | None) -> tuple[Job, ...]:
    """The work as entries of a CI's matrix: one for each component and target, or with `of` one for each share of it.

    A share that has nothing to do is left out.
    """
    wanted = choose(ground, request)
    seconds = _seconds(ground, wanted)
    if of is None:
        return tuple(_job(ground, wanted, (pair,), seconds) for pair in map(_pair, wanted))
    shares = enumerate(_shares(ground, wanted, of))
    return tuple(_job(ground, wanted, share, seconds, job=job, of=of) for job, share in shares if share)


def touched_now(
    ground: Ground, wanted: tuple[Wanted, ...], paths: Iterable[str], differs: "Unlike | None" = None
) -> "dict[Pair, tuple[str, ...]]":
    """What a change of these files touches, links among them followed, and why."""
    from wasmforge.load.links import with_links
    from wasmforge.load.old import Unlike
    from wasmforge.load.touched import touched

    linked = with_links(ground.root, (w.placed.folder for w in wanted), paths)
    return touched(ground.root, wanted, ground.catalog, linked, differs or Unlike(), (JUDGE,))


def _affected(ground: Ground, wanted: tuple[Wanted, ...], since: Since) -> "dict[Pair, tuple[str, ...]]":
    """What the change touches, and says so."""
    from wasmforge.load.git import changed
    from wasmforge.load.old import unlike_now
    from wasmforge.load.touched import by_component

    diff = changed(ground.root, since)
    found = touched_now(ground, wanted, diff.paths, unlike_now(ground.project, diff.olds))
    names = by_component(found)
    ground.tell(
        Affected(since=since.base, commit=diff.base, head=since.head or "", files=len(diff.paths), components=names)
    )
    return found


def _shares(ground: Ground, wanted: tuple[Wanted, ...], of: int) -> "tuple[tuple[Pair, ...], ...]":
    from wasmforge.plan.shards import shards

    return shards(wanted, _seconds(ground, wanted), of)


def _seconds(ground: Ground, wanted: tuple[Wanted, ...]) -> "dict[Pair, float]":
    """What is recorded of these."""
    known = read_times(ground.project.state)
    labels = {_pair(w): f"{w.settled.name}@{w.settled.target}/{w.settled.profile}" for w in wanted}
    return {pair: known[label] for pair, label in labels.items() if label in known}


def _pair(one: Wanted) -> "Pair":
    return one.settled.name, one.settled.target


def _job(
    ground: Ground,
    wanted: tuple[Wanted, ...],
    pairs: "tuple[Pair, ...]",
    seconds: "dict[Pair, float]",
    *,
    job: int | None = None,
    of: int | None = None,
) -> Job:
    mine = only(wanted, pairs)
    known = [seconds[p] for p in pairs if p in seconds]
    one = pairs[0] if job is None else ("", "")
    return Job(
        component=one[0],
        target=one[1],
        labels=" ".join("@".join(p) for p in pairs),
        toolchains=tuple(sorted({*toolchains_of(mine, ground.catalog), JUDGE})),
        job=job,
        job_total=of,
        seconds=round(sum(known), 3) if known else None,
    )
