"""The rule `memory`: what a module's memories start with and may grow to."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.model.size import format_size, parse_size
from wasmforge.validate.case import Case

PAGE = 64 * 1024
"""Bytes in a page of linear memory."""


def memory(case: Case) -> Iterator[Finding]:
    """One finding when all memories together start too large, one when they may grow too large."""
    memories = case.module.memories
    least, most = case.contract.limits.memory, case.contract.limits.max_memory
    initial = sum(m.minimum for m in memories) * PAGE
    if least is not None and initial > (bound := parse_size(least)):
        what = f"starts with a memory of {_over(initial, bound)}"
        yield case.finding("memory", "initial", what, hint="ask the linker for less, or raise limits.memory")
    if most is None or not memories:
        return
    hint = "give the linker a maximum memory, or raise limits.max-memory"
    bound = parse_size(most)
    if any(m.maximum is None for m in memories):
        what = f"has a memory that may grow as far as its host lets it, and its limit is {format_size(bound)}"
        yield case.finding("memory", "maximum", what, hint=hint)
    elif (grown := sum(m.maximum or 0 for m in memories) * PAGE) > bound:
        yield case.finding("memory", "maximum", f"may grow to a memory of {_over(grown, bound)}", hint=hint)


def _over(measure: int, bound: int) -> str:
    return f"{measure:,} bytes, {measure - bound:,} more than its limit of {format_size(bound)}"
