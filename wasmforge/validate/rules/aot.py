"""The rule `aot`: native code beside the module is of a format that the target's runtimes load."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.validate.case import Case


def aot(case: Case) -> Iterator[Finding]:
    """One finding per file of native code that is none, or of a format the target does not name."""
    loaded = case.contract.aot
    for name, told in case.natives.items():
        if not told:
            hint = "was it made by another compiler than the pass names?"
            yield case.finding("aot", name, f"{name} is not native code that can be told by its header", hint=hint)
        elif not any(f"{told} ".startswith(f"{form} ") for form in loaded):
            what = f"{name} is {told}, and the runtimes of {case.contract.target} load {', '.join(loaded) or 'none'}"
            yield case.finding("aot", name, what, hint="compiler and runtime must be of one version")
