"""The rule `debug`: what is shipped does not tell how it was made: no names, no debug information, no source maps."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.model.size import format_size
from wasmforge.validate.case import Case

NAMES = ("name",)
ELSEWHERE = ("sourceMappingURL", "external_debug_info")
"""Custom sections that say where debug information is to be found: a path or an address."""


def debug(case: Case) -> Iterator[Finding]:
    """One finding for names, one for DWARF, one for each pointer to debug information elsewhere."""
    if case.contract.debug:
        return
    custom = [s for s in case.module.sections if s.custom]
    kinds = {
        "name": ("names of its functions", [s for s in custom if s.name in NAMES]),
        "dwarf": ("debug information", [s for s in custom if s.name.startswith(".debug_")]),
        **{name: (f"a section {name}", [s for s in custom if s.name == name]) for name in ELSEWHERE},
    }
    for item, (said, sections) in kinds.items():
        if sections:
            size = format_size(sum(s.size for s in sections))
            what = f"carries {said} ({size}), which tell whoever has it how it was made"
            yield case.finding("debug", item, what, hint="drop -g from the flags, or waive it with a reason")
