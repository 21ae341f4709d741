"""Compares what two runs of one plan gave, output by output, down to the first byte. Runs nothing."""

import io
import tarfile
from collections.abc import Iterator, Mapping

import msgspec

from wasmforge.execute.store import Blob, Entry, Store
from wasmforge.model.plan import Action, Plan
from wasmforge.model.twice import Differing, Spot, Twice, Unequal
from wasmforge.wasm.differ import first, spot

Run = tuple[Mapping[str, Entry], Store]
"""What a run gave, by label, and where it lies."""


def compare(plan: Plan, one: Run, other: Run) -> Twice:
    """What is the same, what differs, and which action brought that about; both runs were whole."""
    unequal = {u.action: u for u in _unequal(plan, one, other)}
    differing: list[Differing] = []
    for delivery in plan.deliveries:
        for piece in delivery.pieces:
            if unlike := _spot(piece.action, piece.output, one, other):
                cause = _cause(plan, unequal, piece.action)
                differing.append(Differing(label=delivery.label, file=piece.name, spot=unlike, cause=cause))
                break
    labels = {d.label for d in differing}
    told = {d.cause.action for d in differing}
    return Twice(
        same=tuple(d.label for d in plan.deliveries if d.label not in labels),
        differing=tuple(differing),
        inner=tuple(u for u in unequal.values() if u.first and u.action not in told),
    )


def _unequal(plan: Plan, one: Run, other: Run) -> Iterator[Unequal]:
    """Each action with an output that differs, in the plan's order: the first such output of each."""
    changed: set[str] = set()
    for label, action in plan.actions.items():
        for output in action.outputs:
            if found := _spot(label, output, one, other):
                given = any(g.action in changed for g in action.givens)
                changed.add(label)
                yield Unequal(action=label, output=output, spot=found, first=not given)
                break


def _cause(plan: Plan, unequal: Mapping[str, Unequal], label: str) -> Unequal:
    """The earliest action on the way to this one whose output differs although what it was given did not."""
    above = _ancestors(plan.actions, label)
    mine = [u for u in unequal.values() if u.action in above]
    return next((u for u in mine if u.first), mine[0])


def _ancestors(actions: Mapping[str, Action], label: str) -> set[str]:
    found: set[str] = set()
    waiting = [label]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(g.action for g in actions[name].givens)
    return found


def _spot(label: str, output: str, one: Run, other: Run) -> Spot | None:
    """Where an output differs between two runs, if it does."""
    mine, theirs = one[0][label].outputs[output], other[0][label].outputs[output]
    if mine == theirs:
        return None
    data, against = _data(one[1], mine), _data(other[1], theirs)
    if mine.folder and theirs.folder:
        return _in_folder(data, against)
    if data == against:  # one of them may be run, the other not
        return Spot(offset=0, sizes=(len(data), len(against)), section="permission to be run")
    return spot(data, against)


def _data(store: Store, blob: Blob) -> bytes:
    return store.get(blob.digest) or b""


def _in_folder(one: bytes, other: bytes) -> Spot:
    """The first file of two packed folders that differs, and where."""
    mine, theirs = _members(one), _members(other)
    for name in sorted({*mine, *theirs}):
        if mine.get(name) != theirs.get(name):
            return msgspec.structs.replace(spot(mine.get(name, b""), theirs.get(name, b"")), member=name)
    return Spot(offset=first(one, other), sizes=(len(one), len(other)))


def _members(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        files = ((entry.name, tar.extractfile(entry)) for entry in tar)
        return {name: file.read() for name, file in files if file}
