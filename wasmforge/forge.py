"""The story: joins the stages, owns no logic."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from wasmforge import execute, load, smoke
from wasmforge.choose import choose, matrix
from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.execute.blame import Blame
from wasmforge.execute.history import History
from wasmforge.execute.holding import holding
from wasmforge.execute.inspect import artifact_of
from wasmforge.execute.launch import launch, sweep_engine
from wasmforge.execute.lock import locked
from wasmforge.execute.perform import Executor
from wasmforge.execute.prove import prove
from wasmforge.execute.record import write_record
from wasmforge.execute.rooms import Rooms, sweep_rooms
from wasmforge.execute.times import note_times
from wasmforge.execute.turns import Turns, sweep_turns
from wasmforge.execute.workdir import sweep
from wasmforge.ground import ARCHITECTURE, JUDGE, Ground, Settings, Tell
from wasmforge.model.artifact import Failure, Report
from wasmforge.model.events import ActionFailed, BuildStarted, Delivered, Finished, Tested, Waiting
from wasmforge.model.plan import Delivery, Plan
from wasmforge.model.record import records
from wasmforge.model.toolchain import Kit
from wasmforge.plan import Request, select, toolchains_of
from wasmforge.settle import Settler
from wasmforge.trials import Pair, hands_for, narrowed, trials_of

if TYPE_CHECKING:
    from wasmforge.model.affected import Job
    from wasmforge.model.explain import Comparison, Explanation
    from wasmforge.model.graph import Graph


def build(settings: Settings, request: Request, tell: Tell, settler: Settler | None = None) -> Report:
    """Build, prove and run what is asked for. Raises ForgeError when it cannot even be begun.

    `settler` is asked to write down what the build rested on, so that the next one need not look at it so closely.
    """
    started = time.monotonic()
    ground = Ground(settings, tell)
    ground.places.ready()
    wanted = choose(ground, request)
    if not wanted:
        tell(Finished(report=Report()))
        return Report()
    with (
        locked(ground.project.state, lambda: tell(Waiting(what="another build of this project"))),
        holding(ground.places.cache, lambda: tell(Waiting(what="who takes things out of the store"))),
    ):
        for folder in _written_to(ground):
            sweep(folder)
        sweep_turns(ground.places.turns)
        sweep_rooms(ground.places.rooms)
        execute.tidy(ground.root / ground.manifest.build.dist)
        wanted, missing = ground.able(wanted) if settings.skip_missing else (wanted, ())
        plan, kits = ground.plan(wanted)
        sweep_engine(kits.values())
        tell(BuildStarted(actions=len(plan.actions), tools=plan.tools, workers=settings.threads))
        with ground.timed("run actions"):
            ran = _run(ground, plan, kits)
        delivered, failures = _deliver(ground, plan, ran)
        blame = Blame(ground.root, plan, ran.entries, ground.store)
        with ground.timed("prove and test"):
            report = _judge(ground, delivered, blame, contracts=True, trials=settings.smoke)
        failures += _recorded(ground, report, plan)
        note_times(ground.project.state, report.artifacts)
    report = msgspec.structs.replace(
        report,
        failures=(*ran.failures, *failures),
        skipped=tuple(d.label for d in plan.deliveries if not _whole(d, ran)),
        unbegun=tuple(d.label for d in plan.deliveries if not _whole(d, ran) and not _hindered(d, plan, ran)),
        missing=missing,
        ran=ran.ran,
        cached=ran.cached,
        seconds=time.monotonic() - started,
    )
    tell(Finished(report=report))
    if settler and request.since is None and request.shard is None:
        settler(ground, plan, ran, report)
    return report


def _written_to(ground: Ground) -> tuple[Path, ...]:
    """Where killed builds leave what bears their process id."""
    places, state = ground.places, ground.project.state
    return (places.work, places.packages, ground.store.new, state, state / "history", state / "unchanged")


def recheck(
    settings: Settings, request: Request, tell: Tell, *, contracts: bool, trials: bool, runtimes: tuple[str, ...] = ()
) -> Report:
    """Judge what stands in dist without building: its contracts, its smoke tests (in these runtimes alone), or both."""
    from wasmforge.standing import standing

    started = time.monotonic()
    ground = Ground(settings, tell)
    there, missing = standing(ground, choose(ground, request))
    if missing:
        raise ForgeError(*missing)
    there = narrowed(ground, there, runtimes) if runtimes else there
    report = _judge(ground, there, None, contracts=contracts, trials=trials)
    report = msgspec.structs.replace(report, only_tested=not contracts, seconds=time.monotonic() - started)
    tell(Finished(report=report))
    return report


def lock(settings: Settings, tell: Tell) -> tuple[tuple[str, ...], bool]:
    """Write down the toolchains that the whole project needs; returns their names, and whether the file changed."""
    from wasmforge.model.lock import LockFile
    from wasmforge.plan.drift import relocked, resolved

    ground = Ground(settings, tell)
    wanted = select(ground.manifest, ground.catalog, Request())
    kits = ground.tools.kits((*toolchains_of(wanted, ground.catalog), JUDGE))
    ground.couple(wanted, kits)
    old = load.read_lock(ground.root) or LockFile(format=1)
    changed = load.write_lock(ground.root, relocked(old, resolved(kits), ARCHITECTURE))
    return tuple(sorted(kits)), changed


def dry_run(settings: Settings, request: Request, tell: Tell) -> Plan:
    """The plan, and nothing done."""
    ground = Ground(settings, tell)
    return ground.plan(choose(ground, request))[0]


def ci_matrix(settings: Settings, request: Request, of: int | None, tell: Tell) -> "tuple[Job, ...]":
    """The work as entries of a CI's matrix, see `choose.matrix`."""
    return matrix(Ground(settings, tell), request, of)


