"""The rule `exports`: a module exports what its contract requires, of the right kind, and nothing forbidden."""

from collections.abc import Iterator

from wasmforge.errors import did_you_mean
from wasmforge.model.artifact import Finding
from wasmforge.model.module import ExternKind
from wasmforge.validate.case import Case

KINDS: dict[str, ExternKind] = {"memory": "memory", "_start": "func", "_initialize": "func"}
"""What hosts take these names to be; any other name may be of any kind."""


def exports(case: Case) -> Iterator[Finding]:
    """One finding per required export that is missing or of the wrong kind."""
    if case.module.layer == "component":
        return
    found = {export.name: export.kind for export in case.module.exports}
    for name in case.contract.required_exports:
        if name not in found:
            hint = did_you_mean(name, list(found)) or "the module exports nothing"
            yield case.finding("exports", name, f"does not export {name}", hint=hint)
        elif found[name] != KINDS.get(name, found[name]):
            what = f"exports {name} as a {found[name]}, and a {KINDS[name]} is required"
            yield case.finding("exports", name, what)
    for name in case.contract.forbidden_exports:
        if name in found:
            what = f"exports {name}, which {case.delivery.target} would take for something else"
            yield case.finding("exports", name, what, hint="rename it")
