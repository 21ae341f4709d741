"""Fetched sources in the store: one value for each, which names the blobs of its files; and how they are laid out."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from wasmforge.errors import did_you_mean
from wasmforge.fetch.patches import PatchError, Read, apply_patch
from wasmforge.model.base import Struct
from wasmforge.safe_paths import read_source
from wasmforge.store.store import SOURCES, Blob, Store

FORMAT = 1
"""Raise when an archive gives other files than before."""

Identity = tuple[str, ...]
"""What a source is, so that two of the same identity have the same files: its kind and what pins it."""


class SourceTree(Struct, frozen=True, kw_only=True):
    """All files of a source by path, as they were published; `sha256` is that of the archive, empty without one."""

    sha256: str = ""
    outputs: dict[str, Blob]

    @property
    def digest(self) -> str:
        """A SHA-256 over the names, contents and modes of all files."""
        facts = [(path, blob.digest, blob.executable) for path, blob in sorted(self.outputs.items())]
        return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


class LayoutError(Exception):
    """The files cannot be laid out as forge.toml says: `key` is what says so, the message one line."""

    def __init__(self, key: str, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.key = key
        self.hint = hint


def stored_tree(store: Store, identity: Identity) -> SourceTree | None:
    """What the store has of a source; None if it does not have all of it, as far as names and sizes tell."""
    value = store.get_value(SOURCES, _key(identity))
    try:
        tree = None if value is None else msgspec.convert(value, SourceTree)
    except msgspec.ValidationError:  # written by another version of wasmforge
        return None
    return tree if tree is not None and all(store.locate(blob) for blob in tree.outputs.values()) else None


def store_tree(store: Store, identity: Identity, folder: Path, sha256: str = "") -> SourceTree:
    """Store every file below a folder of ours. A link to a file counts as that file, other links as nothing.

    Raises OSError, and ForgeError when the disk refuses.
    """
    files: dict[str, Blob] = {}
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(here, name)
            if path.is_file():  # no link leads out: the extractor has seen to that
                data, executable = read_source(str(path))
                files[path.relative_to(folder).as_posix()] = store.put(data, executable=executable)
    tree = SourceTree(sha256=sha256, outputs=files)
    store.put_value(SOURCES, _key(identity), msgspec.to_builtins(tree))
    return tree


def stripped(files: Mapping[str, Blob], strip: int | None) -> dict[str, Blob]:
    """The files without leading folders of their paths; None: without the one that holds everything, if there is one.

    Raises LayoutError when nothing is left, or two files get one path.
    """
    if strip is None:
        tops = {path.partition("/")[0] if "/" in path else "" for path in files}
        strip = 1 if len(tops) == 1 and "" not in tops else 0
    found: dict[str, Blob] = {}
    for path, blob in files.items():
        short = "/".join(path.split("/")[strip:])
        if short in found:
            raise LayoutError("strip", f"without {strip} leading folders two files are {short}")
        if short:
            found[short] = blob
    if not found:
        first = ", ".join(sorted(files)[:3]) or "nothing"
        raise LayoutError("strip", f"without {strip} leading folders nothing is left", f"it has: {first}, …")
    return found


def in_folder(files: Mapping[str, Blob], folder: str) -> dict[str, Blob]:
    """The files in one folder, by their paths from there. Raises LayoutError when there are none."""
    within = folder.strip("/") + "/"
    found = {path.removeprefix(within): blob for path, blob in files.items() if path.startswith(within)}
    if not found:
        folders = sorted({path.rpartition("/")[0] for path in files if "/" in path})
        raise LayoutError("folder", f"it has no folder {folder}", did_you_mean(folder.strip("/"), folders))
    return found


def patched(store: Store, files: dict[str, Blob], patches: Iterable[tuple[int, bytes]]) -> dict[str, Blob]:
    """The files with patches applied, in order; each comes with its number. Raises LayoutError."""
    for number, patch in patches:
        try:
            changes = apply_patch(patch, _reader(store, files))
        except PatchError as e:
            place = f"line {e.line}: " if e.line else ""
            raise LayoutError(f"patches.{number}", f"{place}{e}", e.hint) from None
        for path, data in changes.items():
            executable = path in files and files[path].executable
            if data is None:
                del files[path]
            else:
                files[path] = store.put(data, executable=executable)
    return files


def _reader(store: Store, files: Mapping[str, Blob]) -> Read:
    return lambda path: store.get(files[path].digest) if path in files else None


def _key(identity: Identity) -> str:
    return hashlib.sha256(json.dumps((FORMAT, *identity)).encode()).hexdigest()
