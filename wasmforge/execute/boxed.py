"""Runs a runtime that is in an image: a copy of one folder goes in, what it printed and wrote comes back."""

import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wasmforge.execute.archive import packed, unpack
from wasmforge.execute.container import NAME, WORK, user
from wasmforge.execute.engine import find_engine
from wasmforge.execute.sandbox import NotStartedError, Order, Sandbox, sandbox
from wasmforge.model.size import format_size
from wasmforge.model.toolchain import Kit
from wasmforge.process import Cancel, Done

SCRIPT = 'ulimit -c 0; ulimit -f "$0"; timeout -k 1 "$@" <stdin >stdout 2>stderr; exit $?'
"""Streams are files, as on the host; the size of a file is bounded in blocks of 512 bytes. `timeout` does not count the
start of the container. The shell stays the first process: that one no signal ends, and `timeout` refuses to be it."""

TIMED_OUT = 124
"""The exit code of `timeout` when it ended the command."""

START = 60.0
"""Seconds that a container has to start and to end."""

PROCESSES = 256
"""A runtime and its threads."""


def boxed(
    kit: Kit,
    argv: Sequence[str],
    folder: Path,
    *,
    bring: Sequence[str],
    memory: int,
    file: int,
    timeout: float,
    cancel: Cancel,
) -> Done:
    """Run a command in the kit's image; see `smoke.hands.Boxed`. Raises ForgeError when the engine does not answer."""
    owner = user()
    order = Order(
        image=kit.image or "",
        argv=[
            "sh",
            "-c",
            SCRIPT,
            str(max(file // 512, 1)),
            f"{timeout:.3f}",
            *(w.replace(str(folder), WORK) for w in argv),
        ],
        env={"HOME": "/tmp", "PATH": "/usr/local/bin:/usr/bin:/bin"},  # noqa: S108 - inside the container
        directory=WORK,
        user=owner,
        memory=memory,
        processes=PROCESSES,
    )
    with sandbox(find_engine(), order) as box:
        with packed(folder, NAME, owner) as archive:
            box.put(archive)
        try:
            done, starved = box.run(timeout + START, cancel)
        except NotStartedError as e:
            return Done(exit=127, output=f"error: cannot start {argv[0]} in {kit.location}: {e}".encode(), seconds=0)
        for name in ("stdout", "stderr", *bring):
            _bring(box, name, folder)
    if starved:
        done = replace(done, output=f"error: it took more memory than {format_size(memory)}".encode())
    return replace(done, timed_out=True) if done.exit == TIMED_OUT and done.seconds >= timeout else done


def _bring(box: Sandbox, name: str, folder: Path) -> None:
    """Lay a file or folder of the container's over the one of that name."""
    stream = box.take(f"{WORK}/{name}")
    if stream is None:
        return
    try:
        unpack(stream, folder)
    except tarfile.TarError as e:
        raise OSError(f"{name} cannot be taken out of the container: {e}") from None
