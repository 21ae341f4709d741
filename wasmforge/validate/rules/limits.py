"""The rule `limits`: the module is no larger than its contract says; what makes it large is named."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.model.module import Module
from wasmforge.model.size import format_size, parse_size
from wasmforge.validate.case import Case

SIZES = {"size": "is", "gzip": "is, compressed with gzip,", "brotli": "is, compressed with brotli,"}

NAMED = 3
"""How many of the largest functions, and of the largest data segments, are named."""


def limits(case: Case) -> Iterator[Finding]:
    """One finding per bound that is exceeded: raw size, gzip size, brotli size."""
    bounds = case.contract.limits
    for item, verb in SIZES.items():
        bound = getattr(bounds, item)
        if bound is None or case.sizes[item] <= parse_size(bound):
            continue
        measure, most = case.sizes[item], parse_size(bound)
        what = f"{verb} {measure:,} bytes, {measure - most:,} more than its limit of {format_size(most)}"
        hint = f'build with profile "size", or raise limits.{item}'
        yield case.finding("limits", item, what + largest(case.module), hint=hint)


def largest(module: Module) -> str:
    """The largest functions and data segments, in words, or nothing when there are none."""
    functions = [(f"function {f.name or f.index}", f.size) for f in module.functions]
    segments = [(f"data {d.name or d.index}", d.size) for d in module.data]
    top = [pair for group in (functions, segments) for pair in sorted(group, key=lambda p: -p[1])[:NAMED]]
    said = ", ".join(f"{name} {format_size(size)}" for name, size in top)
    return f"; its largest parts: {said}" if said else ""
