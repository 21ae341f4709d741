"""Proves the contracts of targets on any module, wherever it came from: no project is needed."""

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from wasmforge import execute, load
from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.execute.inspect import gzip_size, module_of, read_file
from wasmforge.execute.prove import prove
from wasmforge.ground import JUDGE, Tell
from wasmforge.load.project import root_around
from wasmforge.model.artifact import Artifact, DeliveredFile, Report
from wasmforge.model.events import Finished
from wasmforge.model.module import Module
from wasmforge.model.plan import Delivery
from wasmforge.plan import contract_of
from wasmforge.process import Cancel

LARGE = 32 * 1024 * 1024
"""Bytes from which on a file is only compressed where a limit asks how large it is then: that takes seconds."""


def judge_files(start: Path, paths: Sequence[Path], targets: Sequence[str], tell: Tell) -> Report:
    """Prove these modules against these targets, or against all. Raises ForgeError for what cannot be read."""
    started = time.monotonic()
    catalog = load.load_catalog(root_around(start))
    if unknown := [t for t in targets if t not in catalog.targets]:
        known = list(catalog.targets)
        raise ForgeError(*(Problem(what=f"unknown target {t!r}", hint=did_you_mean(t, known)) for t in unknown))
    pairs = []
    for path in paths:
        contracts = {n: catalog.targets[n] for n in targets or catalog.targets}
        file, kind = _look(path, compressed=any(t.limits.gzip is not None for t in contracts.values()))
        for name, target in contracts.items():
            contract = contract_of(target, kind, debug=True)
            delivery = Delivery(
                label=f"{path.name}@{name}",
                component=path.name,
                target=name,
                profile="release",
                folder=str(path.parent),
                source_folder=str(path.parent),
                pieces=(),
                contract=contract,
            )
            artifact = Artifact(
                label=delivery.label,
                component=path.name,
                target=name,
                profile="release",
                folder=delivery.folder,
                files=(file,),
            )
            pairs.append((delivery, artifact))
    places = execute.Places()
    store = execute.Store(places.store)
    tools = execute.Tools(catalog, {}, places, store, tell=tell, fetch=False)
    judge = execute.Judge(tools.kit(JUDGE), store, Cancel())
    report = prove(Path(), pairs, judge, 1, tell)
    report = msgspec.structs.replace(report, seconds=time.monotonic() - started)
    tell(Finished(report=report))
    return report


def _look(path: Path, *, compressed: bool) -> tuple[DeliveredFile, str]:
    """A module as a delivered file, and its kind; its bytes are not kept. `compressed`: a limit asks for that size."""
    data = read_file(path)
    file = DeliveredFile(
        role="module",
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        gzip=gzip_size(data) if compressed or len(data) <= LARGE else 0,
    )
    return file, kind_of(module_of(path, data))


def kind_of(module: Module) -> str:
    """A command is what can be started; all else is a reactor."""
    return "command" if any(e.name == "_start" for e in module.exports) else "reactor"
