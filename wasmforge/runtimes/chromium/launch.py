"""Starts headless Chromium: its command line, its environment, and the sandbox that holds it."""

import os
from collections.abc import Sequence
from pathlib import Path

from wasmforge import sandbox
from wasmforge.process import CancelToken, ProcessResult
from wasmforge.runtimes.loopback_http import LoopbackServer
from wasmforge.runtimes.program import runtime_environment
from wasmforge.sandbox import Policy, Sandbox

FLAGS = (
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


def headless_command(tool: Sequence[str], folder: Path, pages: int, *, within: bool = False) -> tuple[str, ...]:
    """The command without the address to open. The profile is in `folder`; memories grow to at most so many pages."""
    # Chromium's own sandbox refuses to be started by root, and needs what Landlock's filter takes.
    unsandboxed = ("--no-sandbox",) if os.geteuid() == 0 or within else ()
    memory_limit = f"--js-flags=--wasm-max-mem-pages={pages}"
    return (*tool, *FLAGS, *unsandboxed, memory_limit, f"--user-data-dir={folder}/profile")


def environment_in(folder: Path) -> dict[str, str]:
    """The environment of a browser that keeps all its files in `folder`."""
    return {**runtime_environment(), "HOME": str(folder), "TMPDIR": str(folder)}


def run_browser(
    confinement: Sandbox,
    server: LoopbackServer,
    argv: Sequence[str],
    folder: Path,
    readable: tuple[str, ...],
    timeout: float,
    stop: CancelToken,
) -> ProcessResult:
    """Run a browser until it ends or is stopped. Returns how it ended.

    It may write in `folder` only, read the paths `readable`, and reach no machine but `server`.
    """
    place = str(folder)
    policy = Policy(directory=place, writable=(place,), readable=readable, browser=True, connects=server.port)
    if confinement.kind != "bubblewrap":
        return sandbox.run(confinement, argv, policy, env=environment_in(folder), timeout=timeout, cancel=stop)
    from wasmforge.sandbox.tunnel import Tunnel

    tunnel = Tunnel()
    try:
        with server.also_on_socket(tunnel.out):
            policy = Policy(
                directory=place, writable=(place,), readable=readable, browser=True, sockets=(tunnel.folder,)
            )
            command = tunnel.words(argv, server.port)
            return sandbox.run(confinement, command, policy, env=environment_in(folder), timeout=timeout, cancel=stop)
    finally:
        tunnel.close()
