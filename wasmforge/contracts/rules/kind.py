"""The rule `kind`: a core module that is a command or a reactor, as the target requires."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.model.finding import Finding


def kind(context: RuleContext) -> Iterator[Finding]:
    """A component instead of a core module, or a kind that the target does not run."""
    contract, target = context.contract, context.delivery.target
    if context.module.layer == "component":
        what = f"is a component, but {target} runs core modules"
        yield context.finding("kind", "component", what, hint="remove the step that encodes a component")
    elif contract.kind not in contract.kinds:
        has = "has no _start" if contract.kind == "reactor" else "has a _start, which ends it"
        what = f"is a {contract.kind} ({has}), and {target} runs a {' or a '.join(contract.kinds)}"
        yield context.finding("kind", contract.kind, what)
