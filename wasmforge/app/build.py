"""Builds: selects, plans, runs actions, checks contracts, loads, runs smoke tests and delivers. Returns a report."""

import time
from pathlib import Path

import msgspec

from wasmforge import config
from wasmforge.app.check import check_contracts, run_tests
from wasmforge.app.deliver import deliver_good, is_complete, write_candidates, write_manifest
from wasmforge.app.execute_plan import execute_plan, scratch_dirs
from wasmforge.app.planning import plan_units, split_buildable
from wasmforge.app.selection import select_units
from wasmforge.app.uptodate_record import UpToDateRecorder
from wasmforge.app.workspace import EventSink, Settings, Workspace, emit_local_files
from wasmforge.contracts.blame import Blame
from wasmforge.delivery.deliver import CANDIDATES, recover, refuse_linked
from wasmforge.model.events import BuildStarted, Finished, Waiting
from wasmforge.model.plan import Delivery, Plan
from wasmforge.model.report import Report
from wasmforge.plan import Request, dist_of
from wasmforge.runner.action_lock import sweep_action_locks
from wasmforge.runner.durations import write_durations
from wasmforge.runner.launch import sweep_engine
from wasmforge.runner.scheduler import RunResult
from wasmforge.runner.scratch_dirs import sweep_scratch_dirs
from wasmforge.runner.workdir import sweep
from wasmforge.safe_paths import refuse_links
from wasmforge.store.file_lock import project_lock
from wasmforge.store.store_lock import store_lock

STATE_FOLDERS = ("history", "unchanged")
"""Folders in a project's state that builds write to, beside candidates."""


def build(settings: Settings, request: Request, emit: EventSink, recorder: UpToDateRecorder | None = None) -> Report:
    """Build, check and test what is asked for. Raises ForgeError when the build cannot begin.

    `recorder` writes down what a successful build looked at, for the up-to-date check of the next one.
    """
    started = time.monotonic()
    workspace = Workspace(settings, emit)
    workspace.cache_dirs.ready()
    units = select_units(workspace, request)
    if not units:
        emit(Finished(report=Report()))
        return Report()
    dist = dist_of(workspace.manifest.build, request.profile or workspace.manifest.build.profile)
    with (
        project_lock(workspace.project.state, lambda: emit(Waiting(what="another build of this project"))),
        store_lock(
            workspace.cache_dirs.cache,
            lambda: emit(Waiting(what="another process that removes entries from the store")),
        ),
    ):
        workspace.sandbox  # noqa: B018 - a required sandbox that is missing fails here, before anything is written
        _clean_up(workspace, dist)
        units, left_out = split_buildable(workspace, units) if settings.skip_missing else (units, ())
        plan, toolchains = plan_units(workspace, units)
        refuse_linked(workspace.root, workspace.manifest.build.dist, plan.deliveries)
        sweep_engine(toolchains.values())
        emit_local_files(workspace)
        emit(BuildStarted(actions=len(plan.actions), tools=plan.tools, workers=settings.threads))
        with workspace.timed("run actions"):
            result = execute_plan(
                workspace, plan, toolchains, scratch=scratch_dirs(workspace), keep_going=settings.keep_going
            )
        report = _check_and_deliver(workspace, plan, result, dist)
    report = msgspec.structs.replace(report, left_out=left_out, seconds=time.monotonic() - started)
    emit(Finished(report=report))
    if recorder and request.since is None and request.shard is None:
        recorder(workspace, plan, result, report)
    return report


def _clean_up(workspace: Workspace, dist: str) -> None:
    """Refuse links in the folders that a build writes to, and remove what interrupted builds left there."""
    state = (f"{config.STATE_DIR}/{name}" for name in (*STATE_FOLDERS, "pictures"))
    refuse_links(workspace.root, *state, CANDIDATES)
    refuse_linked(workspace.root, workspace.manifest.build.dist)
    for folder in _swept_folders(workspace):
        sweep(folder)
    sweep_action_locks(workspace.cache_dirs.action_locks)
    sweep_scratch_dirs(workspace.cache_dirs.scratch_dirs)
    recover(workspace.root, dist)


def _check_and_deliver(workspace: Workspace, plan: Plan, result: RunResult, dist: str) -> Report:
    """Check contracts, load, run smoke tests, and write to dist what passed. Returns the report of all of it."""
    candidates, failures = write_candidates(workspace, plan, result)
    blame = Blame(workspace.root, plan, result.entries, workspace.store)
    with workspace.timed("check contracts"):
        report = check_contracts(workspace, candidates, blame)
    if workspace.settings.smoke:
        tested = [pair for pair in candidates if pair[0].label in report.contracts_held]
        with workspace.timed("test"):
            report = run_tests(workspace, report, tested, workspace.store)
    report = deliver_good(workspace, report, {d.label: d for d in plan.deliveries}, result, failures)
    failures += write_manifest(workspace, report, plan, dist)
    write_durations(workspace.project.state, report.artifacts)
    incomplete = [d for d in plan.deliveries if not is_complete(d, result)]
    return msgspec.structs.replace(
        report,
        failures=(*result.failures, *failures),
        skipped=tuple(d.label for d in incomplete),
        not_started=tuple(d.label for d in incomplete if not _blocked_by_failure(d, plan, result)),
        executed=result.executed,
        cached=result.cached,
    )


def _swept_folders(workspace: Workspace) -> tuple[Path, ...]:
    """Folders where killed builds leave files that are named after their process."""
    cache_dirs, state = workspace.cache_dirs, workspace.project.state
    return (cache_dirs.work, cache_dirs.packages, workspace.store.new, state, *(state / name for name in STATE_FOLDERS))


def _blocked_by_failure(delivery: Delivery, plan: Plan, result: RunResult) -> bool:
    """Whether a failed action is among those that the delivery needs, directly or not."""
    failed = {f.label for f in result.failures}
    todo, seen = [p.action for p in delivery.files if p.source is None], set[str]()
    while todo:
        label = todo.pop()
        if label in failed:
            return True
        if label not in seen:
            seen.add(label)
            todo += [g.action for g in plan.actions[label].generated_inputs]
    return False
