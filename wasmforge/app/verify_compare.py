"""Compares the outputs of two runs of one plan. Returns the differing outputs, each with its first difference."""

import io
import tarfile
from collections.abc import Iterator, Mapping

import msgspec

from wasmforge.model.plan import Action, Plan
from wasmforge.model.reproducibility import DifferingFile, DifferingOutput, FirstDifference, VerifyResult
from wasmforge.store.store import ActionResult, Blob, Store
from wasmforge.wasm.diff import first_difference, first_differing_offset

Run = tuple[Mapping[str, ActionResult], Store]
"""The results of a run by label, and the store with its outputs."""


def compare_runs(plan: Plan, one: Run, other: Run) -> VerifyResult:
    """The equal and the differing deliveries, each of these with the action that caused it. Both runs were complete."""
    unequal = {u.action: u for u in _unequal(plan, one, other)}
    differing: list[DifferingFile] = []
    for delivery in plan.deliveries:
        for planned in (p for p in delivery.files if p.source is None):
            if unlike := _spot(planned.action, planned.output, one, other):
                cause = _cause(plan, unequal, planned.action)
                differing.append(DifferingFile(label=delivery.label, file=planned.name, spot=unlike, cause=cause))
                break
    labels = {d.label for d in differing}
    message = {d.cause.action for d in differing}
    return VerifyResult(
        same=tuple(d.label for d in plan.deliveries if d.label not in labels),
        differing=tuple(differing),
        inner=tuple(u for u in unequal.values() if u.first and u.action not in message),
    )


def _unequal(plan: Plan, one: Run, other: Run) -> Iterator[DifferingOutput]:
    """The first differing output of each action that has one, in the plan's order."""
    changed: set[str] = set()
    for label, action in plan.actions.items():
        for output in action.outputs:
            if found := _spot(label, output, one, other):
                inputs_changed = any(g.action in changed for g in action.generated_inputs)
                changed.add(label)
                yield DifferingOutput(action=label, output=output, spot=found, first=not inputs_changed)
                break


def _cause(plan: Plan, unequal: Mapping[str, DifferingOutput], label: str) -> DifferingOutput:
    """The first action that this one depends on whose output differs although its inputs are equal."""
    above = _ancestors(plan.actions, label)
    mine = [u for u in unequal.values() if u.action in above]
    return next((u for u in mine if u.first), mine[0])


def _ancestors(actions: Mapping[str, Action], label: str) -> set[str]:
    found: set[str] = set()
    waiting = [label]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(g.action for g in actions[name].generated_inputs)
    return found


def _spot(label: str, output: str, one: Run, other: Run) -> FirstDifference | None:
    """Where an output differs between two runs, if it does."""
    mine, theirs = one[0][label].outputs[output], other[0][label].outputs[output]
    if mine == theirs:
        return None
    data, against = _data(one[1], mine), _data(other[1], theirs)
    if mine.folder and theirs.folder:
        return _in_folder(data, against)
    if data == against:  # one of them may be run, the other not
        return FirstDifference(offset=0, sizes=(len(data), len(against)), section="permission to be run")
    return first_difference(data, against)


def _data(store: Store, blob: Blob) -> bytes:
    return store.get(blob.digest) or b""


def _in_folder(one: bytes, other: bytes) -> FirstDifference:
    """The first file of two packed folders that differs, and where."""
    mine, theirs = _members(one), _members(other)
    for name in sorted({*mine, *theirs}):
        if mine.get(name) != theirs.get(name):
            return msgspec.structs.replace(first_difference(mine.get(name, b""), theirs.get(name, b"")), member=name)
    return FirstDifference(offset=first_differing_offset(one, other), sizes=(len(one), len(other)))


def _members(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        files = ((entry.name, tar.extractfile(entry)) for entry in tar)
        return {name: file.read() for name, file in files if file}
