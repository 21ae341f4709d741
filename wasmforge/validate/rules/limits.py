"""The rule `limits`: the module is no larger than its contract says."""

from collections.abc import Iterator

from wasmforge.model.artifact import Finding
from wasmforge.model.size import format_size, parse_size
from wasmforge.validate.case import Case

PAGE = 64 * 1024
"""Bytes in a page of linear memory."""

HINTS = {
    "size": 'build with profile "size", or raise limits.size',
    "gzip": 'build with profile "size", or raise limits.gzip',
    "memory": "ask the linker for a smaller initial memory or stack, or raise limits.memory",
}


def limits(case: Case) -> Iterator[Finding]:
    """One finding per bound that is exceeded: raw size, gzip size, declared minimum of all memories."""
    bounds = case.contract.limits
    measures = (
        ("size", "is", bounds.size, case.sizes["size"]),
        ("gzip", "is, compressed with gzip,", bounds.gzip, case.sizes["gzip"]),
        ("memory", "starts with a memory of", bounds.memory, sum(m.minimum for m in case.module.memories) * PAGE),
    )
    for item, verb, bound, measure in measures:
        if bound is not None and measure > parse_size(bound):
            most = parse_size(bound)
            what = f"{verb} {measure:,} bytes, {measure - most:,} more than its limit of {format_size(most)}"
            yield case.finding("limits", item, what, hint=HINTS[item])
