"""Adds function names to findings about delivered modules whose names were stripped, from the linker's module."""

from pathlib import Path

import msgspec

from wasmforge.contracts import ValidatorMessage, collect_verdicts, parse_message
from wasmforge.contracts.blame import Blame
from wasmforge.contracts.read import read_file, read_module
from wasmforge.contracts.validator import Validator
from wasmforge.model.artifact import DeliveredFile
from wasmforge.model.finding import Finding
from wasmforge.model.module import Module
from wasmforge.model.plan import Delivery


def with_function_names(
    finding: Finding, delivery: Delivery, file: DeliveredFile, validator: Validator, blame: Blame
) -> Finding:
    """The finding, with the function name and source line that the module had when it was linked."""
    if finding.rule not in {"features", "valid"} or (linked := blame.linked_module(delivery, file.name)) is None:
        return finding
    path, digest = linked
    if digest == file.sha256:
        return finding
    feature = finding.item if finding.rule == "features" else ""
    for verdict in collect_verdicts(delivery.contract.permitted, lambda some: validator.verdict(path, digest, some)):
        message = parse_message(verdict.output)
        if not verdict.valid and message.feature == feature and (parts := _place_parts(message, path)):
            offset = finding.place.rpartition(", ")[2]
            place_parts = (*parts, offset if offset.startswith("offset ") else "")
            return msgspec.structs.replace(finding, place=", ".join(filter(None, place_parts)))
    return finding


def _place_parts(message: ValidatorMessage, path: Path) -> tuple[str, ...]:
    """The source line and the function's name, if known."""
    name = message.function or _function_name(read_module(path, read_file(path)), message.index)
    return tuple(filter(None, (message.source, f"function {name}" if name else "")))


def _function_name(module: Module, index: int | None) -> str:
    return next((f.name for f in module.functions if f.index == index), "")
