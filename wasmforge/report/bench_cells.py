"""The cells of a bench's tables as text, the same on a terminal, in Markdown and in a picture; knows no layout."""

from collections.abc import Sequence

from wasmforge.model.bench import FEWEST, Entry, Ratio, Table

FIRST = ("javascript", "wasm base", "wasm", "wasm simd")
"""How the columns of an overview begin: from the slowest to the quickest, as one expects them."""

LAST = ("native", "native-cpu")


def span(seconds: float) -> str:
    """`1.23 s`, `45.6 ms`, `789 µs`, `12.3 ns`, to three digits."""
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 0.9995:
            return f"{_three(seconds * scale)} {unit}"
    return f"{_three(seconds * 1e9)} ns"


def times(ratio: Ratio | None) -> str:
    """`1.25 (1.22 to 1.27)`; with ≈ before it where the interval does not say that they differ; 1 for the reference."""
    if ratio is None:
        return "1"
    about = "" if ratio.sure else "≈ "
    return f"{about}{ratio.times:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"


def verdict(table: Table) -> str:
    """Who was the quickest, or that this cannot be told."""
    if len(table.entries) < 2 or table.ahead is None:
        return ""
    first, second = (f"{e.code} in {e.engine}" for e in table.entries[:2])
    if table.rounds < FEWEST:
        return f"no winner: fewer than {FEWEST} rounds tell nothing surely"
    if table.winner is None:
        low, high = table.ahead.low, table.ahead.high
        return f"no winner: {second} takes {low:.2f} to {high:.2f} times as long as {first}, which may be noise"
    return f"quickest: {first}; {second} takes {times(table.ahead)} times as long"


def overview(tables: Sequence[Table]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """One row per bench, one column per kind of code in its best engine: the headings and the rows."""
    found = dict.fromkeys(_column(e) for t in tables for e in t.entries)
    middle = [c for c in found if c not in {*FIRST, *LAST}]
    columns = [c for c in (*FIRST, *middle, *LAST) if c in found]
    rows = []
    for table in (t for t in tables if t.entries):
        best: dict[str, Entry] = {}  # they are ordered
        for entry in table.entries:
            best.setdefault(_column(entry), entry)
        rows.append((f"{table.component}: {table.name}", *(_cell(best.get(c)) for c in columns)))
    return ("bench", *columns), rows


def _column(entry: Entry) -> str:
    """`wasm simd`, of whichever component: `wasm NAME simd` is one that was measured beside it."""
    kind, *names = entry.code.split(" ")
    if "threads" in entry.code:
        return "wasm threads"
    return f"{kind} {names[-1]}" if len(names) == 2 else entry.code


def _cell(entry: Entry | None) -> str:
    if entry is None:
        return ""
    return span(entry.median) + ("" if entry.ratio is None else f" ({entry.ratio.times:.2f}x)")


def _three(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
