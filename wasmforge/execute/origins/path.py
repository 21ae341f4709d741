"""A program on PATH: every candidate is probed, and the first that will do is taken."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from wasmforge import process
from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.model.toolchain import Origin, Toolchain

PROBE_TIMEOUT = 20.0
"""Seconds a program has to tell its version."""

_VERSION = re.compile(r"\d+(?:\.\d+)+|\d+")


def path(toolchain: Toolchain, origin: Origin, context: Context, note: Note) -> There:
    """The first `origin.program` on PATH that tells a version of at least `origin.at_least`."""
    program = origin.program or toolchain.name
    for candidate in _candidates(program):
        said, why_not = _probe(candidate, origin, context)
        if not why_not:
            identity = f"{program} {said['version']} sha256:{said['sha256'][:16]}"
            scope = {"program": (str(candidate),), "bin": (str(candidate.parent),)}
            return There(identity=identity, location=str(candidate), scope=scope)
        note(str(candidate), why_not)
    raise NotThere(f"no {program}{_wanted(origin)} on PATH", origin.fix)


def _candidates(program: str) -> Iterator[Path]:
    """Every executable of that name on PATH, each file once."""
    seen = set()
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        candidate = Path(folder) / program
        if folder and candidate.is_file() and os.access(candidate, os.X_OK) and candidate.resolve() not in seen:
            seen.add(candidate.resolve())
            yield candidate.absolute()


def _probe(candidate: Path, origin: Origin, context: Context) -> tuple[dict[str, str], str]:
    """What a program says of itself and its hash, remembered by the file's identity; and why it will not do."""
    status = candidate.stat()
    facts = (str(candidate.resolve()), status.st_mtime_ns, status.st_size, status.st_ino, origin.probe)
    key = hashlib.sha256(repr(facts).encode()).hexdigest()
    said: dict[str, str] | None = context.store.recall("probe", key)
    if said is None:
        said = _ask(candidate, origin)
        if not said["error"]:
            context.store.remember("probe", key, said)
    if said["error"]:
        return said, said["error"]
    if origin.at_least and _numbers(said["version"]) < _numbers(origin.at_least):
        return said, f"version {said['version']} is older than {origin.at_least}"
    return said, ""


def _ask(candidate: Path, origin: Origin) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if k in ("HOME", "PATH", "LANG")}
    try:
        done = process.run([candidate, *origin.probe], env=env, timeout=PROBE_TIMEOUT)
    except OSError as e:
        return {"error": f"cannot be started: {e.strerror}"}
    if not done.ok:
        return {"error": f"`{candidate.name} {' '.join(origin.probe)}`: {done.reason(PROBE_TIMEOUT)}"}
    version = _VERSION.search(done.text)
    if not version:
        return {"error": f"`{candidate.name} {' '.join(origin.probe)}` tells no version"}
    with candidate.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"error": "", "version": version[0], "sha256": digest}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version))


def _wanted(origin: Origin) -> str:
    return f" {origin.at_least} or later" if origin.at_least else ""
