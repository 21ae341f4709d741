"""Engines that are not there, refuse, or die: one clear error each, exit code 3, and the next step."""

import socket
from pathlib import Path

import pytest

from tests.e2e.test_container import left
from tests.e2e.test_interrupt import PATIENCE, start, until
from tests.support.container_toolchain import BASE, boxed, engine
from tests.support.engine_relay import Relay
from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import WRITE_MODULE, assert_refused

pytestmark = pytest.mark.toolchains


def test_no_engine_at_the_address_said(project: ProjectFixture, tmp_path: Path) -> None:
    boxed(project, {"toy": WRITE_MODULE})
    address = f"unix://{tmp_path}/none.sock"
    ended = project.run("build", DOCKER_HOST=address)
    assert_refused(ended, 3, f"DOCKER_HOST={address}: no such file or directory", "sudo systemctl start docker")


def test_nobody_listens(project: ProjectFixture, tmp_path: Path) -> None:
    boxed(project, {"toy": WRITE_MODULE})
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bound:
        bound.bind(str(tmp_path / "e.sock"))
        ended = project.run("build", DOCKER_HOST=f"unix://{tmp_path}/e.sock")
    assert_refused(ended, 3, "connection refused", "start it")


def test_no_engine_at_a_port(project: ProjectFixture) -> None:
    boxed(project, {"toy": WRITE_MODULE})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert_refused(
        project.run("build", DOCKER_HOST=f"tcp://127.0.0.1:{port}"), 3, f"DOCKER_HOST=tcp://127.0.0.1:{port}"
    )


def test_a_context_that_is_not_there(project: ProjectFixture, tmp_path: Path) -> None:
    boxed(project, {"toy": WRITE_MODULE})
    ended = project.run("build", DOCKER_CONTEXT="elsewhere", DOCKER_CONFIG=str(tmp_path), DOCKER_HOST="")
    assert_refused(ended, 3, "docker context", "elsewhere", "docker context use default")


def test_an_engine_that_dies_in_the_middle(project: ProjectFixture, tmp_path: Path) -> None:
    real = engine()
    relay = Relay(tmp_path / "e.sock", real.address.removeprefix("unix://"))
    boxed(project, {"toy": "sleep 600"}, timeout=300)
    project.env["DOCKER_HOST"] = f"unix://{tmp_path}/e.sock"
    build = start(project, "build")
    until(lambda: any(c["State"] == "running" for c in left(real, build.pid)))
    relay.cut()
    said, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 3, said
    assert "container engine: no longer answers at unix://" in said
    assert "Traceback" not in said
    project.env["DOCKER_HOST"] = real.address
    boxed(project, {"toy": WRITE_MODULE})
    project.build()
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


def test_an_image_is_built_fails_and_is_out_of_date(project: ProjectFixture) -> None:
    real = engine()
    where = "toolchains/toytool/Dockerfile"
    project.write({"forge.toml": "format = 1\n", "toolchains/toytool/toytool.toml": TOOLCHAIN})
    project.write({where: DOCKERFILE.replace("CODE", "7")})
    build = ("toolchain", "build", "toytool", "--mirror", "http://mirror.invalid/debian")
    assert_refused(project.run(*build), 1, "toolchain toytool", "RUN echo step", "exit code 7", "step 2")
    try:
        project.write({where: DOCKERFILE.replace("CODE", "0")})
        ended = project.run(*build, "-v")
        assert ended.exit == 0, ended.output
        assert "told a mirror" in ended.output
        assert "Ready toytool  wasmforge/toytool sha256:" in ended.output
        shown = project.run("toolchain", "show", "toytool").output
        assert "wasmforge/toytool sha256:" in " ".join(shown.split())
        project.write({where: DOCKERFILE.replace("CODE", "0 ")})
        shown = project.run("toolchain", "show", "toytool").output
        assert "was built from another Dockerfile" in " ".join(shown.split())
    finally:
        real.api.remove_image("wasmforge/toytool", force=True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("build", "nobody"), 2, "unknown toolchain 'nobody'"),
        (("build", "node"), 2, "has no origin in a container"),
        (("pull", "toytool"), 2, "is built from a Dockerfile"),
        (("build", "toytool", "--base", "localhost:1/no/such"), 3, "base image localhost:1/no/such is not here"),
        (("pull", "toytool", "--from", "localhost:1/no/such"), 1, "toolchain toytool"),
    ],
)
def test_wrong_requests(project: ProjectFixture, words: tuple[str, ...], code: int, said: str) -> None:
    engine()
    project.write({"forge.toml": "format = 1\n", "toolchains/toytool/toytool.toml": TOOLCHAIN})
    project.write({"toolchains/toytool/Dockerfile": DOCKERFILE})
    assert_refused(project.run("toolchain", *words), code, said)
