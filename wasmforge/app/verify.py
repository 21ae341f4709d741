"""Builds everything twice without the store, in two folders as two users, and compares the bytes."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from wasmforge.app.execute_plan import execute_plan
from wasmforge.app.planning import plan_units
from wasmforge.app.verify_compare import Run, compare_runs
from wasmforge.app.workspace import EventSink, Settings, Workspace, emit_local_files
from wasmforge.model.events import BuildStarted, Waiting
from wasmforge.model.plan import Plan
from wasmforge.model.report import Failure
from wasmforge.model.reproducibility import VerifyResult
from wasmforge.plan import Request, select
from wasmforge.runner.history import History
from wasmforge.runner.launch import sweep_engine
from wasmforge.runner.workdir import private_directory, sweep
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.file_lock import project_lock
from wasmforge.store.store import Store

OTHER_ENV = {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Chatham", "USER": "somebody"}
"""Variables of another user: a locale with its own upper case rules, a time zone of 12 hours and 45 minutes."""

KEPT_HOME_VARS = {
    "CARGO_HOME": ".cargo",
    "NPM_CONFIG_USERCONFIG": ".npmrc",
    "RUSTUP_HOME": ".rustup",
    "DOCKER_CONFIG": ".docker",
}
"""Variables for folders that the other user keeps: settings for fetching, and of container engines."""


class IsolatedCache(CacheDirs):
    """Cache folders for one build, scratch folders included; only installed packages and downloads are shared."""

    def __init__(self, cache: Path, shared: CacheDirs) -> None:
        super().__init__(cache, project=shared.project)
        self._shared = shared

    @property
    def packages(self) -> Path:
        """npm packages; nothing writes to them once they are installed."""
        return self._shared.packages

    @property
    def installing(self) -> Path:
        """The lock for installing them."""
        return self._shared.installing

    def package_folders(self, name: str) -> tuple[Path, ...]:
        """The folders that may hold packages of this name."""
        return self._shared.package_folders(name)

    def downloads(self, identity: str, argv: Sequence[str], env: Mapping[str, str]) -> Path:
        """Downloads of commands with network access."""
        return self._shared.downloads(identity, argv, env)


def verify(settings: Settings, request: Request, emit: EventSink) -> VerifyResult:
    """Build twice and compare. Raises ForgeError when the build cannot begin."""
    started = time.monotonic()
    workspace = Workspace(settings, emit)
    emit_local_files(workspace)
    workspace.cache_dirs.ready()
    with project_lock(workspace.project.state, lambda: emit(Waiting(what="another build of this project"))):
        sweep(workspace.cache_dirs.work)
        plan, toolchains = plan_units(workspace, select(workspace.manifest, workspace.catalog, request))
        sweep_engine(toolchains.values())
        with private_directory(workspace.cache_dirs.work) as folder:
            verified = _build_twice(workspace, plan, folder)
    return msgspec.structs.replace(verified, seconds=time.monotonic() - started)


def _build_twice(workspace: Workspace, plan: Plan, folder: Path) -> VerifyResult:
    workers = workspace.settings.threads
    one, failures = _build(workspace, plan, folder / "1", workers)
    if failures:
        return VerifyResult(failures=failures)
    home = folder / "another home"
    home.mkdir()
    with simulated_user(home):
        other, failures = _build(workspace, plan, folder / "another" / "and longer" / "way", workers + 1)
    return VerifyResult(failures=failures) if failures else compare_runs(plan, one, other)


def _build(workspace: Workspace, plan: Plan, folder: Path, workers: int) -> tuple[Run, tuple[Failure, ...]]:
    """One build with all its folders below `folder`."""
    cache_dirs = IsolatedCache(folder, workspace.cache_dirs)
    cache_dirs.ready()
    store = Store(cache_dirs.store)
    workspace.emit(BuildStarted(actions=len(plan.actions), tools=plan.tools, workers=workers))
    result = execute_plan(
        workspace,
        plan,
        workspace.tools_for(cache_dirs).toolchains(plan.tools),
        cache_dirs=cache_dirs,
        store=store,
        history=History(folder / "history"),
        workers=workers,
    )
    return (result.entries, store), tuple(result.failures)


@contextmanager
def simulated_user(home: Path) -> Iterator[None]:
    """Run as if started by another user: with another home, locale, time zone and umask."""
    mine, own = dict(os.environ), Path.home()
    home_variables = {
        name: str(own / path) for name, path in KEPT_HOME_VARS.items() if name not in mine and (own / path).exists()
    }
    mask = os.umask(0o077)
    os.environ.update({**OTHER_ENV, **home_variables, "HOME": str(home)})
    time.tzset()
    try:
        yield
    finally:
        os.umask(mask)
        os.environ.clear()
        os.environ.update(mine)
        time.tzset()
