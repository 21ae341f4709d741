"""The one loop: starts what is ready, takes what is done, stops when it must. Knows no compilers."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from pathlib import Path

import msgspec

from wasmforge.errors import Exit, ForgeError
from wasmforge.execute.history import History
from wasmforge.execute.known import Known
from wasmforge.execute.perform import ActionFailedError, Executor, command_line
from wasmforge.execute.places import cannot_write
from wasmforge.execute.share import share_of, with_share
from wasmforge.execute.store import Blob, Entry, Store
from wasmforge.execute.turns import Turns
from wasmforge.execute.workdir import ActionError
from wasmforge.model.artifact import Failure
from wasmforge.model.base import Noun
from wasmforge.model.events import ActionFailed, ActionFinished, ActionStarted, Event, Timing
from wasmforge.model.plan import Action, Plan
from wasmforge.model.toolchain import Kit
from wasmforge.plan.keys import input_paths, key_of
from wasmforge.plan.urgency import edited, urgency
from wasmforge.process import Cancel


class Ran(msgspec.Struct, kw_only=True):
    """What came of a plan's actions: outputs by label, where the store noted them, failures, what was left undone."""

    entries: dict[str, Entry] = {}
    failures: list[Failure] = []
    undone: set[str] = set()
    notes: list[str] = []
    ran: int = 0
    cached: int = 0


class Result(Noun, frozen=True, kw_only=True):
    """One action's end: what it gave and where the store has noted that, or why it gave nothing."""

    entry: Entry | None = None
    failure: Failure | None = None
    cached: bool = False
    notes: tuple[str, ...] = ()


class _Worker:
    """Does one action in a thread: from the store when it is known, else by running it."""

    def __init__(
        self,
        kits: Mapping[str, Kit],
        store: Store,
        executor: Executor,
        history: History,
        turns: Turns,
        tell: Callable[[Event], None],
    ) -> None:
        self._kits = kits
        self._store = store
        self._executor = executor
        self._history = history
        self._tell = tell
        self._turns = turns

    def __call__(self, action: Action, givens: Mapping[str, Blob], share: int) -> Result:
        """Of equal actions asked for at once, one is done; the others wait and find what it gave in the store."""
        known = Known(action, self._kits[action.toolchain].identity, givens, self._store)
        key = key_of(known.facts(input_paths(action)))
        try:
            with self._turns.here(key):
                if result := self._find(action, known):
                    return result
                with self._turns.everywhere(key):
                    return self._find(action, known) or self._do(action, givens, known, share)
        except (ActionError, ForgeError) as e:
            return self._failed(action, e)
        except OSError as e:  # the disk is full, or something else that is not the tool's fault
            return self._failed(action, cannot_write(Path(e.filename or action.label), e))

    def _find(self, action: Action, known: Known) -> Result | None:
        started = time.monotonic()
        if not (found := known.find()):
            return None
        key, entry, facts = found
        self._history.note(action.label, facts)
        self._tell(Timing(what=action.label, seconds=time.monotonic() - started))
        self._tell(_finished(action, entry, entry.seconds, cached=True))
        return Result(entry=entry, cached=True, notes=known.note_paths(key))

    def _do(self, action: Action, givens: Mapping[str, Blob], known: Known, share: int) -> Result:
        started = time.monotonic()
        self._tell(ActionStarted(label=action.label, command=command_line(action)))
        entry, used = self._executor(action, with_share(self._kits[action.toolchain], share), givens)
        key, facts = known.keep(entry, used)
        self._history.note(action.label, facts)
        seconds = time.monotonic() - started
        self._tell(_finished(action, entry, seconds, cached=False))
        return Result(entry=entry, notes=known.note_paths(key))

    def _failed(self, action: Action, error: ActionError | ForgeError) -> Result:
        reason = "; ".join(str(p) for p in error.problems) if isinstance(error, ForgeError) else str(error)
        failure = Failure(
            label=action.label,
            reason=reason,
            output=error.output if isinstance(error, ActionFailedError) else "",
            command=command_line(action),
            exit_code=error.exit_code if isinstance(error, ForgeError) else Exit.FAILED,
            status=error.status if isinstance(error, ActionFailedError) else None,
            hint=_hint(error),
        )
        if not (isinstance(error, ActionFailedError) and error.interrupted):
            self._tell(ActionFailed(failure=failure))
        return Result(failure=failure)


