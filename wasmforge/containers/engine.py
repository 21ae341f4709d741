"""Finds the container engine, Docker or podman, or says why there is none."""

import contextlib
import errno
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from wasmforge.errors import ForgeError, machine_error

ANSWER_TIMEOUT_S = 120.0
"""Seconds that the engine has for one answer; unpacking a large archive on a busy disk takes longest."""

START_HINT = (
    "start it: sudo systemctl start docker (or sudo dockerd), or for podman: systemctl --user start podman.socket"
)
INSTALL_HINT = (
    "install one (apt install docker.io, or podman with systemctl --user start podman.socket; Docker Desktop)"
)
PERMISSION_HINT = "sudo usermod -aG docker $USER and log in again, or use rootless podman"

WHERE = "container engine"

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_DENIED = frozenset({errno.EACCES, errno.EPERM})


class _ClientCloser:
    """Closes the connections of a client when its thread has ended."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __del__(self) -> None:
        try:  # noqa: SIM105 - contextlib may be gone already when the interpreter ends
            self._client.close()
        except Exception:  # noqa: S110
            pass


class Engine:
    """A container engine that answered at `address`. Each thread has its own client, so no connection is shared."""

    def __init__(self, address: str, options: dict[str, Any]) -> None:
        self.address = address
        self._options = options
        self._threads = threading.local()
        with engine_errors(self):
            self.version = str(self.api.version().get("Version", ""))

    @property
    def api(self) -> Any:
        """The SDK's low-level client of this thread."""
        if not hasattr(self._threads, "api"):
            import docker

            with engine_errors(self):
                client = docker.APIClient(
                    base_url=self.address, version="auto", timeout=ANSWER_TIMEOUT_S, **self._options
                )
            self._threads.api = client
            self._threads.closer = _ClientCloser(client)
        return self._threads.api


@lru_cache(maxsize=1)
def find_engine() -> Engine:
    """The first engine that answers. Raises ForgeError (exit 3) with the reason and a hint if none does."""
    value = os.environ.get("DOCKER_HOST")
    if value:
        return _named(value, f"DOCKER_HOST={value}", _tls_of_environment())
    if context := _context():
        name, address, options = context
        return _named(address, f"docker context {name!r} ({address})", options)
    failures: dict[Path, int] = {}
    for path in engine_sockets():
        status = _connect_error(path)
        if status == 0:
            return Engine(f"unix://{path}", {})
        if status not in _ABSENT:
            failures[path] = status
    raise _no_engine(failures)


def _no_engine(failures: dict[Path, int]) -> ForgeError:
    """The error for a machine without a usable engine; `failures` has the error number of each existing socket."""
    for path, status in failures.items():
        if status in _DENIED:
            return machine_error(f"permission denied on {path}", where=WHERE, hint=PERMISSION_HINT)
    if failures:
        message = "; ".join(f"{path}: {os.strerror(status).lower()}" for path, status in failures.items())
        return machine_error(f"does not answer ({message})", where=WHERE, hint=START_HINT)
    if any(shutil.which(program) for program in ("dockerd", "docker", "podman")):
        return machine_error("installed, but not running", where=WHERE, hint=START_HINT)
    return machine_error("none on this machine", where=WHERE, hint=INSTALL_HINT)


@contextlib.contextmanager
def engine_errors(engine: Engine) -> Iterator[None]:
    """Turn the SDK's errors (the engine refuses, or does not answer) into a ForgeError (exit 3)."""
    import docker
    import requests
    import urllib3

    try:
        yield
    except docker.errors.APIError as e:
        raise _refused(str(e.explanation or e)) from None
    except (docker.errors.DockerException, requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as e:
        raise _gone(engine, e) from None
    except OSError as e:
        raise _gone(engine, e) from None


def _refused(message: str) -> ForgeError:
    """The error for a request that the engine refused, with its message."""
    if "no space left" in message.lower():
        return machine_error(f"its disk is full: {message}", where=WHERE, hint="docker system prune, or a larger disk")
    return machine_error(message, where=WHERE, hint="`wasmforge doctor` looks at the engine")


def _gone(engine: Engine, error: Exception) -> ForgeError:
    message = f"no longer answers at {engine.address}: {_root_cause(error)}"
    return machine_error(message, where=WHERE, hint=f"{START_HINT}; then build again")


def _named(address: str, where: str, options: dict[str, Any]) -> Engine:
    """The engine at an address that the user chose; no other is tried."""
    if address.startswith("unix://") and (status := _connect_error(Path(address.removeprefix("unix://")))):
        hint = PERMISSION_HINT if status in _DENIED else START_HINT
        raise machine_error(os.strerror(status).lower(), where=where, hint=hint)
    try:
        return Engine(address, options)
    except ForgeError as e:
        raise machine_error(
            e.problems[0].what, where=where, hint="start that engine, or name another address"
        ) from None


def _context() -> tuple[str, str, dict[str, Any]] | None:
    """The current docker context, if it is not the default one: its name, address and TLS options."""
    import docker

    try:
        name = os.environ.get("DOCKER_CONTEXT") or docker.context.config.get_current_context_name()
        if name == "default":
            return None
        context = docker.context.ContextAPI.get_context(name)
    except (docker.errors.DockerException, OSError, ValueError) as e:
        raise machine_error(f"cannot be read: {e}", where="docker context", hint="docker context use default") from None
    if context is None or not context.Host:
        raise machine_error(f"no context named {name!r}", where="docker context", hint="docker context use default")
    return name, context.Host, {"tls": context.TLSConfig} if context.TLSConfig else {}


def _tls_of_environment() -> dict[str, Any]:
    import docker

    options = docker.utils.kwargs_from_env()
    return {"tls": options["tls"]} if options.get("tls") else {}


def engine_sockets() -> Iterator[Path]:
    """The usual sockets of Docker, rootless Docker, Docker Desktop, rootless podman and podman, in this order."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    yield Path("/var/run/docker.sock")
    yield runtime / "docker.sock"
    yield Path.home() / ".docker/run/docker.sock"
    yield runtime / "podman/podman.sock"
    yield Path("/run/podman/podman.sock")


def _connect_error(path: Path) -> int:
    """0 if something listens at the socket, else the error number of the connect."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(ANSWER_TIMEOUT_S)
        try:
            probe.connect(str(path))
        except OSError as e:
            return e.errno or errno.ECONNREFUSED
    return 0


def _root_cause(error: BaseException) -> str:
    """The message of the innermost cause, which is the system's."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
