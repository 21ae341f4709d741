"""Unit tests run no process and open no socket: what needs the real thing belongs in tests/e2e."""

import socket
import subprocess
from typing import NoReturn

import pytest


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process(*args: object, **_: object) -> NoReturn:
        pytest.fail(f"a unit test started a process: {args[1:2]}")

    def no_socket(*_: object, **__: object) -> NoReturn:
        pytest.fail("a unit test opened a socket")

    monkeypatch.setattr(subprocess.Popen, "__init__", no_process)
    monkeypatch.setattr(socket.socket, "connect", no_socket)
    monkeypatch.setattr(socket.socket, "bind", no_socket)
