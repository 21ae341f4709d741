"""`dist/manifest.json`: for each artifact its files, hashes, sizes, features, tools, contract and smoke outcomes."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from wasmforge.delivery.deliver import open_dist
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.dist_manifest import FORMAT, DeliveryRecord, DistManifest, WithheldRecord
from wasmforge.safe_paths import Directory
from wasmforge.store.cache_dirs import cannot_write

FILE = "manifest.json"


def read_dist_manifest(root: Path, dist: str = ".") -> DistManifest:
    """Read the manifest; an empty one if nothing was built. Raises ForgeError when it is damaged."""
    path = root / dist / FILE
    hint = "delete it; the next `wasmforge build` writes it anew"
    try:
        with open_dist(root, dist) as folder:
            data = msgspec.json.decode(folder.read(FILE), type=DistManifest)
    except FileNotFoundError:
        return DistManifest(format=FORMAT, artifacts={})
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as e:
        message = e.strerror if isinstance(e, OSError) else e
        raise ForgeError(Problem(where=str(path), what=f"cannot be read: {message}", hint=hint)) from None
    if data.format != FORMAT:
        raise ForgeError(Problem(where=str(path), what=f"format {data.format} is not known", hint=hint))
    return data


def write_dist_manifest(
    root: Path, new: Mapping[str, DeliveryRecord], dist: str = ".", withheld: Mapping[str, WithheldRecord] | None = None
) -> None:
    """Write these records, and keep those of other artifacts that still exist. An equal file is not written again."""
    try:
        old = read_dist_manifest(root, dist)
    except ForgeError:
        old = DistManifest(format=FORMAT, artifacts={})
    still_there = {key: record for key, record in old.artifacts.items() if (root / dist / key).is_dir()}
    beside = {key: it for key, it in old.withheld.items() if key not in new and (root / it.folder).is_dir()}
    whole = DistManifest(
        format=FORMAT,
        artifacts=dict(sorted({**still_there, **new}.items())),
        withheld=dict(sorted({**beside, **(withheld or {})}.items())),
    )
    data = msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
    try:
        with open_dist(root, dist, create=True) as folder:
            if not _holds(folder, data):
                folder.write(FILE, data)
    except OSError as e:
        raise cannot_write(root / dist / FILE, e) from None


def _holds(folder: Directory, data: bytes) -> bool:
    try:
        return folder.read(FILE) == data
    except OSError:
        return False
