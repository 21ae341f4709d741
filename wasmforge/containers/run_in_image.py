"""Runs a runtime in an image: copies one folder in, and brings its output back."""

import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wasmforge.containers.container_run import (
    WORKDIR,
    WORKDIR_NAME,
    ContainerRun,
    ContainerSpec,
    NotStartedError,
    container_run,
    container_user,
)
from wasmforge.containers.engine import find_engine
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.model.units import format_size
from wasmforge.process import CancelToken, ProcessResult
from wasmforge.store.tar_stream import tar_of_folder, unpack

SCRIPT = 'ulimit -c 0; ulimit -f "$0"; timeout -k 1 "$@" <stdin >stdout 2>stderr; exit $?'
"""The streams are files, as on the host. `ulimit -f` bounds the size of a file, in blocks of 512 bytes. `timeout` does
not count the start of the container. The shell stays process 1: no signal ends it, and `timeout` refuses to be it."""

TIMEOUT_EXIT_CODE = 124
"""The exit code of `timeout` when the time is over."""

START_TIMEOUT_S = 60.0
"""Seconds that a container has to start and to end, beside the time of its command."""

MAX_PROCESSES = 256
"""Limit of processes and threads of a runtime."""


def run_in_image(
    toolchain: ResolvedToolchain,
    argv: Sequence[str],
    folder: Path,
    *,
    bring: Sequence[str],
    memory: int,
    file: int,
    timeout: float,
    cancel: CancelToken,
) -> ProcessResult:
    """Run a command in the toolchain's image, on a copy of `folder`; the files and folders `bring` are copied back.

    `memory` and `file` (size of a file) are limits in bytes, `timeout` is in seconds. Raises ForgeError when the engine
    does not answer.
    """
    owner = container_user()
    spec = ContainerSpec(
        image=toolchain.image or "",
        argv=[
            "sh",
            "-c",
            SCRIPT,
            str(max(file // 512, 1)),
            f"{timeout:.3f}",
            *(w.replace(str(folder), WORKDIR) for w in argv),
        ],
        env={"HOME": "/tmp", "PATH": "/usr/local/bin:/usr/bin:/bin"},  # noqa: S108 - inside the container
        directory=WORKDIR,
        user=owner,
        memory=memory,
        processes=MAX_PROCESSES,
    )
    with container_run(find_engine(), spec) as box:
        with tar_of_folder(folder, WORKDIR_NAME, owner) as archive:
            box.put(archive)
        try:
            done, out_of_memory = box.run(timeout + START_TIMEOUT_S, cancel)
        except NotStartedError as e:
            return ProcessResult(
                exit=127, output=f"error: cannot start {argv[0]} in {toolchain.location}: {e}".encode(), seconds=0
            )
        for name in ("stdout", "stderr", *bring):
            _copy_out(box, name, folder, without_links_out=name in bring)
    if out_of_memory:
        done = replace(done, output=f"error: it took more memory than {format_size(memory)}".encode())
    return replace(done, timed_out=True) if done.exit == TIMEOUT_EXIT_CODE and done.seconds >= timeout else done


def _copy_out(box: ContainerRun, name: str, folder: Path, *, without_links_out: bool) -> None:
    """Copy a file or folder out of the container, over the one of that name. A module may leave links to anywhere."""
    stream = box.take(f"{WORKDIR}/{name}")
    if stream is None:
        return
    try:
        unpack(stream, folder, without_links_out=without_links_out)
    except tarfile.TarError as e:
        raise OSError(f"{name} cannot be taken out of the container: {e}") from None
