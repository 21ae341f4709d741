"""Every runtime that is on this machine, as the command line finds it: on PATH, from npm, or in an image."""

import functools
import tempfile
from pathlib import Path

import pytest

from wasmforge import smoke
from wasmforge.config.catalog import load_catalog
from wasmforge.errors import ForgeError
from wasmforge.model.events import Event
from wasmforge.model.runtime import UnavailableRuntime
from wasmforge.model.toolchain import ResolvedToolchain
from wasmforge.process import CancelToken
from wasmforge.runtimes.context import RuntimeContext
from wasmforge.sandbox import find_sandbox
from wasmforge.store.cache_dirs import CacheDirs
from wasmforge.store.store import Store
from wasmforge.toolchains.resolve import ToolchainResolver

CATALOG = load_catalog(None)


@functools.cache
def find_runtime_toolchain(name: str) -> ResolvedToolchain | UnavailableRuntime:
    """A toolchain, or why it is not here."""
    with tempfile.TemporaryDirectory(prefix="wasmforge-runtimes-") as folder:
        tools = ToolchainResolver(CATALOG, {}, CacheDirs(), Store(Path(folder)), emit=_nothing)
        try:
            return tools.toolchain(name)
        except ForgeError as e:
            return UnavailableRuntime(why=e.problems[0].what, fix=e.problems[0].hint)


def require_runtimes(*runtimes: str) -> RuntimeContext:
    """What these runtimes are run with; skips the test where one of them is not here."""
    from wasmforge.containers.run_in_image import run_in_image

    toolchains = {name: find_runtime_toolchain(name) for name in smoke.toolchains_of(runtimes, CATALOG.runtimes)}
    for name, found in toolchains.items():
        if isinstance(found, UnavailableRuntime):
            pytest.skip(f"{name} {found.why}: {found.fix}")
    return RuntimeContext(
        cancel=CancelToken(),
        files=CATALOG.runtimes,
        toolchains=toolchains,
        run_in_image=run_in_image,
        sandbox=find_sandbox("auto"),
    )


def _nothing(event: Event) -> None:
    """Nobody listens."""
    del event
