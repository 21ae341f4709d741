"""The command of `wasmforge run`: chooses the delivered program and the runtime. Starts nothing."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from wasmforge.app.delivered import find_delivered
from wasmforge.app.smoke import DeliveredPair, runtime_context_with
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.errors import ForgeError, did_you_mean, usage_error
from wasmforge.model.drivers import DRIVERS
from wasmforge.model.label import Label
from wasmforge.model.runtime import RuntimeFile
from wasmforge.plan import Request, select
from wasmforge.plan.component_files import FOLDER, PACK
from wasmforge.runtimes.driver import InteractiveDriver, TerminalProgram, make_driver
from wasmforge.store.cache_dirs import make_folder

PREFERRED_TARGETS = ("wasi", "node")
"""Targets whose programs are preferred, because they are made for terminals."""


def command_for(
    settings: Settings,
    component: str,
    target: str | None,
    profile: str | None,
    runtime: str | None,
    args: Sequence[str],
    env: Mapping[str, str],
    folders: Sequence[tuple[str, str]],
    emit: EventSink,
) -> tuple[str, ...]:
    """The command that starts a component in the first available runtime of its target.

    Raises ForgeError for a component that is not built, is not a program, or has no such runtime.
    """
    workspace = Workspace(settings, emit)
    delivery, artifact = _choose_delivery(workspace, component, target, profile, runtime)
    known = workspace.catalog.runtimes
    candidates = [r for r in delivery.runtimes if r in known and _is_interactive(known[r])]
    roles = {f.role for f in artifact.files}
    if "glue" in roles:  # what was delivered is the JavaScript, and only that has the files of a pack
        candidates.sort(key=lambda r: known[r].without_javascript)
        candidates = [r for r in candidates if PACK not in roles or not known[r].without_javascript]
    own_folder = ((_copied(workspace, workspace.root / delivery.folder / FOLDER), "/"),) if FOLDER in roles else ()
    if runtime is not None and runtime not in candidates:
        hint = did_you_mean(runtime, candidates) if candidates else "`wasmforge smoke` runs its tests in the others"
        raise usage_error(f"{delivery.label} cannot be started in {runtime!r}", where="--runtime", hint=hint)
    context = runtime_context_with(workspace, candidates)
    allowed = [r for r in candidates if runtime in {None, r}]
    name = next((r for r in allowed if not context.unavailable(known[r])), next(iter(allowed), None))
    if name is None:
        raise usage_error(
            f"no runtime of target {delivery.target!r} starts programs", hint="`wasmforge smoke` runs its tests"
        )
    reason = context.unavailable(known[name])
    if reason is not None:
        raise usage_error(reason.why, where=f"runtime {name}", hint=reason.fix)
    paths = {f.role: str(workspace.root / delivery.folder / f.name) for f in artifact.files}
    driver = cast("InteractiveDriver", make_driver(known[name], context))
    argv = (Label.parse(component).component, *args)
    return driver.interactive_command(
        TerminalProgram(paths=paths, argv=argv, env=env, folders=(*own_folder, *folders), host=delivery.host)
    )


def _copied(workspace: Workspace, folder: Path) -> str:
    """A copy of the component's files, which the program may change.

    Its name has our process id, which the program takes over; the next build removes it.
    """
    work = workspace.cache_dirs.work
    make_folder(work)
    copy = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=work)) / FOLDER
    shutil.copytree(folder, copy)
    return str(copy)


def _is_interactive(file: RuntimeFile) -> bool:
    """Whether the runtime can run a program at a terminal."""
    return "command" in file.tests and DRIVERS[file.driver].interactive and file.runs != "aot"


def _choose_delivery(
    workspace: Workspace, component: str, target: str | None, profile: str | None, runtime: str | None
) -> DeliveredPair:
    """The delivery to start; of several, one whose target has the requested runtime."""
    request = Request(components=(component,), targets=(target,) if target else (), profile=profile)
    pairs, missing = find_delivered(workspace, select(workspace.manifest, workspace.catalog, request))
    if not pairs:
        raise ForgeError(*missing)
    programs = [p for p in pairs if "_start" in p[1].exports]
    if not programs:
        raise usage_error(
            f"{component} is a library: it has nothing to start",
            hint="`wasmforge smoke` calls its exports, `wasmforge serve` shows them in a browser",
        )
    programs = [p for p in programs if runtime in p[0].runtimes] or programs
    return min(
        programs,
        key=lambda p: (
            PREFERRED_TARGETS.index(p[0].target) if p[0].target in PREFERRED_TARGETS else len(PREFERRED_TARGETS)
        ),
    )
