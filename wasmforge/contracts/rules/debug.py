"""The rule `debug`: a release has no function names, no debug information and no source maps."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.model.finding import Finding
from wasmforge.model.units import format_size

NAMES = ("name",)
ELSEWHERE = ("sourceMappingURL", "external_debug_info")
"""Custom sections that point to debug information: a path or an address."""


def debug(context: RuleContext) -> Iterator[Finding]:
    """One finding for names, one for DWARF, one for each pointer to debug information elsewhere."""
    if context.contract.debug:
        return
    custom = [s for s in context.module.sections if s.custom]
    kinds = {
        "name": ("function names", [s for s in custom if s.name in NAMES]),
        "dwarf": ("debug information", [s for s in custom if s.name.startswith(".debug_")]),
        **{name: (f"a section {name}", [s for s in custom if s.name == name]) for name in ELSEWHERE},
    }
    for item, (description, sections) in kinds.items():
        if sections:
            size = format_size(sum(s.size for s in sections))
            what = f"contains {description} ({size}), which reveal how it was built"
            yield context.finding("debug", item, what, hint="drop -g from the flags, or waive it with a reason")
