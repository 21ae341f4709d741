"""The content-addressed store: blobs by digest, and entries that say what an action gave.

Nothing read from it is believed: blobs are checked against their digest, entries against their own checksum and
name. What does not match is deleted and made again, so a torn write needs no fsync to be harmless.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from wasmforge.errors import ForgeError
from wasmforge.execute.places import cannot_write
from wasmforge.model.base import Noun


class Blob(Noun, frozen=True, kw_only=True):
    """A file's content in the store: SHA-256, size in bytes, and whether it is executable."""

    digest: str
    size: int
    executable: bool = False


class Entry(Noun, frozen=True, kw_only=True):
    """What an action gave: its outputs by path, what its command printed, and how long it took in seconds."""

    outputs: dict[str, Blob]
    printed: str = ""
    seconds: float = 0.0


class Store:
    """A folder that several projects and processes may share; every write is a rename."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes, *, executable: bool = False) -> Blob:
        """Keep these bytes."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._blob(digest)
        if not path.exists():
            write_atomic(path, data)
        return Blob(digest=digest, size=len(data), executable=executable)

    def get(self, digest: str) -> bytes | None:
        """The bytes with this digest, or None when they are not here whole."""
        path = self._blob(digest)
        data = _read(path)
        if data is not None and hashlib.sha256(data).hexdigest() != digest:
            path.unlink(missing_ok=True)
            return None
        return data

    def has(self, blob: Blob) -> bool:
        """Are these bytes here whole? Reads them."""
        return self.get(blob.digest) is not None

    def entry(self, key: str) -> Entry | None:
        """What the action with this key gave, if all of it is still here whole."""
        found = self.recall("entry", key)
        if found is None:
            return None
        entry = msgspec.convert(found, Entry)
        return entry if all(self.has(b) for b in entry.outputs.values()) else None

    def keep(self, key: str, entry: Entry) -> None:
        """Remember what the action with this key gave."""
        self.remember("entry", key, msgspec.to_builtins(entry))

    def recall(self, kind: str, key: str) -> Any:
        """A remembered value, or None when there is none or it is damaged."""
        path = self._note(kind, key)
        data = _read(path)
        if data is None:
            return None
        checksum, _, body = data.partition(b"\n")
        if checksum.decode("ascii", "replace") == _checksum(kind, key, body):
            return json.loads(body)
        path.unlink(missing_ok=True)
        return None

    def remember(self, kind: str, key: str, value: object) -> None:
        """Remember a JSON value under a kind and a key."""
        body = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
        write_atomic(self._note(kind, key), _checksum(kind, key, body).encode() + b"\n" + body)

    def _blob(self, digest: str) -> Path:
        return self.root / "blobs" / digest[:2] / digest

    def _note(self, kind: str, key: str) -> Path:
        return self.root / kind / key[:2] / key


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that it is never seen half-written. Raises ForgeError when the disk does not let us."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as e:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise cannot_write(path, e) from None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as e:
        raise ForgeError(*_unreadable(path, e)) from None


def _unreadable(path: Path, error: OSError) -> tuple[Any, ...]:
    from wasmforge.errors import Problem

    hint = "the store can be deleted: `wasmforge clean --store`"
    return (Problem(where=str(path), what=f"cannot be read: {error.strerror}", hint=hint),)


def _checksum(kind: str, key: str, body: bytes) -> str:
    """Covers the name as well, so that one entry put in another's place is found out."""
    return hashlib.sha256(f"{kind}/{key}\n".encode() + body).hexdigest()
