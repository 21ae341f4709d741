"""The rule `imports`: a module imports only what its host provides: whole import modules, or single names of them."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.validate.case import Case

ANY = "*"
"""Permits every import module."""


def imports(case: Case) -> Iterator[Finding]:
    """One finding per import module that the host has not (and per reason to waive some of its names)."""
    permitted = case.contract.import_modules
    if ANY in permitted:
        return
    groups: dict[tuple[str, str], list[str]] = {}
    for wanted in case.module.imports:
        name = f"{wanted.module}.{wanted.name}"
        if wanted.module not in permitted and name not in permitted:
            groups.setdefault((wanted.module, case.because("imports", wanted.module, name)), []).append(name)
    for (module, because), names in groups.items():
        what = f"imports {', '.join(dict.fromkeys(names))}, which {case.delivery.target} does not provide"
        yield case.found("imports", module, what, hint=_hint(module, permitted), waived=because)


def _hint(module: str, permitted: tuple[str, ...]) -> str:
    if module == "env":
        return "a function that is declared but not linked becomes an import from env: is a source file missing?"
    return f"it provides: {', '.join(permitted)}" if permitted else "it provides no imports"
