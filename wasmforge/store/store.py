"""The content-addressed store: blobs by digest, action results and values by key.

Everything that is read is checked: blobs against their digest, values against a checksum that covers their name.
Damaged files are deleted and made again, so a torn write does no harm and writing needs no fsync.
"""

import contextlib
import hashlib
import io
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec

from wasmforge.errors import ForgeError, machine_error
from wasmforge.model.base import Struct
from wasmforge.store.cache_dirs import VARIABLE, cannot_write, create_folder
from wasmforge.store.file_io import (
    FOLDER_MODE,
    MIN_REFLINK_BYTES,
    NEW,
    HashingWriter,
    copy_file,
    delete_quietly,
    reflink,
    write_atomic,
)

TOUCH_INTERVAL_S = 86400.0
"""Seconds after which the mtime of a value that is read is renewed; `cache prune` removes by mtime."""


SOURCES = "sources"
"""The kind of values that name the files of fetched sources."""

WITH_BLOBS = ("entry", SOURCES)
"""The kinds of values that have `outputs`: a table of blobs, which are kept as long as the value is."""


class Blob(Struct, frozen=True, kw_only=True):
    """A file's content in the store: SHA-256, size in bytes, and whether it is executable.

    A `folder` is stored as one tar, see `folder_tar.py`.
    """

    digest: str
    size: int
    executable: bool = False
    folder: bool = False


class ActionResult(Struct, frozen=True, kw_only=True):
    """The result of an action: its outputs by path, the output of its command, and its duration in seconds.

    `lineage` is that of the scratch folder that the command got, see `runner/scratch_dirs.py`; empty without one.
    """

    outputs: dict[str, Blob]
    printed: str = ""
    seconds: float = 0.0
    lineage: str = ""

    @property
    def size(self) -> int:
        """Bytes of all outputs."""
        return sum(blob.size for blob in self.outputs.values())


