"""Launches an action's command in a fresh container: inputs stream in, outputs stream out. Knows no graph."""

import os
import signal
import tarfile
from pathlib import Path

from wasmforge import process
from wasmforge.execute.archive import of_files, packed, unpack
from wasmforge.execute.engine import Engine, find_engine
from wasmforge.execute.environment import FIXED
from wasmforge.execute.local import real_argv
from wasmforge.execute.outside import CACHE, outside
from wasmforge.execute.perform import ActionFailedError
from wasmforge.execute.places import cannot_write
from wasmforge.execute.sandbox import ROOM, NotStartedError, Order, Sandbox, sandbox
from wasmforge.execute.workdir import ActionError
from wasmforge.model.plan import Action
from wasmforge.model.size import format_size
from wasmforge.model.toolchain import Kit
from wasmforge.plan.words import CWD

NAME = "work"

WORK = f"{ROOM}/{NAME}"
"""The private directory's path inside, the same for every action: what a compiler notes of it is always the same."""

NOBODY = (1000, 1000)
"""User and group inside when the caller is root: nothing that is compiled needs to be."""

NO_SPACE = b"No space left on device"

NO_FORK = b"Resource temporarily unavailable"
"""What the system says when a process may start no other."""


def contained(action: Action, kit: Kit, directory: Path, cancel: process.Cancel) -> process.Done:
    """Launch in a container of the kit's image; what it wrote of its outputs is then in `directory`.

    Raises ActionFailedError when it ran out of memory or disk or could not be started, and ForgeError (exit 3)
    when the engine is not there, goes away or refuses.
    """
    return _contained(find_engine(), action, kit, directory, cancel)


def _contained(engine: Engine, action: Action, kit: Kit, directory: Path, cancel: process.Cancel) -> process.Done:
    owner = user()
    (directory / ".home").mkdir(exist_ok=True)
    env = {**FIXED, "HOME": f"{WORK}/.home", "TMPDIR": f"{WORK}/.home"}
    reach = outside(ROOM) if action.network else None
    if reach:
        env.update(reach.env)
    env.update({**kit.env, **action.env})
    order = Order(
        image=kit.image or "",
        argv=[word.replace(CWD, WORK) for word in real_argv(action, kit)],
        env={name: value.replace(CWD, WORK) for name, value in env.items()},
        directory=WORK,
        user=owner,
        network=reach.network if reach else "none",
        volumes={CACHE: f"wasmforge-cache-{owner[0]}"} if reach else {},
        memory=kit.memory,
        processes=kit.processes,
    )
    with sandbox(engine, order) as box:
        with packed(directory, NAME, owner) as archive:
            box.put(archive)
        if reach:
            box.put(of_files(reach.files, owner))
            box.put(of_files(reach.folders, owner), CACHE)
        try:
            done, starved = box.run(action.timeout, cancel)
        except NotStartedError as e:
            raise ActionFailedError(f"cannot start {order.argv[0]} in {kit.location}: {e}", "") from None
        if done.ok:
            _fetch(action, box, directory)
        else:
            _explain(done, starved, kit)
        return done


def _explain(done: process.Done, starved: bool, kit: Kit) -> None:
    """Says what an exit code alone does not: no memory, no processes, no disk."""
    setting, limit = f"in forge.toml: [toolchains.{kit.toolchain}]", f"(limit {format_size(kit.memory)})"
    if done.cancelled or done.timed_out:
        return
    if starved or done.exit == -signal.SIGKILL:  # podman does not always notice why
        what = "was killed: out of memory" if starved else "was killed, as happens when memory runs out"
        hint = f'{setting} memory = "{format_size(2 * kit.memory)}", or fewer at a time: --jobs 1'
        raise ActionFailedError(f"{what} {limit}", done.text, hint=hint)
    if NO_FORK in done.output:
        hint = f"if {kit.processes} processes are too few, {setting} processes = {2 * kit.processes}"
        raise ActionFailedError(done.reason(0), done.text, hint=hint)
    if NO_SPACE in done.output:
        what = "no space left inside the container (/tmp holds 1 GiB; all else is the disk of the engine)"
        raise ActionFailedError(f"{done.reason(0)}: {what}", done.text)


def _fetch(action: Action, box: Sandbox, directory: Path) -> None:
    """Bring the outputs and the depfile out. What was not written is left for the reader of the outputs to tell."""
    for output in (*action.outputs, *([action.depfile] if action.depfile else ())):
        path = directory / output.rstrip("/")
        if (stream := box.take(f"{WORK}/{output.rstrip('/')}")) is None:
            continue
        try:
            unpack(stream, path.parent)
        except tarfile.TarError as e:
            raise ActionError(f"wrote {output} in a way that cannot be taken out of the container: {e}") from None
        except OSError as e:
            raise cannot_write(path, e) from None
    if action.depfile and (depfile := directory / action.depfile).is_file():
        depfile.write_bytes(depfile.read_bytes().replace(f"{WORK}/".encode(), b""))


def user() -> tuple[int, int]:
    """User and group inside a container."""
    return NOBODY if os.getuid() == 0 else (os.getuid(), os.getgid())
