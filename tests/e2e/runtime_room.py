"""Every runtime that is on this machine, as the command line finds it: on PATH, from npm, or in an image."""

import functools
import tempfile
from pathlib import Path

import pytest

from wasmforge import execute, smoke
from wasmforge.errors import ForgeError
from wasmforge.load.catalog import load_catalog
from wasmforge.model.events import Event
from wasmforge.model.runtime import Absent
from wasmforge.model.toolchain import Kit
from wasmforge.process import Cancel
from wasmforge.smoke.hands import Hands

CATALOG = load_catalog(None)


@functools.cache
def kit(name: str) -> Kit | Absent:
    """A toolchain, or why it is not here."""
    with tempfile.TemporaryDirectory(prefix="wasmforge-runtimes-") as folder:
        tools = execute.Tools(CATALOG, {}, execute.Places(), execute.Store(Path(folder)), tell=_nothing)
        try:
            return tools.kit(name)
        except ForgeError as e:
            return Absent(why=e.problems[0].what, fix=e.problems[0].hint)


def hands(*runtimes: str) -> Hands:
    """What these runtimes are run with; skips the test where one of them is not here."""
    from wasmforge.execute.boxed import boxed

    kits = {name: kit(name) for name in smoke.toolchains(runtimes, CATALOG.runtimes)}
    for name, found in kits.items():
        if isinstance(found, Absent):
            pytest.skip(f"{name} {found.why}: {found.fix}")
    return Hands(cancel=Cancel(), files=CATALOG.runtimes, kits=kits, boxed=boxed)


def _nothing(event: Event) -> None:
    """Nobody listens."""
    del event
