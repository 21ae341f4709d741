"""Reads delivered files back from disk: hashes, sizes, and the module's facts."""

import gzip
import hashlib
from pathlib import Path

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.aot import AotCode
from wasmforge.model.artifact import Artifact, DeliveredFile
from wasmforge.model.module import Module
from wasmforge.model.plan import Delivery, PlannedFile
from wasmforge.safe_paths import read_bounded
from wasmforge.wasm import Malformed, aot_header, read

MAX_MODULE_BYTES = 1 << 30
"""Largest file that is read; no runtime accepts a larger module."""


def delivered_file(folder: Path, file: PlannedFile) -> DeliveredFile:
    """One file of a delivery as it is on disk; sizes in bytes, gzip at its best level."""
    data = read_file(folder / file.name)
    return DeliveredFile(
        role=file.role,
        name=file.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        gzip=gzip_size(data),
        native=aot_description(data) if file.role == "aot" else "",
    )


def read_artifact(root: Path, delivery: Delivery, seconds: float = 0.0) -> Artifact:
    """The artifact in dist for a delivery, without the features it uses."""
    files = tuple(delivered_file(root / delivery.folder, file) for file in delivery.files)
    return Artifact(
        label=delivery.label,
        component=delivery.component,
        target=delivery.target,
        profile=delivery.profile,
        folder=delivery.folder,
        files=files,
        seconds=seconds,
        run=delivery.run,
    )


def aot_description(data: bytes) -> str:
    """The maker and target in the header of native code; empty if it is not native code or not readable."""
    native = read_aot(data)
    return str(native) if native else ""


def read_aot(data: bytes) -> AotCode | None:
    """The header of native code; None if it is not native code or not readable."""
    try:
        return aot_header.read_aot(data)
    except Malformed:
        return None


def gzip_size(data: bytes) -> int:
    """Bytes that a server with static compression sends; gzip level 9."""
    return len(gzip.compress(data, 9, mtime=0))


def read_file(path: Path) -> bytes:
    """A file's bytes. Raises ForgeError when it cannot be read."""
    try:
        return read_bounded(path, MAX_MODULE_BYTES)
    except FileNotFoundError:
        raise ForgeError(Problem(where=str(path), what="no such file")) from None
    except IsADirectoryError:
        raise ForgeError(Problem(where=str(path), what="is a folder, not a file")) from None
    except OSError as e:
        raise ForgeError(Problem(where=str(path), what=f"cannot be read: {e.strerror}")) from None


def read_module(path: Path, data: bytes) -> Module:
    """The facts in a module's bytes. Raises ForgeError when it is not one."""
    if not data:
        raise ForgeError(Problem(where=str(path), what="the file is empty (0 bytes)", hint="build it again"))
    try:
        return read(data)
    except Malformed as e:
        if native := read_aot(data):
            what, hint = f"is native code ({native}), not a module", "name the .wasm that it was compiled from"
            raise ForgeError(Problem(where=str(path), what=what, hint=hint)) from None
        hint = "is it a .wasm file, and complete?"
        raise ForgeError(Problem(where=str(path), what=f"not a WebAssembly module: {e}", hint=hint)) from None
