"""Finds out which sandbox works on this machine by starting it once; remembers the answer until the next boot."""

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from wasmforge.errors import machine_error
from wasmforge.sandbox.bubblewrap import NO_NESTING
from wasmforge.sandbox.landlock import MIN_LANDLOCK_VERSION, landlock_version
from wasmforge.sandbox.policy import UNCONFINED, Mode, Policy, Sandbox
from wasmforge.sandbox.run import run
from wasmforge.sandbox.seccomp import ARCHITECTURES

VARIABLE = "WASMFORGE_SANDBOX"
"""Environment variable with the user's mode; it overrides the project's."""

MODES: tuple[Mode, ...] = ("auto", "required", "off")

FIX = "install bubblewrap (apt install bubblewrap, dnf install bubblewrap), or Linux 6.7 or later with Landlock"

PROBE_TIMEOUT_S = 20.0
"""Seconds that starting a sandbox once may take."""

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

STATUS_FIELDS = ("Seccomp:", "CapEff:", "CapBnd:", "NoNewPrivs:")
"""Lines of /proc/self/status that say how this process itself is confined."""


class ProbeCache(Protocol):
    """Stores JSON values by kind and key."""

    def get_value(self, kind: str, key: str) -> Any:
        """The value, or None."""

    def put_value(self, kind: str, key: str, value: object) -> None:
        """Store the value."""


def choose_sandbox(project: Mode, requested: str | None) -> Mode:
    """The mode that applies, from the project's mode and the one that the user requested (None: none).

    The user's mode overrides the project's, except that `auto` does not weaken a project's `required`.
    """
    if requested is None or (requested == "auto" and project == "required"):
        return project
    return "required" if requested == "required" else "off" if requested == "off" else "auto"


def find_sandbox(mode: Mode, memory: ProbeCache | None = None) -> Sandbox:
    """The sandbox of this machine. Raises ForgeError (exit 3) if one is required and none works."""
    if mode == "off":
        return UNCONFINED
    sandbox = _detect_cached(memory)
    if mode == "required" and not sandbox.holds:
        raise machine_error(f"none works on this machine ({sandbox.reason})", where="sandbox", hint=FIX)
    return sandbox


def candidates() -> tuple[str, ...]:
    """Every path where bubblewrap would be found through PATH, whether it exists or not."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    return tuple(str((Path(folder) / "bwrap").absolute()) for folder in folders if folder)


def _detect_cached(memory: ProbeCache | None) -> Sandbox:
    import msgspec

    program = shutil.which("bwrap")
    key = _key(program)
    if memory is not None and key and (value := memory.get_value("sandbox", key)) is not None:
        return msgspec.convert(value, Sandbox)
    sandbox = _detect(program)
    if memory is not None and key:
        memory.put_value("sandbox", key, msgspec.to_builtins(sandbox))
    return sandbox


def _detect(program: str | None) -> Sandbox:
    """Try bubblewrap, then Landlock. Returns the first that works, or none with the reasons."""
    if not sys.platform.startswith("linux"):
        return Sandbox(reasons=(f"there is none for {sys.platform}",))
    if platform.machine() not in ARCHITECTURES:
        return Sandbox(reasons=(f"there is none for Linux on {platform.machine()}",))
    reasons: list[str] = []
    for sandbox in (bubblewrap(program), landlock()):
        if sandbox.holds:
            return sandbox
        reasons += sandbox.reasons
    return Sandbox(reasons=tuple(reasons))


def bubblewrap(program: str | None) -> Sandbox:
    """Bubblewrap at this path, or why it does not work."""
    if program is None:
        return Sandbox(reasons=("bubblewrap: no bwrap on PATH",))
    why = ""
    for words in ((program, NO_NESTING), (program,)):
        version = _version(program)
        sandbox = Sandbox(kind="bubblewrap", words=words, version=version)
        why = _start_error(sandbox)
        if not why:
            return sandbox
    return Sandbox(reasons=(f"bubblewrap: {why}",))


def landlock() -> Sandbox:
    """Landlock, or why it does not work."""
    try:
        version = landlock_version()
    except OSError as e:
        return Sandbox(reasons=(f"landlock: {e}",))
    if version < MIN_LANDLOCK_VERSION:
        return Sandbox(reasons=(f"landlock: the kernel has version {version}, {MIN_LANDLOCK_VERSION} is needed",))
    sandbox = Sandbox(kind="landlock", version=str(version))
    why = _start_error(sandbox)
    return Sandbox(reasons=(f"landlock: {why}",)) if why else sandbox


def _start_error(sandbox: Sandbox) -> str:
    """Why a command cannot be run in the sandbox; empty if it can."""
    from wasmforge.process import ProcessResult

    try:
        done = run(sandbox, ["/bin/sh", "-c", "exit 7"], Policy(directory="/"), env={}, timeout=PROBE_TIMEOUT_S)
    except OSError as e:
        done = ProcessResult(exit=127, output=(e.strerror or str(e)).encode(), seconds=0)
    if done.exit == 7:
        return ""
    lines = [line.strip() for line in done.text.splitlines() if line.strip()]
    return lines[-1] if lines else done.reason(PROBE_TIMEOUT_S)


def _version(program: str) -> str:
    from wasmforge import process

    try:
        done = process.run([program, "--version"], timeout=PROBE_TIMEOUT_S)
    except OSError:
        return ""
    return done.text.split()[-1] if done.ok and done.text.split() else ""


def _key(program: str | None) -> str:
    """A hash of everything that the result depends on; empty if that is unknown, as on other systems than Linux."""
    facts: list[object] = [platform.machine(), os.geteuid()]
    try:
        facts.append(BOOT_ID.read_text())
        facts += [os.readlink(f"/proc/self/ns/{name}") for name in ("user", "pid", "mnt", "net")]  # noqa: PTH115
        status = Path("/proc/self/status").read_text("utf-8", "replace")
        facts += [line for line in status.splitlines() if line.startswith(STATUS_FIELDS)]
        if program is not None:
            s = Path(program).stat()
            facts.append((program, s.st_ino, s.st_dev, s.st_size, s.st_mtime_ns, s.st_ctime_ns))
    except OSError:
        return ""
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def asked_for(option: str | None, environment: Mapping[str, str] = os.environ) -> str | None:
    """The mode that the user requests by the option, or else by the variable. Raises ForgeError for an unknown mode."""
    from wasmforge.errors import usage_error

    mode = option or environment.get(VARIABLE) or None
    if mode is not None and mode not in MODES:
        raise usage_error(f"{mode!r} is none of {', '.join(MODES)}", where="--sandbox" if option else VARIABLE)
    return mode
