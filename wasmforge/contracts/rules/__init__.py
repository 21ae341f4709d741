"""The rules of a contract: one per file, all in the table `RULES`; `check_rules` applies them."""

from collections.abc import Callable, Iterable

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.contracts.rules.aot import aot
from wasmforge.contracts.rules.debug import debug
from wasmforge.contracts.rules.entry import entry
from wasmforge.contracts.rules.exports import exports
from wasmforge.contracts.rules.features import features
from wasmforge.contracts.rules.imports import imports
from wasmforge.contracts.rules.kind import kind
from wasmforge.contracts.rules.limits import limits
from wasmforge.contracts.rules.memory import memory
from wasmforge.contracts.rules.start import start
from wasmforge.model.finding import Finding, Verdict
from wasmforge.model.import_supply import ImportSupply
from wasmforge.model.module import Module
from wasmforge.model.plan import Delivery

RULES: tuple[Callable[[RuleContext], Iterable[Finding]], ...] = (
    kind,
    features,
    imports,
    exports,
    entry,
    start,
    memory,
    limits,
    debug,
    aot,
)
"""Every rule: a function from the context to its findings."""


def check_rules(
    delivery: Delivery,
    module: Module,
    verdicts: Verdict | tuple[Verdict, ...],
    sizes: dict[str, int],
    natives: dict[str, str] | None = None,
    *,
    supply: ImportSupply | None = None,
    data: bytes = b"",
    linked: bytes = b"",
) -> tuple[Finding, ...]:
    """All findings about `delivery`, in the order of the rules, waived ones included.

    `verdicts` is the validator's verdict under the contract's permitted features, or those of `collect_verdicts`.
    `sizes` are the module's `size`, `gzip` and, where it is limited, `brotli` in bytes. `natives` are the files of
    native code beside it, by name, as their headers say (`wamr 6 for x86_64`). `supply` is what the JavaScript
    beside it gives, None where there is none; `data` its bytes, `linked` those of the module that it was made of.
    Raises ValueError when a limit is not a size.
    """
    context = RuleContext(
        delivery=delivery,
        module=module,
        verdicts=(verdicts,) if isinstance(verdicts, Verdict) else verdicts,
        sizes=sizes,
        natives=natives or {},
        supply=supply,
        data=data,
        linked=linked,
    )
    return tuple(finding for rule in RULES for finding in rule(context))
