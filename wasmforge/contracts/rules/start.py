"""The rule `start`: no start function if the host cannot serve the module while it runs."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.model.finding import Finding


def start(context: RuleContext) -> Iterator[Finding]:
    """A start function that the host does not support. Linkers add one to modules with shared memory, to fill it."""
    module = context.module
    if context.contract.start or module.start is None or any(m.shared for m in module.memories):
        return
    name = next((f.name for f in module.functions if f.index == module.start and f.name), str(module.start))
    what = f"has a start function, {name}, which runs before {context.delivery.target} can access the module's memory"
    yield context.finding("start", name, what, hint="export _initialize (a reactor) or _start (a command) instead")
