"""Why an action is or is not run again, in words; knows no keys."""

import re

from wasmforge.model.explain import Change, Comparison, Explanation
from wasmforge.report.ink import Line, Span, Style, line
from wasmforge.report.paper import Paper

DIGEST = re.compile(r"(sha256:)?[0-9a-f]{64}")

STYLES: dict[str, Style] = {"up to date": "good", "would run": "warn", "never built": "warn"}


SENTENCES = frozenset({"needs", "the store"})
"""What a change of tells in whole words, not by a value that came or went."""


def show_explain(explanation: Explanation, paper: Paper) -> None:
    """Print what would become of an action, and one line for each thing that changed."""
    it = explanation
    head = line(Span(it.label, "name"), "  ", Span(it.status, STYLES[it.status]))
    lines = [line("  ", told(change)) for change in it.changes]
    if it.anew and not it.changes:
        lines += [line("  last run because"), *(line("    ", told(change)) for change in it.anew)]
    paper.print([head, *lines])


def show_comparison(comparison: Comparison, paper: Paper) -> None:
    """Print how two actions differ: what only the one has, what only the other has, and what both have."""
    it = comparison
    if not (it.one and it.other):
        only = line(Span("- " if it.one else "+ ", "bad" if it.one else "good"), Span(it.one or it.other, "name"))
        paper.print([(*only, Span("  has nothing to compare it with", "quiet"))])
        return
    same = "" if it.changes else "  nothing differs"
    head = line(Span(it.one, "name"), Span("  ->  ", "quiet"), Span(it.other, "name"), Span(same, "quiet"))
    paper.print([head, *map(_difference, it.changes)])


def _difference(change: Change) -> Line:
    """`- argument -O0`, `+ env X: 1`, `  zig 0.17.0 -> 0.17.1`; of digests it is enough that they differ."""
    old, new = ("" if DIGEST.fullmatch(value) else value for value in (change.old, change.new))
    if change.old and change.new:
        return line("  ", f"{change.what}: {old} -> {new}" if old and new else f"{change.what} differs")
    sign, value = (Span("- ", "bad"), old) if change.old else (Span("+ ", "good"), new)
    return line(sign, f"{change.what}: {value}" if value else change.what)


def told(change: Change) -> str:
    """`src/matmul.h changed`, `zig 0.17.0 -> 0.17.1`, `argument added: -O3`; digests say nothing to people."""
    if change.what in SENTENCES:
        return f"{change.what} {change.new}"
    old, new = ("" if DIGEST.fullmatch(value) else value for value in (change.old, change.new))
    if change.old and change.new:
        return f"{change.what} {old} -> {new}" if old and new and old != new else f"{change.what} changed"
    verb, value = ("removed", old) if change.old else ("added", new)
    return f"{change.what} {verb}: {value}" if value else f"{change.what} {verb}"
