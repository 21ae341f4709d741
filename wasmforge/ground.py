"""What every command stands on: the project, the catalog, the store, the toolchains. Decides nothing."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from wasmforge import execute, load
from wasmforge.errors import Exit, ForgeError, Problem, did_you_mean, usage
from wasmforge.execute.history import History
from wasmforge.model.artifact import Missing
from wasmforge.model.base import Noun
from wasmforge.model.catalog import Catalog
from wasmforge.model.events import Event, Timing
from wasmforge.model.manifest import ToolchainChoice
from wasmforge.model.plan import Named, Plan, Snapshot
from wasmforge.model.toolchain import Kit
from wasmforge.plan import Wanted, check, make_plan, named_files, toolchains_of
from wasmforge.plan.couplings import check_couplings
from wasmforge.plan.drift import check_locked
from wasmforge.process import Cancel

ARCHITECTURE = f"{platform.machine().lower()}-{sys.platform}"
"""What tools are made for on this machine, as in `x86_64-linux`."""

JUDGE = "wasm-tools"
"""The toolchain that has the reference validator: every build needs it, whatever its recipes."""

Tell = Callable[[Event], None]


class Settings(Noun, frozen=True, kw_only=True):
    """How to work, whatever is asked: from which folder, with how many workers, and how far to go."""

    start: Path
    workers: int = 0
    keep_going: bool = False
    offline: bool = False
    smoke: bool = True
    origin: str | None = None
    locked: bool = False
    skip_missing: bool = False

    @property
    def threads(self) -> int:
        """Workers asked for, or one per core."""
        return self.workers or os.cpu_count() or 1


class Ground:
    """What every command stands on: the project, the catalog, the store, the toolchains."""

    def __init__(self, settings: Settings, tell: Tell, *, fetch: bool = True) -> None:
        self.settings = settings
        self.tell = tell
        self.cancel = Cancel()
        self.places = execute.Places()
        self.store = execute.Store(self.places.store)
        with self.timed("read forge.toml and the catalog"):
            self.project = load.load_project(settings.start)
            self.root = self.project.root
            self.manifest = self.project.manifest
            self.catalog: Catalog = load.load_catalog(self.root, self.store)
            with load.located(self.root):
                check(self.manifest, self.catalog)
        self.snapshots: tuple[Snapshot, ...] = ()
        self.history = History(self.project.state / "history")
        self._fetch = fetch
        self.tools = self.tools_for(self.places)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Tell how long a part of the work took; parts are one after the other, never within each other."""
        started = time.monotonic()
        yield
        self.tell(Timing(what=what, seconds=time.monotonic() - started))

    def tools_for(self, places: execute.Places) -> execute.Tools:
        """Toolchains that keep what is their own in these places."""
        return execute.Tools(
            self.catalog,
            _choices(self.catalog, self.manifest.toolchains, self.settings.origin),
            places,
            self.store,
            tell=self.tell,
            offline=self.settings.offline,
            fetch=self._fetch,
        )

    def plan(self, wanted: tuple[Wanted, ...]) -> tuple[Plan, dict[str, Kit]]:
        """The plan for these, and the toolchains it needs."""
        named: dict[tuple[str, str], list[Named]] = {}
        for one in wanted:
            key = (one.settled.name, one.settled.recipe)
            named.setdefault(key, []).extend(named_files(one, self.catalog))
        recipes = [(w.placed, self.catalog.recipes[w.settled.recipe]) for w in wanted]
        with self.timed("read sources"), load.located(self.root):
            snapshots = load.load_snapshots(self.project, recipes, named)
        self.snapshots = tuple(snapshots.values())
        with self.timed("find toolchains"):
            kits = self.tools.kits(toolchains_of(wanted, self.catalog))
        if self.settings.locked:
            judge = {JUDGE: self.tools.kit(JUDGE)}
            check_locked(load.need_lock(self.root), {**kits, **judge}, ARCHITECTURE)
        with self.timed("plan"), load.located(self.root):
            self.couple(wanted, kits)
            identities = {name: kit.identity for name, kit in kits.items()}
            return make_plan(self.manifest, wanted, self.catalog, snapshots, identities), kits

    def couple(self, wanted: tuple[Wanted, ...], kits: Mapping[str, Kit]) -> None:
        """Refuse tools that do not fit what the components' own locks name."""
        locks = load.cargo_locks(self.root, {w.placed.folder: None for w in wanted})
        check_couplings(wanted, self.catalog, locks, kits)

    def able(self, wanted: tuple[Wanted, ...]) -> tuple[tuple[Wanted, ...], tuple[Missing, ...]]:
        """Those whose toolchains are here, and those left out for want of one. Raises ForgeError when none is left."""
        able: list[Wanted] = []
        missing: dict[tuple[str, str], Missing] = {}
        errors: list[Problem] = []
        for one in wanted:
            name, target = one.settled.name, one.settled.target
            label = f"{name}@{target}/{one.settled.profile}"
            if need := next((n for n in one.placed.component.needs if (n, target) in missing), None):
                missing[name, target] = Missing(label=label, reason=f"needs {need}, which is left out")
                continue
            try:
                self.tools.kits(toolchains_of((one,), self.catalog))
            except ForgeError as e:
                if e.exit_code != Exit.MACHINE:
                    raise
                errors.extend(e.problems)
                missing[name, target] = Missing(label=label, reason=str(e.problems[0]), fix=e.problems[0].hint)
            else:
                able.append(one)
        if not able:
            raise ForgeError(*dict.fromkeys(errors), exit_code=Exit.MACHINE)
        return tuple(able), tuple(missing.values())


def _choices(catalog: Catalog, chosen: Mapping[str, ToolchainChoice], origin: str | None) -> dict[str, ToolchainChoice]:
    """Which origin each toolchain is to be taken from: what the command line says goes for all that have such a one."""
    kinds = {o.kind for t in catalog.toolchains.values() for o in t.origins}
    if origin is not None and origin not in kinds:
        raise usage(f"unknown origin {origin!r}", where="--origin", hint=did_you_mean(origin, sorted(kinds)))
    able = {n for n, t in catalog.toolchains.items() if origin in {o.kind for o in t.origins}}
    mine = {name: chosen.get(name, ToolchainChoice()) for name in able}
    return {**chosen, **{name: msgspec.structs.replace(choice, origin=origin) for name, choice in mine.items()}}
