"""Compares an earlier forge.toml and forge.lock with those of today, table by table."""

import tomllib
from collections.abc import Iterable, Mapping
from typing import TypeVar

from wasmforge.config import toml
from wasmforge.config.lockfile import LOCK_FILE as LOCK
from wasmforge.config.lockfile import read_lock
from wasmforge.config.project import MANIFEST_FILE, Project
from wasmforge.config.schema_errors import convert
from wasmforge.model.base import Struct
from wasmforge.model.lockfile import LockFile
from wasmforge.model.manifest import Manifest, ManifestFile

T = TypeVar("T")


class ConfigDiff(Struct, frozen=True, kw_only=True):
    """What is said otherwise than before.

    Keys are `build`, `file NAME` (every component of that forge.toml), `component NAME` and `toolchain NAME`; values
    are how that is told.
    """

    reasons: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it for each instance


def diff_with_current(project: Project, previous_contents: Mapping[str, bytes | None]) -> ConfigDiff:
    """What these files of the project said otherwise. Raises ForgeError when those of now cannot be read."""
    members = (
        toml.read(project.root / MANIFEST_FILE, ManifestFile, shown=MANIFEST_FILE).members
        if MANIFEST_FILE in previous_contents
        else ()
    )
    return diff(
        previous_contents, project.manifest, members, read_lock(project.root) if LOCK in previous_contents else None
    )


def diff(
    previous_contents: Mapping[str, bytes | None], manifest: Manifest, members: tuple[str, ...], lock: LockFile | None
) -> ConfigDiff:
    """What differs between files as they were (None: they were not there) and the project as it is now."""
    things: dict[str, str] = {}
    for path, data in previous_contents.items():
        if path == LOCK:
            things |= _diff_lock(data, lock)
        elif path.rpartition("/")[2] == MANIFEST_FILE:
            things |= _diff_file(path, data, manifest, members)
    return ConfigDiff(reasons=things)


def _diff_file(path: str, data: bytes | None, manifest: Manifest, members: tuple[str, ...]) -> dict[str, str]:
    if data is None:
        return {f"file {path}": f"{path} is new"}
    old = _read(data, ManifestFile)
    if old is None:
        return {"build" if path == MANIFEST_FILE else f"file {path}": f"{path} could not be read before"}
    things: dict[str, str] = {}
    for name, declared in manifest.components.items():
        was = old.components.get(name)
        if declared.file == path and was != declared.component:
            keys = _changed_keys(was, declared.component) if was else ()
            things[f"component {name}"] = f"{path}: components.{name} {_describe(keys) if was else 'is new'}"
    if path != MANIFEST_FILE:
        return things
    if old.members != members:
        others = {declared.file for declared in manifest.components.values()} - {MANIFEST_FILE}
        things |= {f"file {other}": f"{path}: members changed" for other in sorted(others)}
    if old.build != manifest.build:
        things["build"] = f"{path}: build {_describe(_changed_keys(old.build, manifest.build))}"
    for name in {**old.toolchains, **manifest.toolchains}:
        if old.toolchains.get(name) != manifest.toolchains.get(name):
            things[f"toolchain {name}"] = f"{path}: toolchains.{name} changed"
    return things


def _diff_lock(data: bytes | None, lock: LockFile | None) -> dict[str, str]:
    old = _read(data, LockFile) if data is not None else None
    before, after = (one or LockFile(format=1) for one in (old, lock))
    things = {f"toolchain {n}": f"{LOCK}: {n} changed" for n in _differing(before.toolchains, after.toolchains)}
    fetched = {f"component {n}": f"{LOCK}: fetched.{n} changed" for n in _differing(before.fetched, after.fetched)}
    return things | fetched


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _read(data: bytes, struct: type[T]) -> T | None:
    """The file as a data class, or None when it was not right."""
    try:
        return convert(tomllib.loads(data.decode()), struct)[0]
    except (ValueError, RecursionError):
        return None


def _changed_keys(old: Struct, new: Struct) -> tuple[str, ...]:
    return tuple(k for k in old.__struct_fields__ if getattr(old, k) != getattr(new, k))


def _describe(keys: Iterable[str]) -> str:
    return f"changed ({', '.join(k.replace('_', '-') for k in keys)})"
