"""`dist/manifest.json`: for each artifact its files, hashes, sizes, features, tools, contract and smoke outcomes."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from wasmforge.errors import ForgeError, Problem
from wasmforge.execute.store import write_atomic
from wasmforge.model.artifact import Artifact, Finding
from wasmforge.model.base import Noun
from wasmforge.model.smoke import Outcome

FILE = "manifest.json"
FORMAT = 1


class Record(Noun, frozen=True, kw_only=True):
    """What dist says of one artifact. `holds` is None until its contract was judged."""

    artifact: Artifact
    toolchains: dict[str, str]
    holds: bool | None = None
    findings: tuple[Finding, ...] = ()
    smoke: tuple[Outcome, ...] = ()


class Dist(Noun, frozen=True, kw_only=True):
    """The whole file; keys are folders within dist (`web/matmul`)."""

    format: int
    artifacts: dict[str, Record]


def read_record(dist: Path) -> Dist:
    """What dist says of itself; an empty one when nothing was built. Raises ForgeError when it is damaged."""
    path = dist / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Dist)
    except FileNotFoundError:
        return Dist(format=FORMAT, artifacts={})
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as e:
        hint = "`wasmforge build` writes it anew once it is deleted"
        raise ForgeError(Problem(where=str(path), what=f"cannot be read: {e}", hint=hint)) from None


def write_record(dist: Path, new: Mapping[str, Record]) -> None:
    """Put these records in, keep those of other artifacts that are still there, and write only what is new."""
    try:
        old = dict(read_record(dist).artifacts)
    except ForgeError:
        old = {}
    kept = {k: r for k, r in old.items() if (dist / k).is_dir()}
    whole = Dist(format=FORMAT, artifacts=dict(sorted({**kept, **new}.items())))
    data = json.dumps(msgspec.to_builtins(whole), indent=2, ensure_ascii=False).encode() + b"\n"
    path = dist / FILE
    if not path.is_file() or path.read_bytes() != data:
        write_atomic(path, data)


def records(
    artifacts: Iterable[Artifact],
    toolchains: Mapping[str, dict[str, str]],
    proved: Iterable[str],
    findings: Iterable[Finding],
    outcomes: Iterable[Outcome],
) -> dict[str, Record]:
    """Records of a run's artifacts. Times are left out: equal builds leave equal files."""
    holds, found, tried = set(proved), tuple(findings), tuple(outcomes)
    return {
        f"{a.target}/{a.component}": Record(
            artifact=msgspec.structs.replace(a, seconds=0.0),
            toolchains=toolchains.get(a.label, {}),
            holds=a.label in holds,
            findings=tuple(f for f in found if (f.component, f.target) == (a.component, a.target)),
            smoke=tuple(
                msgspec.structs.replace(o, seconds=0.0, cached=False)
                for o in tried
                if (o.component, o.target) == (a.component, a.target)
            ),
        )
        for a in artifacts
    }
