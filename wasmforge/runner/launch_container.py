"""Launches an action's command in a new container: inputs are streamed in, outputs out."""

import signal
import tarfile
from pathlib import Path

from wasmforge import process
from wasmforge.containers.container_run import (
    VOLUME,
    WORKDIR,
    WORKDIR_NAME,
    ContainerRun,
    ContainerSpec,
    NotStartedError,
    container_run,
    container_user,
)
from wasmforge.containers.engine import Engine, find_engine
from wasmforge.errors import ForgeError
from wasmforge.model.plan import Action
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.model.units import format_size
from wasmforge.plan.recipes.template import CWD
from wasmforge.runner.executor import ActionFailedError
from wasmforge.runner.launch import real_argv
from wasmforge.runner.network_passthrough import CACHE_MOUNT, network_config
from wasmforge.runner.workdir import ActionError
from wasmforge.safe_paths import refuse_links
from wasmforge.store.cache_dirs import CacheDirs, cannot_write
from wasmforge.store.tar_stream import tar_of_files, tar_of_folder, unpack
from wasmforge.toolchains.environment import FIXED

NO_SPACE = b"No space left on device"

NO_FORK = b"Resource temporarily unavailable"
"""The system's message when a process must not start another one."""


def launch_in_container(
    action: Action, toolchain: ResolvedToolchain, directory: Path, cancel: process.CancelToken, cache_dirs: CacheDirs
) -> process.ProcessResult:
    """Run the command in a new container of the toolchain's image, and copy its outputs to `directory`.

    Raises ActionFailedError when it ran out of memory or disk or could not be started, and ForgeError (exit 3) when the
    engine is missing, refuses or stops to answer.
    """
    return _contained(find_engine(), action, toolchain, directory, cancel, cache_dirs)


def _contained(
    engine: Engine,
    action: Action,
    toolchain: ResolvedToolchain,
    directory: Path,
    cancel: process.CancelToken,
    cache_dirs: CacheDirs,
) -> process.ProcessResult:
    owner = container_user()
    (directory / ".home").mkdir(exist_ok=True)
    env = {**FIXED, "HOME": f"{WORKDIR}/.home", "TMPDIR": f"{WORKDIR}/.home"}
    network = network_config(VOLUME) if action.network else None
    if network:
        env.update(network.env)
    env.update({**toolchain.env, **action.env})
    spec = ContainerSpec(
        image=toolchain.image or "",
        argv=[word.replace(CWD, WORKDIR) for word in real_argv(action, toolchain)],
        env={name: value.replace(CWD, WORKDIR) for name, value in env.items()},
        directory=WORKDIR,
        user=owner,
        network=network.network if network else "none",
        volumes={CACHE_MOUNT: cache_dirs.download_volume(owner[0])} if network else {},
        memory=toolchain.memory,
        processes=toolchain.processes,
    )
    with container_run(engine, spec) as box:
        with tar_of_folder(directory, WORKDIR_NAME, owner) as archive:
            box.put(archive)
        if network:
            box.put(tar_of_files(network.files, owner))
            box.put(tar_of_files(network.folders, owner), CACHE_MOUNT)
        try:
            done, out_of_memory = box.run(action.timeout, cancel)
        except NotStartedError as e:
            raise ActionFailedError(f"cannot start {spec.argv[0]} in {toolchain.location}: {e}", "") from None
        if done.ok:
            _copy_out(action, box, directory)
        else:
            _check_limits(done, out_of_memory, toolchain)
        return done


def _check_limits(done: process.ProcessResult, out_of_memory: bool, toolchain: ResolvedToolchain) -> None:
    """Raise ActionFailedError if memory, processes or disk were exhausted, which the exit code alone does not say."""
    setting, limit = f"in forge.toml: [toolchains.{toolchain.toolchain}]", f"(limit {format_size(toolchain.memory)})"
    if done.cancelled or done.timed_out:
        return
    if out_of_memory or done.exit == -signal.SIGKILL:  # podman does not always report the reason
        what = "was killed: out of memory" if out_of_memory else "was killed, as happens when memory runs out"
        hint = f'{setting} memory = "{format_size(2 * toolchain.memory)}", or fewer at a time: --jobs 1'
        raise ActionFailedError(f"{what} {limit}", done.text, hint=hint)
    if NO_FORK in done.output:
        hint = f"if {toolchain.processes} processes are too few, {setting} processes = {2 * toolchain.processes}"
        raise ActionFailedError(done.reason(0), done.text, hint=hint)
    if NO_SPACE in done.output:
        what = "no space left inside the container (/tmp holds 1 GiB; all else is the disk of the engine)"
        raise ActionFailedError(f"{done.reason(0)}: {what}", done.text)


def _copy_out(action: Action, box: ContainerRun, directory: Path) -> None:
    """Copy the outputs and the depfile out. A missing one is reported later, when the outputs are collected."""
    for output in (*action.outputs, *([action.depfile] if action.depfile else ())):
        path = directory / output.rstrip("/")
        if (stream := box.take(f"{WORKDIR}/{output.rstrip('/')}")) is None:
            continue
        try:
            refuse_links(directory, path.parent.relative_to(directory).as_posix())
            unpack(stream, path.parent)
        except ForgeError as e:
            raise ActionError(f"wrote {output} behind a symbolic link: {e}") from None
        except tarfile.TarError as e:
            raise ActionError(f"wrote {output} in a way that cannot be taken out of the container: {e}") from None
        except OSError as e:
            raise cannot_write(path, e) from None
    if action.depfile and (depfile := directory / action.depfile).is_file():
        depfile.write_bytes(depfile.read_bytes().replace(f"{WORKDIR}/".encode(), b""))
