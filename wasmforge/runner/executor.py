"""Executes one action in a private directory: writes its inputs, launches its command, collects its outputs."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from wasmforge import process
from wasmforge.model.plan import Action
from wasmforge.model.root_paths import FROM_ROOT, MIRROR
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.plan.keys import input_paths
from wasmforge.runner import assembler_includes
from wasmforge.runner.depfile import named_in, undeclared, used_inputs
from wasmforge.runner.hints import hints_for
from wasmforge.runner.scratch_dirs import ScratchDirs
from wasmforge.runner.workdir import ActionError, collect_outputs, write_inputs
from wasmforge.store.cache_dirs import disk_full_hint
from wasmforge.store.store import ActionResult, Blob, Store

NOT_FOUND_EXIT_CODE = 127
"""The exit code of a shell that did not find a program."""

UNKNOWN_PROGRAM_HINT = (
    "a command finds the programs that its toolchain's file names, under tools, also or contents, and no others"
)

NO_DEPFILE_HINT = (
    "a file that it embeds may be missing: is it in the component's folder, and in [components.NAME.sources]?"
)

UNDECLARED_HINT = (
    "nothing is built from files that no key knows: copy it into the component's folder; if it lies there already, "
    "name it in [components.NAME.sources], for instance under headers"
)


class ActionFailedError(ActionError):
    """The command failed. Has its output, a hint (may be empty) and its exit code (None: it was not started)."""

    def __init__(
        self, reason: str, output: str, *, hint: str = "", interrupted: bool = False, status: int | None = None
    ) -> None:
        super().__init__(reason)
        self.output = output
        self.hint = hint
        self.interrupted = interrupted
        self.status = status


_MIRRORED = re.compile(rb"(?<![\w./-])(?:\./)?" + re.escape(f"{MIRROR}/").encode())

Launch = Callable[[Action, ResolvedToolchain, Path, process.CancelToken], process.ProcessResult]
"""Runs an action's command to its end in the directory that holds its inputs, and leaves its outputs there.

Raises ActionError when the command cannot be started, ForgeError when the machine or the engine is the reason.
"""


class Executor:
    """Executes actions of the project in the folder `root`; `scratch` provides their private directories."""

    def __init__(
        self,
        root: Path,
        scratch: ScratchDirs,
        store: Store,
        cancel: process.CancelToken,
        launch: Launch,
    ) -> None:
        self._root = root
        self._scratch = scratch
        self._store = store
        self._cancel = cancel
        self._launch = launch

    def lineage(self, action: Action, toolchain: ResolvedToolchain, generated_inputs: Mapping[str, Blob]) -> str:
        """The lineage of the scratch folder that this action would get; empty where it would get none."""
        return self._scratch.lineage(action, toolchain, generated_inputs)

    def execute(
        self, action: Action, toolchain: ResolvedToolchain, generated_inputs: Mapping[str, Blob]
    ) -> tuple[ActionResult, tuple[str, ...]]:
        """Execute the action. Returns its result, and the paths of the inputs that it read. Raises ActionError."""
        with self._scratch.workdir(action, toolchain, generated_inputs) as (directory, keep, lineage):
            write_inputs(action, self._root, self._store, generated_inputs, toolchain.links, directory)
            done = _with_project_paths(action, self._launch(action, toolchain, directory, self._cancel))
            if not done.ok:
                reason = done.reason(action.timeout)
                hint = "" if done.cancelled else disk_full_hint(directory)
                if done.exit > 0 and not (done.cancelled or done.timed_out or hint):
                    keep()  # the tool itself reported the failure, so its folder is consistent
                    hint = hints_for(done.text, toolchain.hints) or (
                        UNKNOWN_PROGRAM_HINT if done.exit == NOT_FOUND_EXIT_CODE else ""
                    )
                raise ActionFailedError(reason, done.text, hint=hint, interrupted=done.cancelled, status=done.exit)
            try:
                outputs = collect_outputs(action, directory, self._store)
            except ActionError as e:
                output = without_noise(done.text, toolchain.chatter)
                raise ActionFailedError(str(e), output, hint=hints_for(str(e), toolchain.hints)) from None
            used = _read(action, toolchain, directory, done.text)
            keep()
            printed = without_noise(done.text, toolchain.chatter)
            return ActionResult(outputs=outputs, printed=printed, seconds=done.seconds, lineage=lineage), used


def _with_project_paths(action: Action, done: process.ProcessResult) -> process.ProcessResult:
    """The result, with files from outside of the component's folder called by their path from the root: `//lib/x.c`.

    That depends on the text alone, so a stored warning is right in every project.
    """
    if not any(path.startswith(f"{MIRROR}/") for path in action.sources):
        return done
    return replace(done, output=_MIRRORED.sub(FROM_ROOT.encode(), done.output))


def _read(action: Action, toolchain: ResolvedToolchain, directory: Path, output: str) -> tuple[str, ...]:
    """The declared inputs that the command read, as far as it tells.

    Raises ActionFailedError when it read a file that is neither an input nor part of its toolchain. An image has
    nothing of this machine in it, and all that it has is in the key.
    """
    declared = input_paths(action)
    depfiles = [directory / action.depfile] if action.depfile else []
    if depfiles and not depfiles[0].is_file():  # Zig's clang ends well without one when a file to #embed is missing
        raise ActionFailedError(
            f"did not write {action.depfile}, which tells what it read", output, hint=NO_DEPFILE_HINT
        )
    used = used_inputs(depfiles[0], directory, declared) if depfiles else declared
    assembled = assembler_includes.includes(directory, used if depfiles else action.sources)
    if toolchain.image is None:
        depfiles.extend(path for pattern in action.depfiles for path in sorted(directory.glob(pattern)))
        names = [name for depfile in depfiles for name in named_in(depfile)]
        allowed = (*toolchain.contents, *toolchain.links.values(), *([toolchain.cache] if toolchain.cache else []))
        if outside := undeclared((*names, *(assembled or ())), directory, allowed):
            message = "which is no input of it" if len(outside) == 1 else "which are no inputs of it"
            raise ActionFailedError(
                f"read {', '.join(outside)}, {message}", without_noise(output, toolchain.chatter), hint=UNDECLARED_HINT
            )
    return used if assembled is None else declared


def without_noise(output: str, chatter: tuple[str, ...]) -> str:
    """What a command that did well has to say: its output without the lines that begin (after blanks) with chatter."""
    if not chatter:
        return output
    return "".join(line for line in output.splitlines(keepends=True) if not line.lstrip().startswith(chatter))


def command_line(action: Action) -> str:
    """The command as one line that can be pasted into a shell."""
    return shlex.join(action.argv)
