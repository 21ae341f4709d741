"""The content-addressed store: blobs by digest, and entries that say what an action gave.

Nothing read from it is believed: blobs are checked against their digest, entries against their own checksum and
name. What does not match is deleted and made again, so a torn write needs no fsync to be harmless.
"""

import contextlib
import hashlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from wasmforge.errors import machine
from wasmforge.execute.clone import LEAST, clone
from wasmforge.execute.places import VARIABLE, cannot_write
from wasmforge.model.base import Noun

NEW = ".new-"
"""How the names of files begin that are not whole yet."""

FRESH = 86400.0
"""Seconds after which a note that was of use is marked so again; `cache prune` goes by that."""


class Blob(Noun, frozen=True, kw_only=True):
    """A file's content in the store: SHA-256, size in bytes, and whether it is executable.

    A `folder` is kept as one tar, see `folders.py`.
    """

    digest: str
    size: int
    executable: bool = False
    folder: bool = False


class Entry(Noun, frozen=True, kw_only=True):
    """What an action gave: its outputs by path, what its command printed, and how long it took in seconds."""

    outputs: dict[str, Blob]
    printed: str = ""
    seconds: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of all outputs."""
        return sum(blob.size for blob in self.outputs.values())


class Store:
    """A folder that several projects and processes may share; every write is a rename."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def new(self) -> Path:
        """Where files are written before they take their names; killed processes leave some there."""
        return self.root / "new"

    def put(self, data: bytes, *, executable: bool = False, folder: bool = False) -> Blob:
        """Keep these bytes."""
        digest = hashlib.sha256(data).hexdigest()
        if self.get(digest) is None:
            write_atomic(self.blob_path(digest), data, by_way_of=self.new)
        return Blob(digest=digest, size=len(data), executable=executable, folder=folder)

    def get(self, digest: str) -> bytes | None:
        """The bytes with this digest, or None when they are not here whole."""
        path = self.blob_path(digest)
        data = _read(path)
        if data is not None and hashlib.sha256(data).hexdigest() != digest:
            _forget(path)
            return None
        return data

    def lay(self, blob: Blob, path: Path) -> bool:
        """Make a file with these bytes where none is yet; False when they are not here whole. Raises OSError."""
        if blob.size >= LEAST and clone(self.blob_path(blob.digest), path):
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() == blob.digest:  # of the clone: it is ours alone
                    return True
            path.unlink()
        data = self.get(blob.digest)
        if data is not None:
            path.write_bytes(data)
        return data is not None

    def has(self, blob: Blob) -> bool:
        """Are these bytes here whole? Reads them."""
        return self.get(blob.digest) is not None

    def entry(self, key: str) -> Entry | None:
        """What the action with this key gave, if all of it is still here whole."""
        found = self.recall("entry", key)
        if found is None:
            return None
        try:
            entry = msgspec.convert(found, Entry)
        except msgspec.ValidationError:  # another version of wasmforge wrote it
            return None
        return entry if all(self.has(b) for b in entry.outputs.values()) else None

    def keep(self, key: str, entry: Entry) -> None:
        """Remember what the action with this key gave."""
        self.remember("entry", key, msgspec.to_builtins(entry))

    def recall(self, kind: str, key: str) -> Any:
        """A remembered value, or None when there is none or it is damaged."""
        path = self.note_path(kind, key)
        data = _read(path)
        if data is None:
            return None
        said, _, body = data.partition(b"\n")
        if said.decode("ascii", "replace") == checksum(kind, key, body):
            _used(path)
            return json.loads(body)
        _forget(path)
        return None

    def remember(self, kind: str, key: str, value: object) -> None:
        """Remember a JSON value under a kind and a key."""
        body = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
        write_atomic(self.note_path(kind, key), checksum(kind, key, body).encode() + b"\n" + body, by_way_of=self.new)

    def blob_path(self, digest: str) -> Path:
        """Where the bytes with this digest are kept."""
        return Path(f"{self.root}/blobs/{digest[:2]}/{digest}")

    def note_path(self, kind: str, key: str) -> Path:
        """Where a remembered value is kept."""
        return Path(f"{self.root}/{kind}/{key[:2]}/{key}")


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644, by_way_of: Path | None = None) -> None:
    """Write a file so that it is never seen half-written. Raises ForgeError when the disk does not let us.

    It is written into the folder `by_way_of` first (default: its own), under a name that tells our process id.
    """
    temporary = None
    folder = by_way_of or path.parent
    try:
        for each in {folder, path.parent}:
            if not each.is_dir():
                each.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f"{NEW}{os.getpid()}-", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as e:
        raise cannot_write(path, e) from None
    finally:
        if temporary:
            _forget(Path(temporary))  # gone already when all went well


def _forget(path: Path) -> None:
    """Delete a file if the disk lets us; one that stays is found damaged again."""
    with contextlib.suppress(OSError):
        path.unlink()


def _used(path: Path) -> None:
    """Mark a note as of use, if the disk lets us: by its time of change, which not every disk keeps from reading."""
    with contextlib.suppress(OSError):
        if path.stat().st_mtime < time.time() - FRESH:
            os.utime(path)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as e:
        hint = f"{VARIABLE} names the folder it is in; `wasmforge clean --store` deletes it"
        raise machine(f"cannot be read: {(e.strerror or str(e)).lower()}", where=str(path), hint=hint) from None


def checksum(kind: str, key: str, body: bytes) -> str:
    """Covers the name as well, so that one entry put in another's place is found out."""
    return hashlib.sha256(f"{kind}/{key}\n".encode() + body).hexdigest()
