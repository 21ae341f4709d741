"""A toy toolchain in a container: each source is a shell script that plays the compiler inside a base image."""

import os

import pytest

from tests.support.project import ProjectFixture
from tests.support.toy_toolchain import write_toys
from wasmforge.containers.engine import Engine, find_engine
from wasmforge.containers.image_files import image_of
from wasmforge.errors import ForgeError

BASE = os.environ.get("WASMFORGE_TEST_IMAGE", "debian:forky-slim")
"""An image with a shell and Perl; tests/provision makes it."""

TOOLCHAIN = f"""
format = 1
name = "shell"
[[origins]]
kind = "container"
image = "{BASE}"
tools = {{ sh = ["sh"], python = ["perl"] }}
"""


def engine() -> Engine:
    """The engine, with the base image in it; the test is skipped with the reason where there is none."""
    try:
        found = find_engine()
    except ForgeError as e:
        pytest.skip(f"no container engine: {e} (tests/provision starts one)")
    if image_of(found, BASE) is None:
        pytest.skip(f"the engine has no image {BASE} (tests/provision makes it)")
    return found


def boxed(project: ProjectFixture, scripts: dict[str, str], *, timeout: float = 60, toolchain: str = TOOLCHAIN) -> None:
    """A project with one component for each script, built in containers."""
    write_toys(project, scripts, timeout=timeout)
    project.write({"toolchains/shell.toml": toolchain})