def graph(settings: Settings, request: Request, tell: Tell, *, actions: bool) -> "Graph":
    """What needs what: components, or actions, for which toolchains are looked for."""
    from wasmforge.plan.graph import by_action, by_component

    ground = Ground(settings, tell)
    wanted = choose(ground, request)
    return by_action(ground.plan(wanted)[0]) if actions else by_component(wanted)


def explain(settings: Settings, request: Request, label: str, tell: Tell) -> "tuple[Explanation, ...]":
    """What a build would do with each action whose label is, or begins with, `label`, and why."""
    from wasmforge.execute.foresee import foresee

    ground = Ground(settings, tell)
    plan, _ = ground.plan(select(ground.manifest, ground.catalog, request))
    said = foresee(plan, plan.tools, ground.store, ground.history)
    chosen = [e for name, e in said.items() if name == label] or [e for n, e in said.items() if n.startswith(label)]
    if not chosen:
        begun = {name.partition(":")[0] for name in said}
        hint = did_you_mean(label, list(said)) if "@" in label else did_you_mean(label, list(begun))
        raise ForgeError(Problem(what=f"no action has the label {label!r}", hint=hint))
    return tuple(chosen)


def compare(settings: Settings, one: str, other: str) -> "tuple[Comparison, ...]":
    """How actions differ whose labels are, or begin with, these, as they were last done. Raises ForgeError."""
    from wasmforge.execute.differ import compare_recorded

    return compare_recorded(History(load.load_project(settings.start).state / "history"), one, other)


def _run(ground: Ground, plan: Plan, kits: dict[str, Kit]) -> execute.Ran:
    rooms = Rooms(ground.places.work, ground.places.rooms, ground.root)
    return execute.run(
        plan,
        kits,
        ground.store,
        Executor(ground.root, rooms, ground.store, ground.cancel, launch),
        ground.history,
        Turns(ground.places.turns, ground.cancel, lambda: ground.tell(Waiting(what="the same action elsewhere"))),
        workers=ground.settings.threads,
        keep_going=ground.settings.keep_going,
        cancel=ground.cancel,
        tell=ground.tell,
    )