def _finished(action: Action, entry: Entry, seconds: float, *, cached: bool) -> ActionFinished:
    return ActionFinished(label=action.label, cached=cached, seconds=seconds, output=entry.printed, size=entry.size)


def _hint(error: ActionError | ForgeError) -> str:
    if isinstance(error, ForgeError):
        return "; ".join(p.hint for p in error.problems if p.hint)
    return error.hint if isinstance(error, ActionFailedError) else ""


def run(
    plan: Plan,
    kits: Mapping[str, Kit],
    store: Store,
    executor: Executor,
    history: History,
    turns: Turns,
    *,
    workers: int,
    keep_going: bool,
    cancel: Cancel,
    tell: Callable[[Event], None],
) -> Ran:
    """Do every action of the plan, each when what it needs is there. Raises KeyboardInterrupt after Ctrl-C."""
    ran = Ran()
    graph = TopologicalSorter({label: {g.action for g in a.givens} for label, a in plan.actions.items()})
    graph.prepare()
    worker = _Worker(kits, store, executor, history, turns, tell)
    waiting: list[str] = []
    running: dict[Future[Result], str] = {}
    urgent = urgency(plan, history.seconds())
    first = edited(plan, history.seen())
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="action") as threads:
        try:
            while graph.is_active():
                if ready := graph.get_ready():
                    waiting = sorted((*waiting, *ready), key=lambda label: (label not in first, -urgent[label], label))
                dropping = bool(ran.failures) and not keep_going
                chosen = _startable(waiting, running, plan, kits, workers, dropping=dropping)
                share = share_of(workers, len(running) + len(chosen))
                for label in chosen:
                    waiting.remove(label)
                    action = plan.actions[label]
                    if dropping or any(g.action in ran.undone for g in action.givens):
                        ran.undone.add(label)
                        graph.done(label)
                    else:
                        running[threads.submit(worker, action, _givens(action, ran), share)] = label
                if running:
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        label = running.pop(future)
                        _take(ran, label, future.result())
                        graph.done(label)
        except BaseException:
            cancel.set()
            for future in running:
                future.cancel()
            raise
    if ran.ran:
        history.keep_seconds({label: entry.seconds for label, entry in ran.entries.items()})
        history.keep_seen({s.path: s.digest for a in plan.actions.values() for s in a.sources.values()})
    return ran


def _startable(
    waiting: list[str],
    running: Mapping[Future[Result], str],
    plan: Plan,
    kits: Mapping[str, Kit],
    workers: int,
    *,
    dropping: bool,
) -> list[str]:
    """Those of the waiting that a worker and their toolchain's pool are free for; all when the work is dropped."""
    if dropping:
        return list(waiting)
    busy: dict[str, int] = {}
    for label in running.values():
        busy[plan.actions[label].toolchain] = busy.get(plan.actions[label].toolchain, 0) + 1
    chosen: list[str] = []
    for label in waiting:
        if len(running) + len(chosen) >= workers:
            break
        toolchain = plan.actions[label].toolchain
        pool = kits[toolchain].pool
        if pool is None or busy.get(toolchain, 0) < pool:
            busy[toolchain] = busy.get(toolchain, 0) + 1
            chosen.append(label)
    return chosen


def _givens(action: Action, ran: Ran) -> dict[str, Blob]:
    return {g.path: ran.entries[g.action].outputs[g.output] for g in action.givens}


def _take(ran: Ran, label: str, result: Result) -> None:
    if result.entry is None:
        ran.undone.add(label)
        if result.failure:
            ran.failures.append(result.failure)
        return
    ran.entries[label] = result.entry
    ran.notes.extend(result.notes)
    ran.cached += result.cached
    ran.ran += not result.cached