class Store:
    """A folder that several projects and processes may share; every write ends with a rename.

    `upstreams` are the folders of other stores. They are searched for what this store does not have, and never written.
    """

    def __init__(self, root: Path, upstreams: tuple[Path, ...] = ()) -> None:
        self.root = root
        self._roots = (root, *upstreams)

    @property
    def new(self) -> Path:
        """The folder of files that are not complete yet; killed processes leave some there."""
        return self.root / "new"

    def put(self, data: bytes, *, executable: bool = False, folder: bool = False) -> Blob:
        """Store these bytes."""
        digest = hashlib.sha256(data).hexdigest()
        if self.get(digest) is None:
            write_atomic(self.blob_path(digest), data, by_way_of=self.new)
        return Blob(digest=digest, size=len(data), executable=executable, folder=folder)

    def put_streamed(
        self, write: Callable[["HashingWriter"], object], *, executable: bool = False, folder: bool = False
    ) -> Blob:
        """Store what `write` writes; it is never in memory as a whole.

        Raises what `write` raises, and ForgeError when the disk refuses.
        """
        with self._temporary_file() as (temporary, file):
            writer = HashingWriter(file)
            write(writer)
            digest = writer.digest.hexdigest()
            blob = Blob(digest=digest, size=writer.size, executable=executable, folder=folder)
            if self.has(blob):
                return blob
            path = self.blob_path(digest)
            try:
                file.flush()
                create_folder(path.parent, FOLDER_MODE)
                temporary.chmod(0o644)
                temporary.replace(path)
            except OSError as e:
                raise cannot_write(path, e) from None
            return blob

    @contextlib.contextmanager
    def _temporary_file(self) -> Iterator[tuple[Path, IO[bytes]]]:
        """A new file without a name in the store; deleted afterwards if it got none."""
        try:
            create_folder(self.new, FOLDER_MODE)
            handle, name = tempfile.mkstemp(prefix=f"{NEW}{os.getpid()}-", dir=self.new)
        except OSError as e:
            raise cannot_write(self.new, e) from None
        try:
            with os.fdopen(handle, "w+b") as file:
                yield Path(name), file
        finally:
            delete_quietly(Path(name))

    def get(self, digest: str) -> bytes | None:
        """The bytes with this digest; None if the store does not have them undamaged."""
        for path, own in self._blob_paths(digest):
            data = _read(path, own=own)
            if data is not None and hashlib.sha256(data).hexdigest() == digest:
                return data
            if data is not None and own:
                delete_quietly(path)
        return None

    def open(self, digest: str) -> io.BufferedReader | None:
        """An open file with these bytes, at its start; None if the store does not have them undamaged.

        The file is read once to check it. The caller closes it. Raises ForgeError when the disk refuses.
        """
        for path, own in self._blob_paths(digest):
            file = _open(path, own=own)
            if file is None:
                continue
            if hashlib.file_digest(file, "sha256").hexdigest() == digest:
                file.seek(0)
                return file
            file.close()
            if own:
                delete_quietly(path)
        return None

    def materialize(self, blob: Blob, path: Path) -> bool:
        """Write these bytes to a new file; False if the store does not have them undamaged. Raises OSError."""
        if blob.size < MIN_REFLINK_BYTES:
            if (data := self.get(blob.digest)) is not None:
                path.write_bytes(data)
            return data is not None
        for source, _ in self._blob_paths(blob.digest):
            for make in (reflink, copy_file):
                if make(source, path):
                    with path.open("rb") as file:  # nobody else writes to the new file
                        if hashlib.file_digest(file, "sha256").hexdigest() == blob.digest:
                            return True
                    path.unlink()
        self.file(blob.digest)  # which deletes a damaged blob
        return False

    def has(self, blob: Blob) -> bool:
        """Whether the store has these bytes undamaged. Reads them."""
        if blob.size < MIN_REFLINK_BYTES:
            return self.get(blob.digest) is not None
        return self.file(blob.digest) is not None

    def file(self, digest: str) -> Path | None:
        """The path of these bytes, in this store or in an upstream; None if no copy is undamaged. Reads them."""
        file = self.open(digest)
        if file is None:
            return None
        file.close()
        return Path(file.name)

    def locate(self, blob: Blob) -> Path | None:
        """The path of these bytes, in this store or in an upstream, as far as name and size tell; nothing is read."""
        for path, _ in self._blob_paths(blob.digest):
            with contextlib.suppress(OSError):
                if path.stat().st_size == blob.size:
                    return path
        return None

    def get_result(self, key: str) -> ActionResult | None:
        """The result of the action with this key, if the store has all its outputs undamaged; else None."""
        value = self.get_value("entry", key)
        if value is None:
            return None
        try:
            result = msgspec.convert(value, ActionResult)
        except msgspec.ValidationError:  # written by another version of wasmforge
            return None
        return result if all(self.has(b) for b in result.outputs.values()) else None

    def put_result(self, key: str, result: ActionResult) -> None:
        """Store the result of the action with this key."""
        self.put_value("entry", key, msgspec.to_builtins(result))

    def get_value(self, kind: str, key: str) -> Any:
        """A stored value; None if there is none or it is damaged."""
        for root in self._roots:
            path, own = _value_path(root, kind, key), root is self.root
            data = _read(path, own=own)
            if data is None:
                continue
            recorded, _, body = data.partition(b"\n")
            if recorded.decode("ascii", "replace") == checksum(kind, key, body):
                if own:
                    _mark_used(path)
                return json.loads(body)
            if own:
                delete_quietly(path)
        return None

    def put_value(self, kind: str, key: str, value: object) -> None:
        """Store a JSON value under a kind and a key."""
        body = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
        write_atomic(self.value_path(kind, key), checksum(kind, key, body).encode() + b"\n" + body, by_way_of=self.new)

    def blob_path(self, digest: str) -> Path:
        """The path of the blob with this digest."""
        return _blob_path(self.root, digest)

    def _blob_paths(self, digest: str) -> Iterator[tuple[Path, bool]]:
        """The paths where a blob may be, and whether each is in this store (not in an upstream)."""
        return ((_blob_path(root, digest), root is self.root) for root in self._roots)

    def value_path(self, kind: str, key: str) -> Path:
        """The path of a stored value."""
        return _value_path(self.root, kind, key)


def _blob_path(root: Path, digest: str) -> Path:
    return Path(f"{root}/blobs/{digest[:2]}/{digest}")


def _value_path(root: Path, kind: str, key: str) -> Path:
    return Path(f"{root}/{kind}/{key[:2]}/{key}")


def _mark_used(path: Path) -> None:
    """Mark a value as recently used by its mtime (many disks record no access times), if the disk allows it."""
    with contextlib.suppress(OSError):
        if path.stat().st_mtime < time.time() - TOUCH_INTERVAL_S:
            os.utime(path)


def _read(path: Path, *, own: bool) -> bytes | None:
    """The bytes of a file; None if it does not exist, or cannot be read in an upstream."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as e:
        if own:
            raise _unreadable(path, e) from None
        return None


def _open(path: Path, *, own: bool) -> io.BufferedReader | None:
    """An open file, under the same rules as `_read`."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None
    except OSError as e:
        if own:
            raise _unreadable(path, e) from None
        return None


def _unreadable(path: Path, error: OSError) -> ForgeError:
    hint = f"{VARIABLE} names the folder it is in; `wasmforge clean --store` deletes it"
    return machine_error(f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(path), hint=hint)


def checksum(kind: str, key: str, body: bytes) -> str:
    """SHA-256 of a value and its name, so that a value under another one's name is detected."""
    return hashlib.sha256(f"{kind}/{key}\n".encode() + body).hexdigest()
