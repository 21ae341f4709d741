"""The rule `memory`: bounds of the initial and maximum size of a module's memories."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.model.finding import Finding
from wasmforge.model.module import PAGE_BYTES
from wasmforge.model.units import format_size, parse_size


def memory(context: RuleContext) -> Iterator[Finding]:
    """One finding if all memories together start too large, one if they may grow too large."""
    memories = context.module.memories
    least, most = context.contract.limits.memory, context.contract.limits.max_memory
    initial = sum(m.minimum for m in memories) * PAGE_BYTES
    if least is not None and initial > (bound := parse_size(least)):
        what = f"starts with a memory of {_over(initial, bound)}"
        yield context.finding(
            "memory", "initial", what, hint="lower the linker's initial memory, or raise limits.memory"
        )
    if most is None or not memories:
        return
    hint = "give the linker a maximum memory, or raise limits.max-memory"
    bound = parse_size(most)
    if any(m.maximum is None for m in memories):
        what = f"has a memory without a maximum, but its limit is {format_size(bound)}"
        yield context.finding("memory", "maximum", what, hint=hint)
    elif (grown := sum(m.maximum or 0 for m in memories) * PAGE_BYTES) > bound:
        yield context.finding("memory", "maximum", f"may grow to a memory of {_over(grown, bound)}", hint=hint)


def _over(measure: int, bound: int) -> str:
    return f"{measure:,} bytes, {measure - bound:,} more than its limit of {format_size(bound)}"
