"""Finds the container engine, Docker's or podman's, and says what stands in the way. Knows no toolchains."""

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

from wasmforge.errors import ForgeError, machine

ANSWER = 120.0
"""Seconds the engine has for one answer; unpacking a large archive on a busy disk is the slowest."""

START = "start it: sudo systemctl start docker (or sudo dockerd), or for podman: systemctl --user start podman.socket"
INSTALL = "install one (apt install docker.io, or podman with systemctl --user start podman.socket; Docker Desktop)"
JOIN = "sudo usermod -aG docker $USER and log in again, or use rootless podman"

WHERE = "container engine"

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_DENIED = frozenset({errno.EACCES, errno.EPERM})


class _Ending:
    """Closes a client's connections when the thread that it belongs to is gone."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __del__(self) -> None:
        try:  # noqa: SIM105 - the interpreter may be going down, and contextlib be gone before us
            self._client.close()
        except Exception:  # noqa: S110
            pass


class Engine:
    """A container engine that answered at `address`. Its client is one per thread: connections are not shared."""

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
                made = docker.APIClient(base_url=self.address, version="auto", timeout=ANSWER, **self._options)
            self._threads.api = made
            self._threads.ending = _Ending(made)
        return self._threads.api


@lru_cache(maxsize=1)
def find_engine() -> Engine:
    """The first engine that answers. Raises ForgeError (exit 3) telling why none does and what to do about it."""
    said = os.environ.get("DOCKER_HOST")
    if said:
        return _named(said, f"DOCKER_HOST={said}", _tls_of_environment())
    if context := _context():
        name, address, options = context
        return _named(address, f"docker context {name!r} ({address})", options)
    found: dict[Path, int] = {}
    for path in engine_sockets():
        status = _knock(path)
        if status == 0:
            return Engine(f"unix://{path}", {})
        if status not in _ABSENT:
            found[path] = status
    raise _none(found)


def _none(found: dict[Path, int]) -> ForgeError:
    """Why no engine can be used, from the sockets that are there and what the system said of each."""
    for path, status in found.items():
        if status in _DENIED:
            return machine(f"permission denied on {path}", where=WHERE, hint=JOIN)
    if found:
        said = "; ".join(f"{path}: {os.strerror(status).lower()}" for path, status in found.items())
        return machine(f"does not answer ({said})", where=WHERE, hint=START)
    if any(shutil.which(program) for program in ("dockerd", "docker", "podman")):
        return machine("installed, but not running", where=WHERE, hint=START)
    return machine("none on this machine", where=WHERE, hint=INSTALL)


@contextlib.contextmanager
def engine_errors(engine: Engine) -> Iterator[None]:
    """Turns what the SDK raises when the engine is gone or refuses into a ForgeError (exit 3)."""
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


def _refused(said: str) -> ForgeError:
    """What the engine could not do, in its own words."""
    if "no space left" in said.lower():
        return machine(f"its disk is full: {said}", where=WHERE, hint="docker system prune, or a larger disk")
    return machine(said, where=WHERE, hint="`wasmforge doctor` looks at the engine")


def _gone(engine: Engine, error: Exception) -> ForgeError:
    what = f"no longer answers at {engine.address}: {_root(error)}"
    return machine(what, where=WHERE, hint=f"{START}; then build again")


def _named(address: str, where: str, options: dict[str, Any]) -> Engine:
    """The engine at an address somebody chose: no other is tried."""
    if address.startswith("unix://") and (status := _knock(Path(address.removeprefix("unix://")))):
        hint = JOIN if status in _DENIED else START
        raise machine(os.strerror(status).lower(), where=where, hint=hint)
    try:
        return Engine(address, options)
    except ForgeError as e:
        raise machine(e.problems[0].what, where=where, hint="start that engine, or name another address") from None


def _context() -> tuple[str, str, dict[str, Any]] | None:
    """The docker context in use when it is not the default one: its name, address and TLS options."""
    import docker

    try:
        name = os.environ.get("DOCKER_CONTEXT") or docker.context.config.get_current_context_name()
        if name == "default":
            return None
        found = docker.context.ContextAPI.get_context(name)
    except (docker.errors.DockerException, OSError, ValueError) as e:
        raise machine(f"cannot be read: {e}", where="docker context", hint="docker context use default") from None
    if found is None or not found.Host:
        raise machine(f"there is none named {name!r}", where="docker context", hint="docker context use default")
    return name, found.Host, {"tls": found.TLSConfig} if found.TLSConfig else {}


def _tls_of_environment() -> dict[str, Any]:
    import docker

    options = docker.utils.kwargs_from_env()
    return {"tls": options["tls"]} if options.get("tls") else {}


def engine_sockets() -> Iterator[Path]:
    """Where engines listen: Docker, rootless Docker, Docker Desktop, rootless podman, podman."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    yield Path("/var/run/docker.sock")
    yield runtime / "docker.sock"
    yield Path.home() / ".docker/run/docker.sock"
    yield runtime / "podman/podman.sock"
    yield Path("/run/podman/podman.sock")


def _knock(path: Path) -> int:
    """0 when something listens at the socket, else the system's error number."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(ANSWER)
        try:
            knock.connect(str(path))
        except OSError as e:
            return e.errno or errno.ECONNREFUSED
    return 0


def _root(error: BaseException) -> str:
    """The innermost cause, which is the system's own word."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
