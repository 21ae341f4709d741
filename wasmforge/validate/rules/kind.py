"""The rule `kind`: targets take core modules, not components."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.validate.case import Case


def kind(case: Case) -> Iterator[Finding]:
    """A binary of the component model where a core module is due."""
    if case.module.layer == "component":
        what = f"is a component, and {case.delivery.target} takes core modules"
        yield case.finding("kind", "component", what, hint="leave out the step that encodes a component")
