"""The rule `aot`: native code beside the module is of a format that the target's runtimes load."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.model.finding import Finding


def aot(context: RuleContext) -> Iterator[Finding]:
    """One finding per file that is not native code, or has a format that the target does not name."""
    contract = context.contract
    loaded = contract.aot
    for name, description in context.natives.items():
        if not description:
            hint = "was it made by another compiler than the pass names?"
            yield context.finding("aot", name, f"{name} has no header of native code", hint=hint)
        elif not any(f"{description} ".startswith(f"{form} ") for form in loaded):
            what = f"{name} is {description}, and the runtimes of {contract.target} load {', '.join(loaded) or 'none'}"
            yield context.finding("aot", name, what, hint="use the same version of compiler and runtime")
