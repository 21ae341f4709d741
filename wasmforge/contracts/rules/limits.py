"""The rule `limits`: the module is no larger than its contract permits; the largest parts are named."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.model.finding import Finding
from wasmforge.model.module import Module
from wasmforge.model.units import format_size, parse_size

SIZES = {"size": "is", "gzip": "is, compressed with gzip,", "brotli": "is, compressed with brotli,"}

MAX_NAMED = 3
"""Functions, and data segments, that are named."""


def limits(context: RuleContext) -> Iterator[Finding]:
    """One finding per bound that is exceeded: raw size, gzip size, brotli size."""
    bounds = context.contract.limits
    for item, verb in SIZES.items():
        bound = getattr(bounds, item)
        if bound is None or context.sizes[item] <= parse_size(bound):
            continue
        measure, most = context.sizes[item], parse_size(bound)
        what = f"{verb} {measure:,} bytes, {measure - most:,} more than its limit of {format_size(most)}"
        hint = f'build with profile "size", or raise limits.{item}'
        yield context.finding("limits", item, what + largest_parts(context.module), hint=hint)


def largest_parts(module: Module) -> str:
    """Text about the largest functions and data segments; empty without any."""
    functions = [(f"function {f.name or f.index}", f.size) for f in module.functions]
    segments = [(f"data {d.name or d.index}", d.size) for d in module.data]
    top = [pair for group in (functions, segments) for pair in sorted(group, key=lambda p: -p[1])[:MAX_NAMED]]
    parts = ", ".join(f"{name} {format_size(size)}" for name, size in top)
    return f"; its largest parts: {parts}" if parts else ""
