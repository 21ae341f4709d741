"""Parses the output of `wasm-tools validate`: place, reason, and the missing feature."""

import re

from wasmforge.model.base import Struct


class ValidatorMessage(Struct, frozen=True, kw_only=True):
    """One failed validation. `source` is `file:line:column`, `offset` is in the module's bytes; empty if unknown.

    `function` is a name or, where the validator has none, an index. `feature` is empty when no feature is missing.
    """

    what: str
    feature: str = ""
    function: str = ""
    index: int | None = None
    source: str = ""
    offset: str = ""


FEATURE_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"relaxed SIMD support is not enabled", "relaxed-simd"),
    (r"SIMD support is not enabled", "simd"),
    (r"legacy[ _]exceptions (support is not enabled|feature required)", "legacy-exceptions"),
    (r"exceptions (support|proposal)( is)? not enabled|without the exception handling feature", "exceptions"),
    (r"mutable global support is not enabled", "mutable-global"),
    (r"sign extension operations support is not enabled", "sign-extension"),
    (r"saturating float to int conversions support is not enabled", "saturating-float-to-int"),
    (r"when multi-value is not enabled|multi-value feature is not enabled", "multi-value"),
    (r"bulk memory (support is not|must be) enabled|the bulk-memory proposal", "bulk-memory"),
    (r"reference types support is not enabled|^multiple tables$", "reference-types"),
    (r"^zero byte expected$", "call-indirect-overlong"),
    (r"threads support is not enabled|^threads must be enabled", "threads"),
    (r"tail calls support is not enabled", "tail-call"),
    (r"non-constant operator: i(32|64)\.(add|sub|mul)$", "extended-const"),
    (r"^memory64 must be enabled", "memory64"),
    (r"^multiple memories$", "multi-memory"),
    (r"function references (support is not enabled|required)|the function-references proposal", "function-references"),
    (r"gc support is not enabled|without the gc feature|^gc proposal must be enabled|requires `gc` proposal", "gc"),
    (r"because the GC proposal is disabled|global\.get of locally defined global", "gc"),
    (r"wide arithmetic support is not enabled", "wide-arithmetic"),
    (r"custom page sizes proposal must be enabled", "custom-page-sizes"),
    (r"stack switching (support is not enabled|is disabled)|without the stack switching feature", "stack-switching"),
)
"""Pattern and feature; the first match counts."""

NO_REASON = "the validator gave no reason"

OFFSET = re.compile(r" \(at offset (0x[0-9a-f]+)\)$")
NAMED = re.compile(r"(?:(?P<source>\S.*:\d+:\d+) )?function `(?P<name>.*)` failed to validate")
INDEXED = re.compile(r"func (\d+) failed to validate")
CAUSE = re.compile(r"\s+\d+: (.*)")


def parse_message(output: str) -> ValidatorMessage:
    """The message in the validator's output; output of an unknown form becomes the message as a whole."""
    chain = _chain(output)
    last = OFFSET.search(chain[-1])
    what = OFFSET.sub("", chain[-1])
    named = next((found for line in chain if (found := NAMED.fullmatch(line))), None)
    indexed = next((found for line in chain if (found := INDEXED.fullmatch(line))), None)
    return ValidatorMessage(
        what=what or NO_REASON,
        feature=next((feature for pattern, feature in FEATURE_PATTERNS if re.search(pattern, what)), ""),
        function=named["name"] if named else "",
        index=int(indexed[1]) if indexed else None,
        source=(named["source"] or "") if named else "",
        offset=last[1] if last else "",
    )


def _chain(output: str) -> list[str]:
    """The error and its causes, from the outermost to the one that matters."""
    lines = output.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith("error: ")), None)
    if start is None:
        return [next((line.strip() for line in lines if line.strip()), NO_REASON)]
    causes = [found[1] for line in lines[start + 1 :] if (found := CAUSE.fullmatch(line))]
    return [lines[start].removeprefix("error: "), *causes]
