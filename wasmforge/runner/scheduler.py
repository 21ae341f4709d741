"""Runs the actions of a plan: starts ready ones, takes results, stops on failure or interruption."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from pathlib import Path

import msgspec

from wasmforge.errors import Exit, ForgeError
from wasmforge.model.base import Struct
from wasmforge.model.events import ActionFailed, ActionFinished, ActionStarted, Event, Timing
from wasmforge.model.plan import Action, Plan
from wasmforge.model.report import Failure
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.keys import input_paths, key_of
from wasmforge.plan.priority import changed_actions, priorities
from wasmforge.process import CancelToken
from wasmforge.runner.action_cache import ActionCache
from wasmforge.runner.action_lock import ActionLocks
from wasmforge.runner.executor import ActionFailedError, Executor, command_line
from wasmforge.runner.history import History
from wasmforge.runner.workdir import ActionError
from wasmforge.store.cache_dirs import cannot_write
from wasmforge.store.store import ActionResult, Blob, Store

Advise = Callable[[Action, Failure], Failure]


class RunResult(msgspec.Struct, kw_only=True):
    """The outcome of a plan: results by label, the store's files that hold them, failures, and what was not built."""

    entries: dict[str, ActionResult] = {}
    failures: list[Failure] = []
    not_built: set[str] = set()
    notes: list[str] = []
    executed: int = 0
    cached: int = 0


class ActionOutcome(Struct, frozen=True, kw_only=True):
    """The outcome of one action: its result and the store's files that hold it, or the failure."""

    entry: ActionResult | None = None
    failure: Failure | None = None
    cached: bool = False
    notes: tuple[str, ...] = ()


class _ActionRunner:
    """Runs one action in a thread: takes its result from the store, or else executes it."""

    def __init__(
        self,
        toolchains: Mapping[str, ResolvedToolchain],
        store: Store,
        executor: Executor,
        history: History,
        locks: ActionLocks,
        emit: Callable[[Event], None],
        advise: Advise,
    ) -> None:
        self._advise = advise
        self._toolchains = toolchains
        self._store = store
        self._executor = executor
        self._history = history
        self._emit = emit
        self._locks = locks

    def run(self, action: Action, generated_inputs: Mapping[str, Blob], slots: int) -> ActionOutcome:
        """Of equal actions at once, one is executed; the others wait and find its result in the store."""
        resolved = self._toolchains[action.toolchain]
        lineage = (lambda: self._executor.lineage(action, resolved, generated_inputs)) if action.scratch else None
        action_cache = ActionCache(action, resolved.identity, generated_inputs, self._store, lineage)
        key = key_of(action_cache.facts(input_paths(action)))
        try:
            with self._locks.in_process(key):
                if result := self._find(action, action_cache):
                    return result
                with self._locks.across_processes(key):
                    return self._find(action, action_cache) or self._do(action, generated_inputs, action_cache, slots)
        except (ActionError, ForgeError) as e:
            return self._failed(action, e)
        except OSError as e:  # a full disk, or another problem of the machine
            return self._failed(action, cannot_write(Path(e.filename or action.label), e))

    def _find(self, action: Action, action_cache: ActionCache) -> ActionOutcome | None:
        started = time.monotonic()
        if not (match := action_cache.find()):
            return None
        key, entry, facts = match
        self._history.record(action.label, facts)
        self._emit(Timing(what=action.label, seconds=time.monotonic() - started))
        self._emit(_finished(action, entry, entry.seconds, cached=True))
        return ActionOutcome(entry=entry, cached=True, notes=action_cache.value_paths(key))

    def _do(
        self, action: Action, generated_inputs: Mapping[str, Blob], action_cache: ActionCache, slots: int
    ) -> ActionOutcome:
        started = time.monotonic()
        self._emit(ActionStarted(label=action.label, command=command_line(action), note=action.note))
        entry, used = self._executor.execute(
            action, with_job_slots(self._toolchains[action.toolchain], slots), generated_inputs
        )
        key, facts = action_cache.put_result(entry, used)
        self._history.record(action.label, facts)
        seconds = time.monotonic() - started
        self._emit(_finished(action, entry, seconds, cached=False))
        return ActionOutcome(entry=entry, notes=action_cache.value_paths(key))

    def _failed(self, action: Action, error: ActionError | ForgeError) -> ActionOutcome:
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
            failure = self._advise(action, failure)
            self._emit(ActionFailed(failure=failure))
        return ActionOutcome(failure=failure)


