"""Compares the toolchains found with those that forge.lock names."""

from collections.abc import Iterator, Mapping

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.lock import Locked, LockFile
from wasmforge.model.toolchain import Kit

HINT = "use the toolchain of the lock, or run `wasmforge lock` and commit the change"


def check_locked(lock: LockFile, kits: Mapping[str, Kit], architecture: str) -> None:
    """Raise ForgeError naming every toolchain that is not the one in the lock."""
    problems = [*_drift(lock, kits, architecture)]
    if problems:
        raise ForgeError(*problems)


def resolved(kits: Mapping[str, Kit]) -> dict[str, Locked]:
    """What was found, as the lock says it."""
    return {name: Locked(origin=kit.origin, identity=kit.identity) for name, kit in sorted(kits.items())}


def relocked(lock: LockFile, found: Mapping[str, Locked], architecture: str) -> LockFile:
    """The lock with what was found on this architecture; what it says of others stays, other toolchains go."""
    toolchains = {
        name: dict(sorted({**lock.toolchains.get(name, {}), architecture: locked}.items()))
        for name, locked in sorted(found.items())
    }
    return LockFile(format=lock.format, toolchains=toolchains)


def _drift(lock: LockFile, kits: Mapping[str, Kit], architecture: str) -> Iterator[Problem]:
    for name, found in resolved(kits).items():
        where = f"forge.lock: toolchains.{name}"
        locked = lock.toolchains.get(name, {}).get(architecture)
        if locked is None:
            what = f"has no entry for {architecture}" if name in lock.toolchains else "is not locked"
            yield Problem(where=where, what=what, hint="run `wasmforge lock` on this machine and commit the change")
        elif locked != found:
            what = f"is {found.identity} from {found.origin}, locked is {locked.identity} from {locked.origin}"
            yield Problem(where=where, what=what, hint=HINT)
