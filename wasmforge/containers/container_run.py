"""Runs one command in a new container: creates it, copies files in and out, removes it."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from wasmforge.containers.engine import Engine, engine_errors
from wasmforge.errors import ForgeError, machine_error
from wasmforge.model.toolchain import MEMORY, PROCESSES
from wasmforge.process import POLL_INTERVAL_S, BoundedOutput, CancelToken, ProcessResult, is_alive

VOLUME = "/forge"
"""Mount point of the volume of one container; all files go in and out through it."""

WORKDIR_NAME = "work"

WORKDIR = f"{VOLUME}/{WORKDIR_NAME}"
"""Path of the private directory in the container. It is the same for every action, so paths in outputs are too."""

NOBODY = (1000, 1000)
"""User and group in the container when the caller is root: no tool needs root."""

OWNER_LABEL = "wasmforge.owner"
"""The label with the owner of a container: `<host>:<process id>`."""

DOWNLOADS_LABEL = "wasmforge.downloads"
"""The label of the volumes for downloads, which outlive their containers."""

TMPFS_OPTIONS = "size=1g,mode=1777,nosuid,nodev,exec"
"""Options of /tmp in the container, which is memory and counts as such."""

SIGNALS = frozenset({4, 5, 6, 7, 8, 9, 11, 15})
"""Signals that an exit code of 128 + N stands for, when the first process of a container died by signal N."""


@dataclass(frozen=True, kw_only=True)
class ContainerSpec:
    """What to run: the image's id, the command, its environment, directory, user and group.

    `volumes` maps mount points to names of volumes. `memory` (bytes, swap included) and `processes` are limits.
    """

    image: str
    argv: Sequence[str]
    env: Mapping[str, str]
    directory: str
    user: tuple[int, int]
    network: str = "none"
    volumes: Mapping[str, str] = field(default_factory=dict)
    memory: int = MEMORY
    processes: int = PROCESSES


class NotStartedError(Exception):
    """The engine could not start the command; the message says why."""


class ContainerRun:
    """A created container. Files can be put into it before `run`, and taken out after it."""

    def __init__(self, engine: Engine, container: str) -> None:
        self._engine = engine
        self._container = container

    def put(self, archive: IO[bytes] | bytes, folder: str = VOLUME) -> None:
        """Unpack a tar into the mount point of a volume."""
        with engine_errors(self._engine):
            self._engine.api.put_archive(self._container, folder, archive)

    def take(self, path: str) -> Iterator[bytes] | None:
        """A streamed tar of the file or folder at `path`; None if there is none."""
        import docker

        with engine_errors(self._engine):
            try:
                chunks, _ = self._engine.api.get_archive(self._container, path)
            except docker.errors.NotFound:
                return None
            return self._relay(chunks)

    def _relay(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        with engine_errors(self._engine):
            yield from chunks

    def run(
        self, timeout: float, cancel: CancelToken | None = None, on_output: Callable[[bytes], None] | None = None
    ) -> tuple[ProcessResult, bool]:
        """Run the command to its end. Returns how it ended, and whether a process was killed for lack of memory.

        `timeout` is in seconds.
        """
        started = time.monotonic()
        tail = BoundedOutput()
        with engine_errors(self._engine):
            reader = self._start(tail, on_output)
        why = _watch(reader, started + timeout, cancel)
        with engine_errors(self._engine):
            if why:
                _kill(self._engine, self._container)
                reader.join(timeout=10)
            status = self._engine.api.wait(self._container)["StatusCode"]
            state = self._engine.api.inspect_container(self._container)["State"]
        done = ProcessResult(
            exit=-(status - 128) if status - 128 in SIGNALS else status,
            output=tail.bytes(),
            seconds=time.monotonic() - started,
            timed_out=why == "timeout",
            cancelled=why == "cancel",
        )
        return done, bool(state.get("OOMKilled"))

    def _start(self, tail: BoundedOutput, on_output: Callable[[bytes], None] | None) -> "_Reader":
        """Attach, then start. If the command cannot be started, podman fails at attach and Docker at start."""
        import docker

        try:
            stream = self._engine.api.attach(self._container, stdout=True, stderr=True, stream=True)
            reader = _Reader(stream, tail, on_output)
            self._engine.api.start(self._container)
        except docker.errors.APIError as e:
            message = str(e.explanation or e)
            if "executable file not found" in message or "no such file or directory" in message:
                raise NotStartedError("the image has no such program") from None
            if "permission denied" in message:
                raise NotStartedError("permission denied") from None
            raise
        return reader


class _Reader(threading.Thread):
    """Reads the output of a container until it ends or the connection to the engine breaks."""

    def __init__(self, stream: Iterator[bytes], tail: BoundedOutput, on_output: Callable[[bytes], None] | None) -> None:
        super().__init__(daemon=True, name="output")
        self._stream = stream
        self._tail = tail
        self._on_output = on_output
        self.start()

    def run(self) -> None:
        with contextlib.suppress(Exception):  # the connection broke: waiting for the exit code reports it
            for data in self._stream:
                self._tail.add(data)
                if self._on_output:
                    self._on_output(data)


def _watch(reader: threading.Thread, deadline: float, cancel: CancelToken | None) -> str:
    """Wait for the end of the output. Returns why the command must be stopped, or ''."""
    while reader.is_alive():
        if cancel:
            return "cancel"
        if time.monotonic() > deadline:
            return "timeout"
        reader.join(POLL_INTERVAL_S)
    return ""


def _kill(engine: Engine, container: str) -> None:
    import docker

    with contextlib.suppress(docker.errors.APIError):  # it has ended by itself
        engine.api.kill(container)


@contextlib.contextmanager
def container_run(engine: Engine, spec: ContainerSpec) -> Iterator[ContainerRun]:
    """A new container with its image, a work directory and temporary space; always removed afterwards."""
    import docker

    with engine_errors(engine):
        try:
            created = engine.api.create_container_from_config(_config(engine, spec))
        except docker.errors.ImageNotFound:
            raise machine_error(
                f"image {spec.image} is gone", where="container engine", hint="build it again"
            ) from None
    try:
        yield ContainerRun(engine, created["Id"])
    finally:
        with contextlib.suppress(docker.errors.APIError, ForgeError, OSError):  # a later sweep removes it
            engine.api.remove_container(created["Id"], v=True, force=True)


def _config(engine: Engine, spec: ContainerSpec) -> dict[str, Any]:
    """The configuration of the container, as the engine's API has it."""
    from docker.types import Mount

    owner = {OWNER_LABEL: f"{socket.gethostname()}:{os.getpid()}"}
    mounts = [Mount(VOLUME, None, type="volume", labels=owner)]
    mounts += [
        Mount(folder, name, type="volume", labels={DOWNLOADS_LABEL: ""}) for folder, name in spec.volumes.items()
    ]
    host = engine.api.create_host_config(
        network_mode=spec.network,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        read_only=True,
        tmpfs={"/tmp": TMPFS_OPTIONS},  # noqa: S108 - inside the container
        mem_limit=spec.memory,
        memswap_limit=spec.memory,
        pids_limit=spec.processes,
        mounts=mounts,
        log_config={"Type": "none"},
    )
    config: dict[str, Any] = engine.api.create_container_config(
        spec.image,
        list(spec.argv),
        entrypoint=[],
        environment=dict(spec.env),
        working_dir=spec.directory,
        user=f"{spec.user[0]}:{spec.user[1]}",
        hostname="forge" if spec.network == "none" else None,  # otherwise each run would get another name
        labels=owner,
        host_config=host,
    )
    return config


