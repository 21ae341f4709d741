"""Runs one action on this machine, in a private directory. Knows no graph."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from wasmforge import process
from wasmforge.execute.depfile import used_inputs
from wasmforge.execute.environment import action_environment
from wasmforge.execute.store import Blob, Entry, Store
from wasmforge.execute.workdir import ActionError, collect, lay, private_directory
from wasmforge.model.plan import Action
from wasmforge.model.toolchain import Kit
from wasmforge.plan.keys import input_paths


class ActionFailedError(ActionError):
    """The command did not succeed; carries what it printed."""

    def __init__(self, reason: str, output: str, *, interrupted: bool = False) -> None:
        super().__init__(reason)
        self.output = output
        self.interrupted = interrupted


class Local:
    """The executor for this machine. `root` is the project's folder, `work` where private directories are made."""

    def __init__(self, root: Path, work: Path, store: Store, cancel: process.Cancel) -> None:
        self._root = root
        self._work = work
        self._store = store
        self._cancel = cancel

    def __call__(self, action: Action, kit: Kit, givens: Mapping[str, Blob]) -> tuple[Entry, tuple[str, ...]]:
        """Run the action; return what it gave, and the inputs it really read. Raises ActionError."""
        with private_directory(self._work) as directory:
            lay(action, self._root, self._store, givens, kit.links, directory)
            env = action_environment(directory, kit.env, action.env)
            argv = real_argv(action, kit)
            try:
                done = process.run(argv, cwd=directory, env=env, timeout=action.timeout, cancel=self._cancel)
            except OSError as e:
                raise ActionFailedError(f"cannot start {argv[0]}: {e.strerror}", "") from None
            if not done.ok:
                raise ActionFailedError(done.reason(action.timeout), done.text, interrupted=done.cancelled)
            outputs = collect(action, directory, self._store)
            declared = input_paths(action)
            used = used_inputs(directory / action.depfile, directory, declared) if action.depfile else declared
            return Entry(outputs=outputs, printed=done.text, seconds=done.seconds), used


def real_argv(action: Action, kit: Kit) -> tuple[str, ...]:
    """The command with its first word replaced by what starts that tool on this machine."""
    return (*kit.tools[action.argv[0]], *action.argv[1:])


def command_line(action: Action) -> str:
    """The command as one line that can be pasted into a shell."""
    return shlex.join(action.argv)
