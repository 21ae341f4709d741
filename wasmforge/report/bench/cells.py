"""The cells of a benchmark's tables as text, the same on a terminal, in Markdown and in a picture."""

from collections.abc import Sequence

from wasmforge.model.bench import MIN_ROUNDS, BenchResult, Measurement, Ratio

FIRST_COLUMNS = ("javascript", "wasm base", "wasm", "wasm simd")
"""The first columns of an overview, from the slowest to the fastest, as one expects them."""

LAST_COLUMNS = ("native", "native-cpu")

UNITS = (("s", 1.0), ("ms", 1e3), ("µs", 1e6), ("ns", 1e9))


def format_seconds(seconds: float) -> str:
    """`1.23 s`, `45.6 ms`, `789 µs`, `12.3 ns`: three digits."""
    unit, scale = next((u for u in UNITS if seconds * u[1] >= 0.9995), UNITS[-1])
    return f"{_three_digits(seconds * scale)} {unit}"


def format_ratio(ratio: Ratio | None) -> str:
    """`1.25 (1.22 to 1.27)`, after ≈ if the two may be equal; 1 for the reference."""
    if ratio is None:
        return "1"
    about = "" if ratio.significant else "≈ "
    return f"{about}{ratio.times:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"


def verdict(result: BenchResult) -> str:
    """Which participant was the fastest, or why there is no winner; empty with fewer than two."""
    if len(result.measurements) < 2 or result.lead is None:
        return ""
    first, second = (f"{m.code} in {m.engine}" for m in result.measurements[:2])
    if result.rounds < MIN_ROUNDS:
        return f"no winner: fewer than {MIN_ROUNDS} rounds are not enough to tell"
    if result.winner is None:
        low, high = result.lead.low, result.lead.high
        return f"no winner: {second} takes {low:.2f} to {high:.2f} times as long as {first}, which may be noise"
    return f"fastest: {first}; {second} takes {format_ratio(result.lead)} times as long"


def overview(results: Sequence[BenchResult]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """One row per bench, one column per kind of code in its fastest engine: the headings and the rows."""
    present = dict.fromkeys(_column(m) for r in results for m in r.measurements)
    middle = [c for c in present if c not in {*FIRST_COLUMNS, *LAST_COLUMNS}]
    columns = [c for c in (*FIRST_COLUMNS, *middle, *LAST_COLUMNS) if c in present]
    rows = []
    for result in (r for r in results if r.measurements):
        fastest: dict[str, Measurement] = {}
        for measurement in result.measurements:  # they are ordered
            fastest.setdefault(_column(measurement), measurement)
        rows.append((f"{result.component}: {result.name}", *(_cell(fastest.get(c)) for c in columns)))
    return ("bench", *columns), rows


def _column(measurement: Measurement) -> str:
    """The kind of code without the component: `wasm NAME simd` of another component goes to `wasm simd`."""
    kind, *names = measurement.code.split(" ")
    if "threads" in measurement.code:
        return "wasm threads"
    return f"{kind} {names[-1]}" if len(names) == 2 else measurement.code


def _cell(measurement: Measurement | None) -> str:
    if measurement is None:
        return ""
    ratio = "" if measurement.ratio is None else f" ({measurement.ratio.times:.2f}x)"
    return format_seconds(measurement.median) + ratio


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
