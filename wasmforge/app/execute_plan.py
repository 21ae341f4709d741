"""Runs the actions of a plan with the store, directories and locks of a workspace. Returns the result of each."""

from collections.abc import Mapping

from wasmforge.app.missing_file_hints import MissingFileHints
from wasmforge.app.workspace import Workspace
from wasmforge.model.events import Waiting
from wasmforge.model.plan import Plan
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.runner.action_lock import ActionLocks
from wasmforge.runner.executor import Executor
from wasmforge.runner.history import History
from wasmforge.runner.launch import launcher
from wasmforge.runner.scheduler import RunResult, run_plan
from wasmforge.runner.scratch_dirs import ScratchDirs, in_ci
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store


def execute_plan(
    workspace: Workspace,
    plan: Plan,
    toolchains: Mapping[str, ResolvedToolchain],
    *,
    cache_dirs: CacheDirs | None = None,
    store: Store | None = None,
    history: History | None = None,
    scratch: ScratchDirs | None = None,
    workers: int = 0,
    keep_going: bool = False,
) -> RunResult:
    """Run all actions of the plan. Defaults are those of the workspace; without `scratch`, no folder is kept."""
    cache_dirs, store = cache_dirs or workspace.cache_dirs, store or workspace.store
    executor = Executor(
        workspace.root,
        scratch or ScratchDirs(cache_dirs.work),
        store,
        workspace.cancel,
        launcher(workspace.sandbox, cache_dirs),
    )
    locks = ActionLocks(
        cache_dirs.action_locks, workspace.cancel, lambda: workspace.emit(Waiting(what="the same action elsewhere"))
    )
    return run_plan(
        plan,
        toolchains,
        store,
        executor,
        history or workspace.history,
        locks,
        workers=workers or workspace.settings.threads,
        keep_going=keep_going,
        cancel=workspace.cancel,
        emit=workspace.emit,
        advise=MissingFileHints(workspace, toolchains),
    )


def scratch_dirs(workspace: Workspace) -> ScratchDirs:
    """The private directories of a build. In a CI and with `--frozen` others use the results: no folder is kept."""
    frozen = workspace.settings.locked and workspace.settings.offline
    scratch_folder = None if frozen or in_ci() else workspace.cache_dirs.scratch_dirs
    return ScratchDirs(workspace.cache_dirs.work, scratch_folder, workspace.root)
