"""`dist/manifest.json`: for each artifact its files, hashes, sizes, features, tools, contract and smoke outcomes."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from wasmforge.errors import ForgeError, Problem
from wasmforge.execute.store import write_atomic
from wasmforge.model.record import FORMAT, Dist, Record

FILE = "manifest.json"


def read_record(dist: Path) -> Dist:
    """What dist says of itself; an empty one when nothing was built. Raises ForgeError when it is damaged."""
    path = dist / FILE
    hint = "delete it; the next `wasmforge build` writes it anew"
    try:
        said = msgspec.json.decode(path.read_bytes(), type=Dist)
    except FileNotFoundError:
        return Dist(format=FORMAT, artifacts={})
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as e:
        raise ForgeError(Problem(where=str(path), what=f"cannot be read: {e}", hint=hint)) from None
    if said.format != FORMAT:
        raise ForgeError(Problem(where=str(path), what=f"format {said.format} is not known", hint=hint))
    return said


def write_record(dist: Path, new: Mapping[str, Record]) -> None:
    """Put these records in, keep those of other artifacts that are still there; an equal file is left alone."""
    try:
        old = read_record(dist).artifacts
    except ForgeError:
        old = {}
    kept = {key: record for key, record in old.items() if (dist / key).is_dir()}
    whole = Dist(format=FORMAT, artifacts=dict(sorted({**kept, **new}.items())))
    data = msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
    path = dist / FILE
    if not path.is_file() or path.read_bytes() != data:
        write_atomic(path, data)