def sweep_downloads(engine: Engine, before: float) -> list[str]:
    """Remove the volumes for downloads that were created before a time (seconds since the epoch).

    Returns their names. Volumes that a container uses stay.
    """
    import docker

    removed = []
    with engine_errors(engine):
        for volume in engine.api.volumes(filters={"label": DOWNLOADS_LABEL})["Volumes"] or ():
            created = datetime.fromisoformat(volume["CreatedAt"])
            if created.timestamp() < before:
                with contextlib.suppress(docker.errors.APIError):
                    engine.api.remove_volume(volume["Name"])
                    removed.append(str(volume["Name"]))
    return removed


def sweep_containers(engine: Engine) -> int:
    """Remove the containers that killed processes of this host left behind. Returns how many."""
    import docker

    swept = 0
    with engine_errors(engine):
        for container in engine.api.containers(all=True, filters={"label": OWNER_LABEL}):
            host, _, pid = container["Labels"][OWNER_LABEL].rpartition(":")
            if host == socket.gethostname() and pid.isdigit() and not is_alive(int(pid)):
                with contextlib.suppress(docker.errors.APIError):  # another build removes it as well
                    engine.api.remove_container(container["Id"], v=True, force=True)
                    swept += 1
    return swept


def container_user() -> tuple[int, int]:
    """User and group inside a container."""
    return NOBODY if os.getuid() == 0 else (os.getuid(), os.getgid())