def _finished(action: Action, entry: ActionResult, seconds: float, *, cached: bool) -> ActionFinished:
    return ActionFinished(label=action.label, cached=cached, seconds=seconds, output=entry.printed, size=entry.size)


def _hint(error: ActionError | ForgeError) -> str:
    if isinstance(error, ForgeError):
        return "\n".join(dict.fromkeys(p.hint for p in error.problems if p.hint))
    return error.hint if isinstance(error, ActionFailedError) else ""


def run_plan(
    plan: Plan,
    toolchains: Mapping[str, ResolvedToolchain],
    store: Store,
    executor: Executor,
    history: History,
    locks: ActionLocks,
    *,
    workers: int,
    keep_going: bool,
    cancel: CancelToken,
    emit: Callable[[Event], None],
    advise: Advise = lambda _, failure: failure,
) -> RunResult:
    """Run every action when its inputs exist, at most `workers` at once. Raises KeyboardInterrupt after Ctrl-C.

    `advise` may complete the hint of a failure.
    """
    run_result = RunResult()
    graph = TopologicalSorter({label: {g.action for g in a.generated_inputs} for label, a in plan.actions.items()})
    graph.prepare()
    runner = _ActionRunner(toolchains, store, executor, history, locks, emit, advise)
    waiting: list[str] = []
    running: dict[Future[ActionOutcome], str] = {}
    urgent = priorities(plan, history.seconds())
    first = changed_actions(plan, history.source_digests())
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="action") as threads:
        try:
            while graph.is_active():
                if ready := graph.get_ready():
                    waiting = sorted((*waiting, *ready), key=lambda label: (label not in first, -urgent[label], label))
                dropping = bool(run_result.failures) and not keep_going
                chosen = _startable(waiting, running, plan, toolchains, workers, dropping=dropping)
                slots = job_slots(workers, len(running) + len(chosen))
                for label in chosen:
                    waiting.remove(label)
                    action = plan.actions[label]
                    if dropping or any(g.action in run_result.not_built for g in action.generated_inputs):
                        run_result.not_built.add(label)
                        graph.done(label)
                    else:
                        running[threads.submit(runner.run, action, _generated_inputs_of(action, run_result), slots)] = (
                            label
                        )
                if running:
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        label = running.pop(future)
                        _take(run_result, label, future.result())
                        graph.done(label)
        except BaseException:
            cancel.set()
            for future in running:
                future.cancel()
            raise
    if run_result.executed:
        history.write_seconds({label: entry.seconds for label, entry in run_result.entries.items()})
        history.write_source_digests({s.path: s.digest for a in plan.actions.values() for s in a.sources.values()})
    return run_result


def _startable(
    waiting: list[str],
    running: Mapping[Future[ActionOutcome], str],
    plan: Plan,
    toolchains: Mapping[str, ResolvedToolchain],
    workers: int,
    *,
    dropping: bool,
) -> list[str]:
    """The waiting actions for which a worker and their toolchain's pool have room; all if the run is being given up."""
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
        pool = toolchains[toolchain].pool
        if pool is None or busy.get(toolchain, 0) < pool:
            busy[toolchain] = busy.get(toolchain, 0) + 1
            chosen.append(label)
    return chosen


def with_job_slots(toolchain: ResolvedToolchain, slots: int) -> ResolvedToolchain:
    """The toolchain with the variables set that limit how many jobs its tools run at once.

    They change no output byte, so they are not part of any key.
    """
    if not toolchain.shares:
        return toolchain
    variables: Mapping[str, str] = dict.fromkeys(toolchain.shares, str(slots))
    return msgspec.structs.replace(toolchain, env={**toolchain.env, **variables})


def job_slots(workers: int, at_once: int) -> int:
    """How many jobs each of `at_once` commands may run at a time."""
    return max(1, workers // max(1, at_once))


def _generated_inputs_of(action: Action, run_result: RunResult) -> dict[str, Blob]:
    return {g.path: run_result.entries[g.action].outputs[g.output] for g in action.generated_inputs}


def _take(run_result: RunResult, label: str, result: ActionOutcome) -> None:
    if result.entry is None:
        run_result.not_built.add(label)
        if result.failure:
            run_result.failures.append(result.failure)
        return
    run_result.entries[label] = result.entry
    run_result.notes.extend(result.notes)
    run_result.cached += result.cached
    run_result.executed += not result.cached
