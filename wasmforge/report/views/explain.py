"""Shows why an action is or is not run again."""

import re

from wasmforge.model.explain import Change, Comparison, Explanation
from wasmforge.model.toolchain import shortened
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, Style, line

DIGEST = re.compile(r"(sha256:)?[0-9a-f]{64}")

STYLES: dict[str, Style] = {"up to date": "good", "would run": "warn", "never built": "warn", "unknown": "warn"}


SENTENCES = frozenset({"needs", "the store", "the toolchain"})
"""What a change of tells in whole words, not by a value that came or went."""


def show_explain(explanation: Explanation, out: Output) -> None:
    """Print what would become of an action, and one line for each thing that changed."""
    event = explanation
    head = line(Span(event.label, "name"), "  ", Span(event.status, STYLES[event.status]))
    lines = [line("  ", change_text(change)) for change in event.changes]
    if event.anew and not event.changes:
        lines += [line("  last run because"), *(line("    ", change_text(change)) for change in event.anew)]
    out.print([head, *lines])


def show_comparison(comparison: Comparison, out: Output) -> None:
    """Print how two actions differ: what only the one has, what only the other has, and what both have."""
    event = comparison
    if not (event.one and event.other):
        only = line(
            Span("- " if event.one else "+ ", "bad" if event.one else "good"), Span(event.one or event.other, "name")
        )
        out.print([(*only, Span("  has nothing to compare it with", "quiet"))])
        return
    same = "" if event.changes else "  nothing differs"
    head = line(Span(event.one, "name"), Span("  ->  ", "quiet"), Span(event.other, "name"), Span(same, "quiet"))
    out.print([head, *map(_difference, event.changes)])


def _difference(change: Change) -> Line:
    """`- argument -O0`, `+ env X: 1`, `  zig 0.17.0 -> 0.17.1`; of digests it is enough that they differ."""
    old, new = _readable(change)
    if change.old and change.new:
        return line("  ", f"{change.what}: {old} -> {new}" if old and new else f"{change.what} differs")
    sign, value = (Span("- ", "bad"), old) if change.old else (Span("+ ", "good"), new)
    return line(sign, f"{change.what}: {value}" if value else change.what)


def change_text(change: Change) -> str:
    """`src/matmul.h changed`, `zig 0.17.0 -> 0.17.1`, `argument added: -O3`; digests say nothing to people."""
    if change.what in SENTENCES:
        return f"{change.what} {change.new}"
    old, new = _readable(change)
    if change.old and change.new:
        return f"{change.what} {old} -> {new}" if old and new and old != new else f"{change.what} changed"
    verb, value = ("removed", old) if change.old else ("added", new)
    return f"{change.what} {verb}: {value}" if value else f"{change.what} {verb}"


def _readable(change: Change) -> tuple[str, str]:
    """What was and what is, for people: bare digests are left out, others cut short where that tells them apart."""
    old, new = ("" if DIGEST.fullmatch(value) else value for value in (change.old, change.new))
    return (old, new) if shortened(old) == shortened(new) else (shortened(old), shortened(new))
