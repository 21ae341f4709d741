"""Why an action is or is not run again, in words; knows no keys."""

import re

from wasmforge.model.explain import Change, Explanation
from wasmforge.report.ink import Span, Style, line
from wasmforge.report.paper import Paper

DIGEST = re.compile(r"(sha256:)?[0-9a-f]{64}")

STYLES: dict[str, Style] = {"up to date": "good", "would run": "warn", "never built": "warn"}


def show_explain(explanation: Explanation, paper: Paper) -> None:
    """Print what would become of an action, and one line for each thing that changed."""
    it = explanation
    head = line(Span(it.label, "name"), "  ", Span(it.status, STYLES[it.status]))
    paper.print([head, *(line("  ", told(change)) for change in it.changes)])


def told(change: Change) -> str:
    """`src/matmul.h changed`, `zig 0.17.0 -> 0.17.1`, `argument added: -O3`; digests say nothing to people."""
    old, new = ("" if DIGEST.fullmatch(value) else value for value in (change.old, change.new))
    if change.old and change.new:
        return f"{change.what} {old} -> {new}" if old and new and old != new else f"{change.what} changed"
    verb, value = ("removed", old) if change.old else ("added", new)
    return f"{change.what} {verb}: {value}" if value else f"{change.what} {verb}"
