"""The rule `exports`: a module exports what its contract requires, of the right kind, and nothing forbidden."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.errors import did_you_mean
from wasmforge.model.finding import Finding
from wasmforge.model.module import ExternKind

KINDS: dict[str, ExternKind] = {"memory": "memory", "_start": "func", "_initialize": "func"}
"""The kind that hosts expect under these names; other names may be of any kind."""


def exports(context: RuleContext) -> Iterator[Finding]:
    """One finding per required export that is missing or of the wrong kind."""
    if context.module.layer == "component":
        return
    exported = {export.name: export.kind for export in context.module.exports}
    for name in context.contract.required_exports:
        if name not in exported:
            hint = did_you_mean(name, list(exported)) or "the module exports nothing"
            yield context.finding("exports", name, f"does not export {name}", hint=hint)
        elif exported[name] != KINDS.get(name, exported[name]):
            what = f"exports {name} as a {exported[name]}, but a {KINDS[name]} is required"
            yield context.finding("exports", name, what)
    for name in context.contract.forbidden_exports:
        if name in exported:
            what = f"exports {name}, which {context.delivery.target} would misinterpret"
            yield context.finding("exports", name, what, hint="rename it")
