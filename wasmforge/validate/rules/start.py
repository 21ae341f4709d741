"""The rule `start`: no start function where it would run before the host can serve the module."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.validate.case import Case


def start(case: Case) -> Iterator[Finding]:
    """A start function that the host has no use for. Linkers give one to modules with shared memory, to fill it."""
    module = case.module
    if case.contract.start or module.start is None or any(m.shared for m in module.memories):
        return
    name = next((f.name for f in module.functions if f.index == module.start and f.name), str(module.start))
    what = f"has a start function, {name}, which runs before {case.delivery.target} can see the module's memory"
    yield case.finding("start", name, what, hint="export _initialize (a reactor) or _start (a command) instead")
