"""The rules `features` and `valid`: what the reference validator refused, and whether a feature would permit it."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.model.module import Module
from wasmforge.validate.case import Case
from wasmforge.validate.messages import Complaint, complaint


def verdict(case: Case) -> Iterator[Finding]:
    """One finding per feature that is used and not permitted, and one when the module is not valid at all."""
    if case.module.layer == "component":
        return  # the rule `kind` says so
    for said in case.verdicts:
        if not said.valid:
            found = complaint(said.output)
            yield _feature(case, found) if found.feature else _invalid(case, found)


def _feature(case: Case, found: Complaint) -> Finding:
    return case.finding(
        "features",
        found.feature,
        f"uses {found.feature}, which is not permitted on {case.delivery.target}: {found.what}"
        + (f" ({why})" if (why := case.contract.never.get(found.feature)) else ""),
        place=_place(case.module, found),
        hint=f"compile without {found.feature}, or ask for it in the component's features if the target permits it",
    )


def _invalid(case: Case, found: Complaint) -> Finding:
    what = f"is not valid WebAssembly: {found.what}"
    return case.finding("valid", "module", what, place=_place(case.module, found))


def _place(module: Module, found: Complaint) -> str:
    function = found.function or _name(module, found.index)
    words = [
        found.source,
        f"function {function}" if function else "",
        f"offset {found.offset}" if found.offset and not found.source else "",
    ]
    return ", ".join(word for word in words if word)


def _name(module: Module, index: int | None) -> str:
    if index is None:
        return ""
    return next((f.name for f in module.functions if f.index == index and f.name), str(index))
