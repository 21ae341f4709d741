"""Does one action in a private directory: lays its inputs, launches its command, takes its outputs. Knows no graph."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from wasmforge import process
from wasmforge.execute.depfile import used_inputs
from wasmforge.execute.places import full
from wasmforge.execute.rooms import Rooms
from wasmforge.execute.store import Blob, Entry, Store
from wasmforge.execute.workdir import ActionError, collect, lay
from wasmforge.model.plan import Action
from wasmforge.model.toolchain import Kit
from wasmforge.plan.keys import input_paths


class ActionFailedError(ActionError):
    """The command did not succeed; carries what it printed, and a next step where there is one to tell."""

    def __init__(
        self, reason: str, output: str, *, hint: str = "", interrupted: bool = False, status: int | None = None
    ) -> None:
        super().__init__(reason)
        self.output = output
        self.hint = hint
        self.interrupted = interrupted
        self.status = status


class Launch(Protocol):
    """Runs an action's command where its inputs are laid, and leaves its outputs there."""

    def __call__(self, action: Action, kit: Kit, directory: Path, cancel: process.Cancel) -> process.Done:
        """Run it to its end. Raises ActionError when it cannot be started, ForgeError when the machine cannot."""


class Executor:
    """`root` is the project's folder, `rooms` gives private directories."""

    def __init__(
        self,
        root: Path,
        rooms: Rooms,
        store: Store,
        cancel: process.Cancel,
        launch: Launch,
    ) -> None:
        self._root = root
        self._rooms = rooms
        self._store = store
        self._cancel = cancel
        self._launch = launch

    def __call__(self, action: Action, kit: Kit, givens: Mapping[str, Blob]) -> tuple[Entry, tuple[str, ...]]:
        """Do the action; return what it gave, and the inputs it really read. Raises ActionError."""
        with self._rooms.room(action, kit, givens) as (directory, keep):
            lay(action, self._root, self._store, givens, kit.links, directory)
            done = self._launch(action, kit, directory, self._cancel)
            if not done.ok:
                reason = done.reason(action.timeout)
                hint = "" if done.cancelled else full(directory)
                if done.exit > 0 and not (done.cancelled or done.timed_out or hint):
                    keep()  # it failed by its own word, and is used to that
                    hint = advice(done.text, kit.hints)
                raise ActionFailedError(reason, done.text, hint=hint, interrupted=done.cancelled, status=done.exit)
            try:
                outputs = collect(action, directory, self._store)
            except ActionError as e:
                output = told(done.text, kit.chatter)
                raise ActionFailedError(str(e), output, hint=advice(str(e), kit.hints)) from None
            keep()
            declared = input_paths(action)
            used = used_inputs(directory / action.depfile, directory, declared) if action.depfile else declared
            return Entry(outputs=outputs, printed=told(done.text, kit.chatter), seconds=done.seconds), used


def told(output: str, chatter: tuple[str, ...]) -> str:
    """What a command that did well has to say: its output without the lines that begin (after blanks) with chatter."""
    if not chatter:
        return output
    return "".join(line for line in output.splitlines(keepends=True) if not line.lstrip().startswith(chatter))


def command_line(action: Action) -> str:
    """The command as one line that can be pasted into a shell."""
    return shlex.join(action.argv)


def advice(output: str, hints: Mapping[str, str]) -> str:
    """What a toolchain knows to say of a command that failed, with the words of its output: each hint once."""
    told = []
    for pattern, hint in hints.items():
        if found := re.search(pattern, output):
            named = hint
            for name, text in found.groupdict().items():
                named = named.replace(f"{{{name}}}", text or "")
            told.append(named)
    return "; ".join(told)
