"""Actions, plans and an executor made up for tests of the execute stage; no process is run."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from wasmforge.model.events import Event
from wasmforge.model.plan import Action, GeneratedInput, Plan, SourceFile
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.process import CancelToken
from wasmforge.runner.action_lock import ActionLocks
from wasmforge.runner.executor import ActionFailedError, Executor
from wasmforge.runner.history import History
from wasmforge.runner.scheduler import RunResult, run_plan
from wasmforge.store.store import ActionResult, Blob, Store


def source(path: str, content: str, *, executable: bool = False) -> SourceFile:
    """A source file with this content."""
    data = content.encode()
    return SourceFile(path=path, digest=hashlib.sha256(data).hexdigest(), size=len(data), executable=executable)


def action(
    label: str,
    *,
    argv: tuple[str, ...] = ("tool",),
    sources: Mapping[str, str] | None = None,
    needs: Iterable[str] = (),
    toolchain: str = "box",
    depfile: str | None = None,
) -> Action:
    """An action that writes one file `<label>.out`; it is given that of each action it needs."""
    return Action(
        label=label,
        step="step",
        argv=argv,
        toolchain=toolchain,
        env={},
        sources={path: source(path, content) for path, content in (sources or {}).items()},
        generated_inputs=tuple(GeneratedInput(path=f"{need}.out", action=need, output=f"{need}.out") for need in needs),
        outputs=(f"{label}.out",),
        depfile=depfile,
    )


def plan(*actions: Action) -> Plan:
    """A plan of these."""
    return Plan(actions={a.label: a for a in actions}, deliveries=(), tools={a.toolchain: "1" for a in actions})


def resolved(toolchain: str = "box", pool: int | None = None) -> ResolvedToolchain:
    """A toolchain that is there."""
    return ResolvedToolchain(
        toolchain=toolchain, origin="path", identity="1", location="/", tools={"tool": ("/tool",)}, pool=pool
    )


class FakeExecutor(Executor):
    """Does actions in memory: by default an output is what was given and all sources, one after the other.

    `does` changes what comes out by label; a label in `fails` fails. `used` says what was read, by label.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.does: dict[str, Callable[[Action, Mapping[str, Blob]], bytes]] = {}
        self.fails: set[str] = set()
        self.used: dict[str, tuple[str, ...]] = {}
        self.done: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.hold: Callable[[str], None] = lambda _label: None
        self._lock = threading.Lock()

    def lineage(self, action: Action, resolved: ResolvedToolchain, generated_inputs: Mapping[str, Blob]) -> str:
        """It keeps nothing."""
        del action, resolved, generated_inputs
        return ""

    def execute(
        self, action: Action, resolved: ResolvedToolchain, generated_inputs: Mapping[str, Blob]
    ) -> tuple[ActionResult, tuple[str, ...]]:
        """Do it."""
        assert resolved.toolchain == action.toolchain
        with self._lock:
            self.done.append(action.label)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.hold(action.label)
            if action.label in self.fails:
                raise ActionFailedError("exit code 1", f"{action.label} said no")
            data = self.does.get(action.label, joined)(action, generated_inputs)
            blobs = {output: self.store.put(data) for output in action.outputs}
            everything = tuple(sorted((*action.sources, *generated_inputs)))
            return ActionResult(outputs=blobs, printed=f"{action.label} done", seconds=0.5), self.used.get(
                action.label, everything
            )
        finally:
            with self._lock:
                self.at_once -= 1


def joined(action: Action, generated_inputs: Mapping[str, Blob]) -> bytes:
    """Everything that went in."""
    return "|".join(
        [*action.argv, *(s.digest for s in action.sources.values()), *(b.digest for b in generated_inputs.values())]
    ).encode()


class Room:
    """A store, a history and a fake executor in one folder; `events` are those of the last run."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "store")
        self.history = History(folder / "history")
        self.executor = FakeExecutor(self.store)
        self.action_locks = ActionLocks(folder / "action-locks", CancelToken(), lambda: None)
        self.events: list[Event] = []

    def run(
        self, made: Plan, *, workers: int = 2, keep_going: bool = False, pools: Mapping[str, int] | None = None
    ) -> RunResult:
        """Run a plan; `executor.done` tells what was really done, in which order."""
        self.executor.done = []
        self.events = []
        toolchains = {name: resolved(name, (pools or {}).get(name)) for name in made.tools}
        return run_plan(
            made,
            toolchains,
            self.store,
            self.executor,
            self.history,
            self.action_locks,
            workers=workers,
            keep_going=keep_going,
            cancel=CancelToken(),
            emit=self.events.append,
        )
