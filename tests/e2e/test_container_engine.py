"""Engines that are not there, refuse, or die: one clear error each, exit code 3, and the next step."""

import socket
from pathlib import Path

import pytest

from tests.e2e.boxes import BASE, boxed, engine
from tests.e2e.relay import Relay
from tests.e2e.test_container import left
from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.e2e.toy import GOOD, refused
from tests.space import Space

pytestmark = [pytest.mark.e2e, pytest.mark.toolchains]


def test_no_engine_at_the_address_said(space: Space, tmp_path: Path) -> None:
    boxed(space, {"toy": GOOD})
    address = f"unix://{tmp_path}/none.sock"
    ended = space.run("build", DOCKER_HOST=address)
    refused(ended, 3, f"DOCKER_HOST={address}: no such file or directory", "sudo systemctl start docker")


def test_nobody_listens(space: Space, tmp_path: Path) -> None:
    boxed(space, {"toy": GOOD})
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bound:
        bound.bind(str(tmp_path / "e.sock"))
        ended = space.run("build", DOCKER_HOST=f"unix://{tmp_path}/e.sock")
    refused(ended, 3, "connection refused", "start it")


def test_no_engine_at_a_port(space: Space) -> None:
    boxed(space, {"toy": GOOD})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    refused(space.run("build", DOCKER_HOST=f"tcp://127.0.0.1:{port}"), 3, f"DOCKER_HOST=tcp://127.0.0.1:{port}")


def test_a_context_that_is_not_there(space: Space, tmp_path: Path) -> None:
    boxed(space, {"toy": GOOD})
    ended = space.run("build", DOCKER_CONTEXT="elsewhere", DOCKER_CONFIG=str(tmp_path), DOCKER_HOST="")
    refused(ended, 3, "docker context", "elsewhere", "docker context use default")


def test_an_engine_that_dies_in_the_middle(space: Space, tmp_path: Path) -> None:
    real = engine()
    relay = Relay(tmp_path / "e.sock", real.address.removeprefix("unix://"))
    boxed(space, {"toy": "sleep 600"}, timeout=300)
    space.env["DOCKER_HOST"] = f"unix://{tmp_path}/e.sock"
    build = start(space, "build")
    until(lambda: any(c["State"] == "running" for c in left(real, build.pid)))
    relay.cut()
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 3, said
    assert "container engine: no longer answers at unix://" in said
    assert "Traceback" not in said
    space.env["DOCKER_HOST"] = real.address
    boxed(space, {"toy": GOOD})
    space.build()
    assert left(real, build.pid) == []


DOCKERFILE = f"""
ARG BASE={BASE}
FROM ${{BASE}}
COPY Dockerfile host* /
RUN test -s /etc/apt/sources.list.d/debian.sources && echo told a mirror
RUN echo step $((1 + 1)); exit CODE
"""

TOOLCHAIN = """
format = 1
name = "toytool"
[[origins]]
kind = "container"
image = "wasmforge/toytool"
tools = { sh = ["sh"] }
"""


def test_an_image_is_built_fails_and_is_out_of_date(space: Space) -> None:
    real = engine()
    where = "toolchains/toytool/Dockerfile"
    space.write({"forge.toml": "format = 1\n", "toolchains/toytool/toytool.toml": TOOLCHAIN})
    space.write({where: DOCKERFILE.replace("CODE", "7")})
    build = ("toolchain", "build", "toytool", "--mirror", "http://mirror.invalid/debian")
    refused(space.run(*build), 1, "toolchain toytool", "RUN echo step", "exit code 7", "step 2")
    try:
        space.write({where: DOCKERFILE.replace("CODE", "0")})
        ended = space.run(*build, "-v")
        assert ended.exit == 0, ended.said
        assert "told a mirror" in ended.said
        assert "Ready toytool  wasmforge/toytool sha256:" in ended.said
        shown = space.run("toolchain", "show", "toytool").said
        assert "wasmforge/toytool sha256:" in " ".join(shown.split())
        space.write({where: DOCKERFILE.replace("CODE", "0 ")})
        shown = space.run("toolchain", "show", "toytool").said
        assert "was built from another Dockerfile" in " ".join(shown.split())
    finally:
        real.api.remove_image("wasmforge/toytool", force=True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("build", "nobody"), 2, "no toolchain 'nobody'"),
        (("build", "node"), 2, "has no origin in a container"),
        (("pull", "toytool"), 2, "is built from a Dockerfile"),
        (("build", "toytool", "--base", "localhost:1/no/such"), 3, "base image localhost:1/no/such is not here"),
        (("pull", "toytool", "--from", "localhost:1/no/such"), 1, "toolchain toytool"),
    ],
)
def test_wrong_requests(space: Space, words: tuple[str, ...], code: int, said: str) -> None:
    engine()
    space.write({"forge.toml": "format = 1\n", "toolchains/toytool/toytool.toml": TOOLCHAIN})
    space.write({"toolchains/toytool/Dockerfile": DOCKERFILE})
    refused(space.run("toolchain", *words), code, said)
