"""Compares the toolchains found with those that forge.lock names."""

from collections.abc import Collection, Iterator, Mapping

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.lockfile import Locked, LockFile
from wasmforge.model.toolchain import ResolvedToolchain

HINT = "use the toolchain of the lock, or run `wasmforge lock` and commit the change"


def check_locked(lock: LockFile, resolved: Mapping[str, ResolvedToolchain], architecture: str) -> None:
    """Raise ForgeError naming every toolchain that is not the one in the lock."""
    problems = [*_difference(lock, resolved, architecture)]
    if problems:
        raise ForgeError(*problems)


def to_lock_entries(resolved: Mapping[str, ResolvedToolchain]) -> dict[str, Locked]:
    """What was found, as the lock says it."""
    return {
        name: Locked(origin=toolchain.origin, identity=toolchain.identity)
        for name, toolchain in sorted(resolved.items())
    }


def update_lock(
    lock: LockFile, found: Mapping[str, Locked], architecture: str, *, keep: Collection[str] = ()
) -> LockFile:
    """The lock with what was found on this architecture; what it says of others stays, other toolchains go, but for
    those to `keep`, which are needed and not here.
    """
    toolchains = {
        name: dict(sorted({**lock.toolchains.get(name, {}), architecture: locked}.items()))
        for name, locked in found.items()
    }
    toolchains.update({name: lock.toolchains[name] for name in keep if name in lock.toolchains})
    return LockFile(format=lock.format, toolchains=dict(sorted(toolchains.items())), fetched=lock.fetched)


def _difference(lock: LockFile, resolved: Mapping[str, ResolvedToolchain], architecture: str) -> Iterator[Problem]:
    for name, found in to_lock_entries(resolved).items():
        where = f"forge.lock: toolchains.{name}"
        locked = lock.toolchains.get(name, {}).get(architecture)
        if locked is None:
            what = f"has no entry for {architecture}" if name in lock.toolchains else "is not locked"
            yield Problem(where=where, what=what, hint="run `wasmforge lock` on this machine and commit the change")
        elif locked != found:
            what = f"is {found.identity} from {found.origin}, locked is {locked.identity} from {locked.origin}"
            yield Problem(where=where, what=what, hint=HINT)
