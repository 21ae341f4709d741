"""Reads what was delivered back from disk: hashes, sizes, and the module's facts."""

import gzip
import hashlib
from pathlib import Path

from wasmforge.errors import ForgeError, Problem
from wasmforge.model.artifact import Artifact, DeliveredFile
from wasmforge.model.module import Module
from wasmforge.model.native import Native
from wasmforge.model.plan import Delivery, Piece
from wasmforge.wasm import Malformed, read
from wasmforge.wasm.native import read_native


def delivered_file(folder: Path, piece: Piece) -> DeliveredFile:
    """One file of a delivery as it is on disk; sizes in bytes, gzip at its best level."""
    data = read_file(folder / piece.name)
    return DeliveredFile(
        role=piece.role,
        name=piece.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        gzip=gzip_size(data),
        native=native_words(data) if piece.role == "aot" else "",
    )


def artifact_of(root: Path, delivery: Delivery, seconds: float = 0.0) -> Artifact:
    """What stands in dist for a delivery, without the features it uses."""
    files = tuple(delivered_file(root / delivery.folder, piece) for piece in delivery.pieces)
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


def native_words(data: bytes) -> str:
    """What native code says it was made by and for; empty for what is none, or none that can be read."""
    native = native_of(data)
    return str(native) if native else ""


def native_of(data: bytes) -> Native | None:
    """The header of native code, where there is one that can be read."""
    try:
        return read_native(data)
    except Malformed:
        return None


def gzip_size(data: bytes) -> int:
    """Bytes that a server with static compression sends; gzip level 9."""
    return len(gzip.compress(data, 9, mtime=0))


def read_file(path: Path) -> bytes:
    """A file's bytes. Raises ForgeError when it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ForgeError(Problem(where=str(path), what="no such file")) from None
    except IsADirectoryError:
        raise ForgeError(Problem(where=str(path), what="is a folder, not a file")) from None
    except OSError as e:
        raise ForgeError(Problem(where=str(path), what=f"cannot be read: {e.strerror}")) from None


def module_of(path: Path, data: bytes) -> Module:
    """The facts in a module's bytes. Raises ForgeError when it is not one."""
    if not data:
        raise ForgeError(Problem(where=str(path), what="the file is empty (0 bytes)", hint="build it again"))
    try:
        return read(data)
    except Malformed as e:
        if native := native_of(data):
            what, hint = f"is native code ({native}), not a module", "name the .wasm that it was compiled from"
            raise ForgeError(Problem(where=str(path), what=what, hint=hint)) from None
        hint = "is it a .wasm file, and whole?"
        raise ForgeError(Problem(where=str(path), what=f"not a WebAssembly module: {e}", hint=hint)) from None