def _whole(delivery: Delivery, ran: execute.Ran) -> bool:
    return all(p.action in ran.entries for p in delivery.pieces)


def _hindered(delivery: Delivery, plan: Plan, ran: execute.Ran) -> bool:
    """Whether something that failed is needed for it, however far back."""
    failed = {f.label for f in ran.failures}
    todo, seen = [p.action for p in delivery.pieces], set[str]()
    while todo:
        label = todo.pop()
        if label in failed:
            return True
        if label not in seen:
            seen.add(label)
            todo += [g.action for g in plan.actions[label].givens]
    return False


def _deliver(ground: Ground, plan: Plan, ran: execute.Ran) -> tuple[list[Pair], list[Failure]]:
    """Lay what is whole into dist; also what could not be laid, and why."""
    delivered: list[Pair] = []
    failures: list[Failure] = []
    for delivery in (d for d in plan.deliveries if _whole(d, ran)):
        try:
            with ground.timed(f"deliver {delivery.label}"):
                changed = execute.deliver(ground.root, delivery, ran.entries, ground.store)
        except ForgeError as e:
            failures.append(_unlaid(ground, delivery.label, e))
            continue
        seconds = sum(
            e.seconds
            for label, e in ran.entries.items()
            if label.startswith((f"{delivery.label}:", f"{delivery.label}/"))
        )
        artifact = artifact_of(ground.root, delivery, seconds)
        ground.tell(Delivered(artifact=artifact, changed=changed))
        delivered.append((delivery, artifact))
    return delivered, failures


def _recorded(ground: Ground, report: Report, plan: Plan) -> list[Failure]:
    """Write down what stands in dist; why that could not be done, if it could not."""
    dist = ground.root / ground.manifest.build.dist
    try:
        write_record(dist, records(report, _toolchains(plan)))
    except ForgeError as e:
        return [_unlaid(ground, ground.manifest.build.dist, e)]
    return []


def _unlaid(ground: Ground, label: str, error: ForgeError) -> Failure:
    """What dist does not take is a failure among others: the rest of the build is told all the same."""
    failure = Failure(
        label=label,
        reason="; ".join(str(p) for p in error.problems),
        exit_code=error.exit_code,
        hint="; ".join(p.hint for p in error.problems if p.hint),
    )
    ground.tell(ActionFailed(failure=failure))
    return failure


def _judge(ground: Ground, delivered: list[Pair], blame: Blame | None, *, contracts: bool, trials: bool) -> Report:
    """Prove the contracts on the bytes, then run what holds.

    Behind a build (`blame` is there), a test that passed on the same bytes is not run again.
    """
    report = Report(artifacts=tuple(a for _, a in delivered))
    if contracts:
        judge = execute.Judge(ground.tools.kit(JUDGE), ground.store, ground.cancel)
        report = prove(ground.root, delivered, judge, ground.settings.threads, ground.tell, blame)
        delivered = [(d, a) for (d, _), a in zip(delivered, report.artifacts, strict=True) if a.label in report.proved]
    if trials:
        hands = hands_for(ground, delivered)
        outcomes = smoke.run_new(
            trials_of(ground, delivered, hands),
            ground.store if blame else None,
            hands,
            workers=ground.settings.threads,
            tell=lambda outcome: ground.tell(Tested(outcome=outcome)),
        )
        report = msgspec.structs.replace(report, outcomes=outcomes)
    return report


def _toolchains(plan: Plan) -> dict[str, dict[str, str]]:
    """By delivery, the toolchains that made it."""
    used: dict[str, dict[str, str]] = {}
    deliveries = {d.label for d in plan.deliveries}
    for label, action in plan.actions.items():
        made = label.partition(":")[0]
        owner = made if made in deliveries else made.rpartition("/")[0]  # a variant's own
        used.setdefault(owner, {})[action.toolchain] = plan.tools[action.toolchain]
    return used
