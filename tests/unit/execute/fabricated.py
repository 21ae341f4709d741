"""Actions, plans and an executor made up for tests of the execute stage; no process is run."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from wasmforge.execute.history import History
from wasmforge.execute.loop import Ran, run
from wasmforge.execute.perform import ActionFailedError, Executor
from wasmforge.execute.store import Blob, Entry, Store
from wasmforge.execute.turns import Turns
from wasmforge.model.events import Event
from wasmforge.model.plan import Action, Given, Plan, SourceFile
from wasmforge.model.toolchain import Kit
from wasmforge.process import Cancel


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
        givens=tuple(Given(path=f"{need}.out", action=need, output=f"{need}.out") for need in needs),
        outputs=(f"{label}.out",),
        depfile=depfile,
    )


def plan(*actions: Action) -> Plan:
    """A plan of these."""
    return Plan(actions={a.label: a for a in actions}, deliveries=(), tools={a.toolchain: "1" for a in actions})


def kit(toolchain: str = "box", pool: int | None = None) -> Kit:
    """A toolchain that is there."""
    return Kit(toolchain=toolchain, origin="path", identity="1", location="/", tools={"tool": ("/tool",)}, pool=pool)


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

    def __call__(self, action: Action, kit: Kit, givens: Mapping[str, Blob]) -> tuple[Entry, tuple[str, ...]]:
        """Do it."""
        assert kit.toolchain == action.toolchain
        with self._lock:
            self.done.append(action.label)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.hold(action.label)
            if action.label in self.fails:
                raise ActionFailedError("exit code 1", f"{action.label} said no")
            data = self.does.get(action.label, joined)(action, givens)
            blobs = {output: self.store.put(data) for output in action.outputs}
            everything = tuple(sorted((*action.sources, *givens)))
            return Entry(outputs=blobs, printed=f"{action.label} done", seconds=0.5), self.used.get(
                action.label, everything
            )
        finally:
            with self._lock:
                self.at_once -= 1


def joined(action: Action, givens: Mapping[str, Blob]) -> bytes:
    """Everything that went in."""
    return "|".join(
        [*action.argv, *(s.digest for s in action.sources.values()), *(b.digest for b in givens.values())]
    ).encode()


class Room:
    """A store, a history and a fake executor in one folder; `events` are those of the last run."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "store")
        self.history = History(folder / "history")
        self.executor = FakeExecutor(self.store)
        self.turns = Turns(folder / "turns", Cancel(), lambda: None)
        self.events: list[Event] = []

    def run(
        self, made: Plan, *, workers: int = 2, keep_going: bool = False, pools: Mapping[str, int] | None = None
    ) -> Ran:
        """Run a plan; `executor.done` tells what was really done, in which order."""
        self.executor.done = []
        self.events = []
        kits = {name: kit(name, (pools or {}).get(name)) for name in made.tools}
        return run(
            made,
            kits,
            self.store,
            self.executor,
            self.history,
            self.turns,
            workers=workers,
            keep_going=keep_going,
            cancel=Cancel(),
            tell=self.events.append,
        )
