"""One command in one fresh container: made, fed, watched, ended and removed. Knows no actions."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from wasmforge.errors import ForgeError, machine
from wasmforge.execute.engine import Engine, engine_errors
from wasmforge.execute.workdir import alive
from wasmforge.model.toolchain import MEMORY, PROCESSES
from wasmforge.process import TICK, Cancel, Done, Tail

ROOM = "/forge"
"""The volume that belongs to one container alone; what goes in and comes out goes through it."""

OWNER = "wasmforge.owner"
"""The label that tells whose a container is: `<host>:<process id>`."""

SCRATCH = "size=1g,mode=1777,nosuid,nodev,exec"
"""The temporary folder is memory, and counts as such."""

SIGNALS = frozenset({4, 5, 6, 7, 8, 9, 11, 15})
"""What an exit code above 128 stands for: the first process of a container was ended by that signal."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to run: an image's id, words, environment and directory, as whom, and with which named volumes.

    `memory` (bytes, swap included) and `processes` are the most it may have.
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
    """The engine could not start the command; the message is its reason."""


class Sandbox:
    """A container that is not started yet; files can be put in and, after `run`, taken out."""

    def __init__(self, engine: Engine, container: str) -> None:
        self._engine = engine
        self._container = container

    def put(self, archive: IO[bytes] | bytes, folder: str = ROOM) -> None:
        """Unpack a tar into a folder that is a volume."""
        with engine_errors(self._engine):
            self._engine.api.put_archive(self._container, folder, archive)

    def take(self, path: str) -> Iterator[bytes] | None:
        """A tar of the file or folder at `path`, or None when there is none."""
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
        self, timeout: float, cancel: Cancel | None = None, on_output: Callable[[bytes], None] | None = None
    ) -> tuple[Done, bool]:
        """Run the command to its end; how it ended, and whether something in it was killed for want of memory."""
        started = time.monotonic()
        tail = Tail()
        with engine_errors(self._engine):
            reader = self._start(tail, on_output)
        why = _watch(reader, started + timeout, cancel)
        with engine_errors(self._engine):
            if why:
                _kill(self._engine, self._container)
                reader.join(timeout=10)
            status = self._engine.api.wait(self._container)["StatusCode"]
            state = self._engine.api.inspect_container(self._container)["State"]
        done = Done(
            exit=-(status - 128) if status - 128 in SIGNALS else status,
            output=tail.bytes(),
            seconds=time.monotonic() - started,
            timed_out=why == "timeout",
            cancelled=why == "cancel",
        )
        return done, bool(state.get("OOMKilled"))

    def _start(self, tail: Tail, on_output: Callable[[bytes], None] | None) -> "_Reader":
        """Listen, then start. Podman finds out what cannot be started when it is listened to, Docker when started."""
        import docker

        try:
            stream = self._engine.api.attach(self._container, stdout=True, stderr=True, stream=True)
            reader = _Reader(stream, tail, on_output)
            self._engine.api.start(self._container)
        except docker.errors.APIError as e:
            said = str(e.explanation or e)
            if "executable file not found" in said or "no such file or directory" in said:
                raise NotStartedError("the image has no such program") from None
            if "permission denied" in said:
                raise NotStartedError("permission denied") from None
            raise
        return reader


class _Reader(threading.Thread):
    """Takes what a container prints, until it ends or the engine is gone."""

    def __init__(self, stream: Iterator[bytes], tail: Tail, on_output: Callable[[bytes], None] | None) -> None:
        super().__init__(daemon=True, name="output")
        self._stream = stream
        self._tail = tail
        self._on_output = on_output
        self.start()

    def run(self) -> None:
        with contextlib.suppress(Exception):  # the connection broke: waiting for the exit code will tell
            for data in self._stream:
                self._tail.add(data)
                if self._on_output:
                    self._on_output(data)


def _watch(reader: threading.Thread, deadline: float, cancel: Cancel | None) -> str:
    """Wait for the end of the output; return why the command must be stopped, or ''."""
    while reader.is_alive():
        if cancel:
            return "cancel"
        if time.monotonic() > deadline:
            return "timeout"
        reader.join(TICK)
    return ""


def _kill(engine: Engine, container: str) -> None:
    import docker

    with contextlib.suppress(docker.errors.APIError):  # it ended by itself in the meantime
        engine.api.kill(container)


@contextlib.contextmanager
def sandbox(engine: Engine, order: Order) -> Iterator[Sandbox]:
    """A fresh container with nothing but its image, a room and scratch space; gone afterwards, whatever happens."""
    import docker

    with engine_errors(engine):
        try:
            made = engine.api.create_container_from_config(_config(engine, order))
        except docker.errors.ImageNotFound:
            raise machine(f"image {order.image} is gone", where="container engine", hint="build it again") from None
    try:
        yield Sandbox(engine, made["Id"])
    finally:
        with contextlib.suppress(docker.errors.APIError, ForgeError, OSError):  # a later sweep finds it
            engine.api.remove_container(made["Id"], v=True, force=True)


def _config(engine: Engine, order: Order) -> dict[str, Any]:
    """Everything the engine is told, in the words of its API."""
    from docker.types import Mount

    owner = {OWNER: f"{socket.gethostname()}:{os.getpid()}"}
    mounts = [Mount(ROOM, None, type="volume", labels=owner)]
    mounts += [Mount(folder, name, type="volume") for folder, name in order.volumes.items()]
    host = engine.api.create_host_config(
        network_mode=order.network,
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        read_only=True,
        tmpfs={"/tmp": SCRATCH},  # noqa: S108 - inside the container
        mem_limit=order.memory,
        memswap_limit=order.memory,
        pids_limit=order.processes,
        mounts=mounts,
        log_config={"Type": "none"},
    )
    config: dict[str, Any] = engine.api.create_container_config(
        order.image,
        list(order.argv),
        entrypoint=[],
        environment=dict(order.env),
        working_dir=order.directory,
        user=f"{order.user[0]}:{order.user[1]}",
        hostname="forge" if order.network == "none" else None,  # else each run would see another name
        labels=owner,
        host_config=host,
    )
    return config


def sweep_containers(engine: Engine) -> int:
    """Remove the containers that killed processes of this host left behind; how many there were."""
    import docker

    swept = 0
    with engine_errors(engine):
        for left in engine.api.containers(all=True, filters={"label": OWNER}):
            host, _, pid = left["Labels"][OWNER].rpartition(":")
            if host == socket.gethostname() and pid.isdigit() and not alive(int(pid)):
                with contextlib.suppress(docker.errors.APIError):  # another build sweeps as well
                    engine.api.remove_container(left["Id"], v=True, force=True)
                    swept += 1
    return swept
