"""Launches an action's command on this machine, in its private directory."""

from pathlib import Path

from wasmforge import process
from wasmforge.execute.environment import action_environment
from wasmforge.execute.perform import ActionFailedError
from wasmforge.model.plan import Action
from wasmforge.model.toolchain import Kit
from wasmforge.plan.words import CWD


def local(action: Action, kit: Kit, directory: Path, cancel: process.Cancel) -> process.Done:
    """Launch on this machine, in the directory itself."""
    env = action_environment(directory, kit.env, action.env, network=action.network)
    argv = [word.replace(CWD, str(directory)) for word in real_argv(action, kit)]
    try:
        return process.run(argv, cwd=directory, env=env, timeout=action.timeout, cancel=cancel)
    except OSError as e:
        raise ActionFailedError(f"cannot start {argv[0]}: {e.strerror}", "") from None


def real_argv(action: Action, kit: Kit) -> tuple[str, ...]:
    """The command with its first word replaced by what starts that tool on this machine."""
    return (*kit.tools[action.argv[0]], *action.argv[1:])
