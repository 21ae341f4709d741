"""The context of a command: settings, project, catalog, cache, toolchains, cancel token, event sink."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import msgspec

from wasmforge import config
from wasmforge.app.project_mistakes import refuse_mistakes
from wasmforge.app.trust import trust_of
from wasmforge.errors import ForgeError, unknown
from wasmforge.model.base import Struct
from wasmforge.model.catalog import Catalog
from wasmforge.model.events import Event, LocalFiles, Notice, SandboxChosen, Timing
from wasmforge.model.manifest import ToolchainChoice
from wasmforge.model.plan import Snapshot
from wasmforge.process import CancelToken
from wasmforge.runner.history import History
from wasmforge.sandbox import Sandbox, asked_for, choose_sandbox, find_sandbox
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.open_cache import open_places, open_store
from wasmforge.toolchains.resolve import ToolchainResolver

ARCHITECTURE = f"{platform.machine().lower()}-{sys.platform}"
"""The architecture of this machine as forge.lock names it: `x86_64-linux`."""

VALIDATOR_TOOLCHAIN = "wasm-tools"
"""The toolchain with the reference validator. Every build needs it."""

EventSink = Callable[[Event], None]


class Settings(Struct, frozen=True, kw_only=True):
    """How a command works, whatever it does: `start` is the folder it works in, `workers` 0 means one per core.

    `trust_project`: run the project's own catalog files, this once. `origin`, `sandbox`: None: as in forge.toml.
    """

    start: Path
    workers: int = 0
    keep_going: bool = False
    offline: bool = False
    smoke: bool = True
    origin: str | None = None
    locked: bool = False
    skip_missing: bool = False
    trust_project: bool = False
    sandbox: str | None = None

    @property
    def threads(self) -> int:
        """The number of workers; one per core if none is given."""
        return self.workers or os.cpu_count() or 1


class Workspace:
    """The project, the catalog, the store, the toolchains; `emit` takes events, `cancel` stops running commands.

    Raises ForgeError for mistakes in the project, and UntrustedError when it has catalog files of its own that are not
    trusted. With `read_only`, for commands that run none of these files, it does not; toolchains that such files name
    are then not looked for. `fetch`: toolchains may be installed. `snapshots` are the sources that were planned last.
    """

    def __init__(self, settings: Settings, emit: EventSink, *, fetch: bool = True, read_only: bool = False) -> None:
        self.settings = settings
        self.emit = emit
        self.cancel = CancelToken()
        self.inputs = config.Inputs()
        with self.timed("read forge.toml and the catalog"), config.recorded(self.inputs):
            draft = config.draft_project(settings.start)
            self.project = draft.project
            self.root = self.project.root
            self.cache_dirs = open_places(self.root, lambda what: emit(Notice(what=what)))
            self.store = open_store(self.cache_dirs)
            self.manifest = self.project.manifest
            try:
                self.catalog: Catalog = config.load_catalog(self.root, self.store)
            except ForgeError as e:
                raise ForgeError(*draft.problems, *e.problems, exit_code=e.exit_code) from None
            refuse_mistakes(draft, self.catalog)
        self.trust = trust_of(self.root, self.catalog, this_once=settings.trust_project)
        if not read_only:
            self.trust.demand()
        self.snapshots: tuple[Snapshot, ...] = ()
        self.history = History(self.root, f"{config.STATE_DIR}/history")
        self._fetch = fetch
        self.tools = self.tools_for(self.cache_dirs)

    @property
    def may_fetch(self) -> bool:
        """Whether this command may use the network."""
        return self._fetch and not self.settings.offline

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Emit how long a part of the work took. Parts follow each other and are never nested."""
        started = time.monotonic()
        yield
        self.emit(Timing(what=part, seconds=time.monotonic() - started))

    @cached_property
    def sandbox(self) -> Sandbox:
        """The sandbox for commands and smoke tests; emitted once. Raises ForgeError when a required one is missing."""
        requested = asked_for(self.settings.sandbox)
        mode = choose_sandbox(self.manifest.build.sandbox, requested)
        sandbox = find_sandbox(mode, self.store)
        reason = "" if sandbox.holds else sandbox.reason
        if mode == "off":
            reason = "forge.toml switches it off" if requested is None else "off was asked for"
        self.emit(SandboxChosen(sandbox=sandbox.kind, version=sandbox.version, reason=reason))
        return sandbox

    def tools_for(self, cache_dirs: CacheDirs) -> ToolchainResolver:
        """Finds the toolchains of the project; packages are installed in these cache folders."""
        return ToolchainResolver(
            self.catalog,
            _choices(self.catalog, self.manifest.toolchains, self.settings.origin),
            cache_dirs,
            self.store,
            emit=self.emit,
            root=self.root,
            offline=self.settings.offline,
            fetch=self._fetch,
            refused=self.trust.refused,
        )


def emit_local_files(workspace: Workspace) -> None:
    """Emit which catalog files of the project itself are in force, if any."""
    if workspace.trust.local:
        workspace.emit(LocalFiles(files=workspace.trust.local.in_force))


def _choices(catalog: Catalog, chosen: Mapping[str, ToolchainChoice], origin: str | None) -> dict[str, ToolchainChoice]:
    """The origin chosen for each toolchain; `--origin` applies to all toolchains that have an origin of this kind."""
    kinds = {o.kind for t in catalog.toolchains.values() for o in t.origins}
    if origin is not None and origin not in kinds:
        raise ForgeError(unknown("origin", origin, sorted(kinds), where="--origin"))
    having = {n for n, t in catalog.toolchains.items() if origin in {o.kind for o in t.origins}}
    choices = {name: chosen.get(name, ToolchainChoice()) for name in having}
    return {**chosen, **{name: msgspec.structs.replace(choice, origin=origin) for name, choice in choices.items()}}
