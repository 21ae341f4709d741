"""Builds everything twice, in two places and for two callers, without the store, and compares the bytes."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from wasmforge import execute
from wasmforge.execute.compare import Run, compare
from wasmforge.execute.history import History
from wasmforge.execute.launch import launch, sweep_engine
from wasmforge.execute.lock import locked
from wasmforge.execute.perform import Executor
from wasmforge.execute.rooms import Rooms
from wasmforge.execute.turns import Turns
from wasmforge.execute.workdir import private_directory, sweep
from wasmforge.ground import Ground, Settings, Tell
from wasmforge.model.artifact import Failure
from wasmforge.model.events import BuildStarted, Waiting
from wasmforge.model.plan import Plan
from wasmforge.model.twice import Twice
from wasmforge.plan import Request, select

ELSEWHERE = {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Chatham", "USER": "somebody"}
"""Another caller's variables: a locale with letters of its own, a time zone of 12 hours and 45 minutes."""

AT_HOME = {
    "CARGO_HOME": ".cargo",
    "NPM_CONFIG_USERCONFIG": ".npmrc",
    "RUSTUP_HOME": ".rustup",
    "DOCKER_CONFIG": ".docker",
}
"""What the other caller still finds where it is: settings for fetching, and engines."""


class Apart(execute.Places):
    """Places of one build's own, scratch folders included; only packages that were installed are shared."""

    def __init__(self, cache: Path, shared: execute.Places) -> None:
        super().__init__(cache)
        self._shared = shared

    @property
    def packages(self) -> Path:
        """npm packages, which nothing writes to once they are installed."""
        return self._shared.packages


def verify(settings: Settings, request: Request, tell: Tell) -> Twice:
    """Build what is asked for twice and compare. Raises ForgeError when it cannot even be begun."""
    started = time.monotonic()
    ground = Ground(settings, tell)
    ground.places.ready()
    with locked(ground.project.state, lambda: tell(Waiting(what="another build of this project"))):
        sweep(ground.places.work)
        plan, kits = ground.plan(select(ground.manifest, ground.catalog, request))
        sweep_engine(kits.values())
        with private_directory(ground.places.work) as folder:
            twice = _twice(ground, plan, folder)
    return msgspec.structs.replace(twice, seconds=time.monotonic() - started)


def _twice(ground: Ground, plan: Plan, folder: Path) -> Twice:
    workers = ground.settings.threads
    one, failures = _build(ground, plan, folder / "1", workers)
    if failures:
        return Twice(failures=failures)
    home = folder / "another home"
    home.mkdir()
    with another_caller(home):
        other, failures = _build(ground, plan, folder / "another" / "and longer" / "way", workers + 1)
    return Twice(failures=failures) if failures else compare(plan, one, other)


def _build(ground: Ground, plan: Plan, folder: Path, workers: int) -> tuple[Run, tuple[Failure, ...]]:
    """One build with all its folders below `folder`."""
    places = Apart(folder, ground.places)
    places.ready()
    store = execute.Store(places.store)
    ground.tell(BuildStarted(actions=len(plan.actions), tools=plan.tools, workers=workers))
    ran = execute.run(
        plan,
        ground.tools_for(places).kits(plan.tools),
        store,
        Executor(ground.root, Rooms(places.work), store, ground.cancel, launch),
        History(folder / "history"),
        Turns(places.turns, ground.cancel, lambda: None),
        workers=workers,
        keep_going=False,
        cancel=ground.cancel,
        tell=ground.tell,
    )
    return (ran.entries, store), tuple(ran.failures)


@contextmanager
def another_caller(home: Path) -> Iterator[None]:
    """Be called by somebody else: with another home, locale, time zone and umask."""
    mine, own = dict(os.environ), Path.home()
    kept = {name: str(own / path) for name, path in AT_HOME.items() if name not in mine and (own / path).exists()}
    mask = os.umask(0o077)
    os.environ.update({**ELSEWHERE, **kept, "HOME": str(home)})
    time.tzset()
    try:
        yield
    finally:
        os.umask(mask)
        os.environ.clear()
        os.environ.update(mine)
        time.tzset()
