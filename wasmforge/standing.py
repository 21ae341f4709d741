"""What dist holds of what is asked for, with what was promised of it; builds nothing."""

from collections.abc import Iterable

import msgspec

from wasmforge.errors import Problem
from wasmforge.execute.inspect import artifact_of
from wasmforge.execute.record import read_record
from wasmforge.ground import Ground
from wasmforge.model.plan import Piece
from wasmforge.plan import Wanted, promise
from wasmforge.trials import Pair


def standing(ground: Ground, wanted: Iterable[Wanted]) -> tuple[list[Pair], list[Problem]]:
    """What is there, and a problem for each that is not. Raises ForgeError for what is there and cannot be read."""
    dist = ground.root / ground.manifest.build.dist
    known = read_record(dist).artifacts
    there: list[Pair] = []
    missing: list[Problem] = []
    for one in wanted:
        name, target = one.settled.name, one.settled.target
        record = known.get(f"{target}/{name}")
        if record is None or not (dist / target / name).is_dir():
            hint = f"run `wasmforge build {name} --target {target}` first"
            missing.append(Problem(where=f"{name}@{target}", what="is not built yet", hint=hint))
            continue
        pieces = tuple(Piece(role=f.role, name=f.name, action="", output="") for f in record.files)
        delivery = promise(ground.manifest, one, ground.catalog, pieces)
        artifact = artifact_of(ground.root, delivery)
        facts = {name: getattr(record, name) for name in ("features", "imports", "exports")}
        there.append((delivery, msgspec.structs.replace(artifact, **facts)))
    return there, missing
