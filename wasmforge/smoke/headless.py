"""The words and surroundings of a headless Chromium; starts none."""

import os
from collections.abc import Sequence
from pathlib import Path

from wasmforge.smoke.in_node import environment

WORDS = (
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
)


def headless(tool: Sequence[str], folder: Path, pages: int) -> tuple[str, ...]:
    """The command, but for what it is to open; its profile lies in `folder`, memories have at most so many pages."""
    # Chromium's own sandbox refuses to be started by root.
    alone = ("--no-sandbox",) if os.geteuid() == 0 else ()
    bound = f"--js-flags=--wasm-max-mem-pages={pages}"
    return (*tool, *WORDS, *alone, bound, f"--user-data-dir={folder}/profile")


def at(folder: Path) -> dict[str, str]:
    """Its environment: what it keeps, it keeps in `folder`."""
    return {**environment(), "HOME": str(folder), "TMPDIR": str(folder)}
