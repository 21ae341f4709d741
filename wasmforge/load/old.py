"""Compares forge.toml and forge.lock as they were with what they say now, table by table."""

import tomllib
from collections.abc import Iterable, Mapping
from typing import TypeVar

from wasmforge.load import toml
from wasmforge.load.lock import FILE as LOCK
from wasmforge.load.lock import read_lock
from wasmforge.load.project import FILE, Project
from wasmforge.load.shape import fit
from wasmforge.model.base import Noun
from wasmforge.model.lock import LockFile
from wasmforge.model.manifest import Manifest, ManifestFile

T = TypeVar("T")


class Unlike(Noun, frozen=True, kw_only=True):
    """What is said otherwise than before.

    Keys are `build`, `file NAME` (every component of that forge.toml), `component NAME` and `toolchain NAME`; values
    are how that is told.
    """

    things: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it for each instance


def unlike_now(project: Project, olds: Mapping[str, bytes | None]) -> Unlike:
    """What these files of the project said otherwise. Raises ForgeError when those of now cannot be read."""
    members = toml.read(project.root / FILE, ManifestFile, shown=FILE).members if FILE in olds else ()
    return unlike(olds, project.manifest, members, read_lock(project.root) if LOCK in olds else None)


def unlike(
    olds: Mapping[str, bytes | None], manifest: Manifest, members: tuple[str, ...], lock: LockFile | None
) -> Unlike:
    """What differs between files as they were (None: they were not there) and the project as it is now."""
    things: dict[str, str] = {}
    for path, data in olds.items():
        if path == LOCK:
            things |= _unlike_lock(data, lock)
        elif path.rpartition("/")[2] == FILE:
            things |= _unlike_file(path, data, manifest, members)
    return Unlike(things=things)


def _unlike_file(path: str, data: bytes | None, manifest: Manifest, members: tuple[str, ...]) -> dict[str, str]:
    if data is None:
        return {f"file {path}": f"{path} is new"}
    old = _read(data, ManifestFile)
    if old is None:
        return {"build" if path == FILE else f"file {path}": f"{path} could not be read before"}
    things: dict[str, str] = {}
    for name, placed in manifest.components.items():
        was = old.components.get(name)
        if placed.file == path and was != placed.component:
            keys = _different(was, placed.component) if was else ()
            things[f"component {name}"] = f"{path}: components.{name} {_how(keys) if was else 'is new'}"
    if path != FILE:
        return things
    if old.members != members:
        others = {placed.file for placed in manifest.components.values()} - {FILE}
        things |= {f"file {other}": f"{path}: members changed" for other in sorted(others)}
    if old.build != manifest.build:
        things["build"] = f"{path}: build {_how(_different(old.build, manifest.build))}"
    for name in {**old.toolchains, **manifest.toolchains}:
        if old.toolchains.get(name) != manifest.toolchains.get(name):
            things[f"toolchain {name}"] = f"{path}: toolchains.{name} changed"
    return things


def _unlike_lock(data: bytes | None, lock: LockFile | None) -> dict[str, str]:
    old = _read(data, LockFile) if data is not None else None
    before, after = (one.toolchains if one else {} for one in (old, lock))
    return {f"toolchain {n}": f"{LOCK}: {n} changed" for n in {**before, **after} if before.get(n) != after.get(n)}


def _read(data: bytes, shape: type[T]) -> T | None:
    """The file as a data class, or None when it was not right."""
    try:
        return fit(tomllib.loads(data.decode()), shape)[0]
    except (ValueError, RecursionError):
        return None


def _different(old: Noun, new: Noun) -> tuple[str, ...]:
    return tuple(k for k in old.__struct_fields__ if getattr(old, k) != getattr(new, k))


def _how(keys: Iterable[str]) -> str:
    return f"changed ({', '.join(k.replace('_', '-') for k in keys)})"
