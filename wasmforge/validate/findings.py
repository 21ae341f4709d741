"""The table of rules, and all they find."""

from collections.abc import Callable, Iterable

from wasmforge.model.artifact import Finding, Verdict
from wasmforge.model.module import Module
from wasmforge.model.plan import Delivery
from wasmforge.validate.case import Case
from wasmforge.validate.rules.aot import aot
from wasmforge.validate.rules.debug import debug
from wasmforge.validate.rules.exports import exports
from wasmforge.validate.rules.imports import imports
from wasmforge.validate.rules.kind import kind
from wasmforge.validate.rules.limits import limits
from wasmforge.validate.rules.memory import memory
from wasmforge.validate.rules.start import start
from wasmforge.validate.rules.verdict import verdict

RULES: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    kind,
    verdict,
    imports,
    exports,
    start,
    memory,
    limits,
    debug,
    aot,
)
"""Every rule; each looks at the whole case and says what does not hold."""


def findings(
    delivery: Delivery,
    module: Module,
    said: Verdict | tuple[Verdict, ...],
    sizes: dict[str, int],
    natives: dict[str, str] | None = None,
) -> tuple[Finding, ...]:
    """All that does not hold of `delivery`, in the order of the rules, waived findings included.

    `said` is the validator's verdict under the contract's permitted features, or those that `verdicts` gathered.
    `sizes` are the module's `size`, `gzip` and, where it is limited, `brotli` in bytes. `natives` are the files of
    native code beside it, by name, as their headers say (`wamr 6 for x86_64`). Raises ValueError when a limit
    is not a size.
    """
    given = (said,) if isinstance(said, Verdict) else said
    case = Case(delivery=delivery, module=module, verdicts=given, sizes=sizes, natives=natives or {})
    return tuple(finding for rule in RULES for finding in rule(case))
