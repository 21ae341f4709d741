"""What can hold commands on this machine, each kind by itself."""

import functools
import os
import shutil

import pytest

from wasmforge.sandbox import Sandbox
from wasmforge.sandbox.detect import bubblewrap, landlock

KINDS = ("bubblewrap", "landlock")


@functools.cache
def available_sandbox(kind: str) -> Sandbox:
    """This kind, or why it is not here."""
    return bubblewrap(shutil.which("bwrap")) if kind == "bubblewrap" else landlock()


def require_sandbox(kind: str) -> Sandbox:
    """This kind; skips the test where it is not here."""
    sandbox = available_sandbox(kind)
    if not sandbox.holds:
        pytest.skip(sandbox.reason)
    return sandbox


def path_without_bubblewrap(folder: str) -> str:
    """A PATH with all that is on this one but bwrap: links in a folder of that name."""
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - a text as PATH has it
    folders = os.environ["PATH"].split(os.pathsep)
    kept = []
    for place in folders:
        if not os.path.lexists(f"{place}/bwrap"):
            kept.append(place)
            continue
        for name in os.listdir(place):  # noqa: PTH208 - as above
            if name != "bwrap" and not os.path.lexists(f"{folder}/{name}"):
                os.symlink(f"{place}/{name}", f"{folder}/{name}")  # noqa: PTH211 - as above
        if folder not in kept:
            kept.append(folder)
    return os.pathsep.join(kept)
