"""Names the function that a finding is about, where names were taken out of what is delivered; knows no rules."""

from pathlib import Path

import msgspec

from wasmforge.execute.blame import Blame
from wasmforge.execute.inspect import module_of, read_file
from wasmforge.execute.judge import Judge
from wasmforge.model.artifact import DeliveredFile, Finding
from wasmforge.model.module import Module
from wasmforge.model.plan import Delivery
from wasmforge.validate import Complaint, complaint, verdicts


def located(finding: Finding, delivery: Delivery, file: DeliveredFile, judge: Judge, blame: Blame) -> Finding:
    """The finding with the name of its function, and the source line, as the module had them when it was linked."""
    if finding.rule not in {"features", "valid"} or (before := blame.linked(delivery, file.name)) is None:
        return finding
    path, digest = before
    if digest == file.sha256:
        return finding
    feature = finding.item if finding.rule == "features" else ""
    for said in verdicts(delivery.contract.permitted, lambda some: judge.verdict(path, digest, some)):
        told = complaint(said.output)
        if not said.valid and told.feature == feature and (words := _words(told, path)):
            offset = finding.place.rpartition(", ")[2]
            places = (*words, offset if offset.startswith("offset ") else "")
            return msgspec.structs.replace(finding, place=", ".join(filter(None, places)))
    return finding


def _words(told: Complaint, path: Path) -> tuple[str, ...]:
    """The source line and the function's name, as far as they are known."""
    name = told.function or _name(module_of(path, read_file(path)), told.index)
    return tuple(filter(None, (told.source, f"function {name}" if name else "")))


def _name(module: Module, index: int | None) -> str:
    return next((f.name for f in module.functions if f.index == index), "")
