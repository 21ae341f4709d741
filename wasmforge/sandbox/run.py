"""Runs a command in the sandbox of this machine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from wasmforge import process
from wasmforge.process import CancelToken, ProcessResult
from wasmforge.sandbox.bubblewrap import in_bubblewrap
from wasmforge.sandbox.landlock import in_landlock
from wasmforge.sandbox.policy import ConfinedCommand, Policy, Sandbox

SIGNALS = frozenset({4, 5, 6, 7, 8, 9, 11, 15, 24, 25, 31})
"""Signals that an exit code of 128 + N stands for, when the command in bubblewrap died by signal N."""


def confined(sandbox: Sandbox, argv: Sequence[str | Path], env: Mapping[str, str], policy: Policy) -> ConfinedCommand:
    """The command line and environment that start the command in this sandbox."""
    words = tuple(str(word) for word in argv)
    if sandbox.kind == "bubblewrap":
        return in_bubblewrap(sandbox, words, env, policy)
    if sandbox.kind == "landlock":
        return in_landlock(words, env, policy)
    return ConfinedCommand(argv=words, env=dict(env))


def run(
    sandbox: Sandbox,
    argv: Sequence[str | Path],
    policy: Policy,
    *,
    env: Mapping[str, str],
    timeout: float,
    cancel: CancelToken | None = None,
    on_output: Callable[[bytes], None] | None = None,
    most_output: int | None = None,
    signals: bool = True,
) -> ProcessResult:
    """Run a command to its end in the policy's directory, as `process.run` does; nothing that it started outlives it.

    Without a sandbox the command runs too, but a process that leaves its group may outlive it. With `signals`, an exit
    code that may stand for a signal counts as that signal, where bubblewrap does not distinguish them.
    """
    command = confined(sandbox, argv, env, policy)
    done = process.run(
        command.argv,
        cwd=Path(policy.directory),
        env=command.env,
        timeout=timeout,
        cancel=cancel,
        on_output=on_output,
        most_output=most_output,
        fd_contents=command.fd_contents,
        exit_file=command.exit_file,
        supervised=sandbox.holds,
    )
    if signals and sandbox.kind == "bubblewrap" and done.exit - 128 in SIGNALS:
        return replace(done, exit=128 - done.exit)
    return done
