"""Which words stand for which trouble with a container engine; nothing is really asked."""

import errno
import shutil

import docker.context.config
import pytest

from wasmforge.containers import engine
from wasmforge.errors import Exit, ForgeError


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.find_engine.cache_clear()
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    monkeypatch.setattr(docker.context.config, "get_current_context_name", lambda: "default")


def refusal(monkeypatch: pytest.MonkeyPatch, found: dict[str, int], programs: tuple[str, ...] = ()) -> tuple[str, str]:
    """What is said, and hinted, when the sockets are as `found` says and all others are not there."""
    monkeypatch.setattr(engine, "_connect_error", lambda path: found.get(str(path), errno.ENOENT))
    monkeypatch.setattr(shutil, "which", lambda name: name if name in programs else None)
    with pytest.raises(ForgeError) as raised:
        engine.find_engine()
    assert raised.value.exit_code is Exit.MACHINE
    return str(raised.value), raised.value.problems[0].hint


def test_none_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    said, hint = refusal(monkeypatch, {})
    assert said == "container engine: none on this machine"
    assert "apt install docker.io" in hint


@pytest.mark.parametrize("program", ["docker", "dockerd", "podman"])
def test_installed_but_not_running(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    said, hint = refusal(monkeypatch, {}, (program,))
    assert said == "container engine: installed, but not running"
    assert "systemctl start docker" in hint
    assert "podman.socket" in hint


def test_a_socket_that_nobody_listens_at(monkeypatch: pytest.MonkeyPatch) -> None:
    said, hint = refusal(monkeypatch, {"/var/run/docker.sock": errno.ECONNREFUSED})
    assert said == "container engine: does not answer (/var/run/docker.sock: connection refused)"
    assert "start it" in hint


def test_no_right_to_the_socket_is_said_before_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"/var/run/docker.sock": errno.EACCES, "/run/podman/podman.sock": errno.ECONNREFUSED}
    said, hint = refusal(monkeypatch, found)
    assert said == "container engine: permission denied on /var/run/docker.sock"
    assert "usermod -aG docker" in hint


@pytest.mark.parametrize(
    "path",
    [
        "/var/run/docker.sock",
        "/run/user/7/docker.sock",
        "/run/user/7/podman/podman.sock",
        "/run/podman/podman.sock",
    ],
)
def test_the_first_that_listens_is_taken(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    denied = {"/var/run/docker.sock": errno.EACCES}
    monkeypatch.setattr(engine, "_connect_error", lambda at: {**denied, path: 0}.get(str(at), errno.ENOENT))
    asked: list[str] = []
    monkeypatch.setattr(engine, "Engine", lambda address, _: asked.append(address))
    engine.find_engine()
    assert asked == [f"unix://{path}"]
