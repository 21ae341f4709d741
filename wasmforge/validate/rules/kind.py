"""The rule `kind`: a core module, not a component, and a command or a reactor, as the target runs them."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.validate.case import Case


def kind(case: Case) -> Iterator[Finding]:
    """A binary of the component model where a core module is due, or a reactor where commands are run."""
    contract, target = case.contract, case.delivery.target
    if case.module.layer == "component":
        what = f"is a component, and {target} takes core modules"
        yield case.finding("kind", "component", what, hint="leave out the step that encodes a component")
    elif contract.kind not in contract.kinds:
        has = "has no _start" if contract.kind == "reactor" else "has a _start, which ends it"
        what = f"is a {contract.kind} ({has}), and {target} runs a {' or a '.join(contract.kinds)}"
        yield case.finding("kind", contract.kind, what)
