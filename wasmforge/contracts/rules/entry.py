"""The rule `entry`: a command has a main, a reactor exports something."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.model.finding import Finding
from wasmforge.model.module import Module
from wasmforge.wasm.missing_main import lacks_main

LINKERS = frozenset({"_initialize", "memory", "__indirect_function_table"})
"""What linkers export by themselves, besides names with two leading underscores that are not functions."""


def entry(context: RuleContext) -> Iterator[Finding]:
    """A command without a defined main, or a reactor without usable exports."""
    if context.module.layer == "component":
        return
    if context.contract.kind == "command":
        if lacks_main(context.data) or lacks_main(context.linked):
            hint = "define main; if it is a library, name what it exports: exports = […]"
            yield context.finding("entry", "main", "has no main: it traps when it starts", hint=hint)
    elif not _has_content(context.module):
        hint = "name what it exports: exports = […], or mark functions in its source"
        yield context.finding("entry", "exports", "exports nothing that a host can use", hint=hint)


def _has_content(module: Module) -> bool:
    """Whether a host can do anything with it: call, read bytes, or have it start by itself.

    An empty module counts as usable: there was nothing to export.
    """
    bare = not (module.exports or module.functions or module.memories)
    readable = bool(module.data and module.exports)
    return bare or readable or module.start is not None or any(_is_own(e.name, e.kind) for e in module.exports)


def _is_own(name: str, kind: str) -> bool:
    """Whether this export is the component's own."""
    return name not in LINKERS and not (name.startswith("__") and kind != "func") and name != "__wasm_call_ctors"
