"""A run of benches for tests of pages and files: a winner, noise, names that need care, somebody absent."""

from wasmforge.model.bench import BenchResult, BenchRun, Measurement, Ratio, RatioChange, SkippedParticipant

ZIG, NODE, WASMTIME = "zig cc baseline", "node 20.1.0", "wasmtime 50.0.1"


def ratio(times: float, low: float, high: float, *, significant: bool = True) -> Ratio:
    """One with its interval."""
    return Ratio(times=times, low=low, high=high, significant=significant)


def entry(code: str, engine: str, median: float, of: Ratio | None = None, calls: int = 3) -> Measurement:
    """One that takes `median` seconds a call."""
    seconds = (median * 0.9, median, median * 1.1)
    return Measurement(
        code=code, engine=engine, seconds=seconds, median=median, spread=median * 0.1, calls=calls, ratio=of
    )


MATMUL = BenchResult(
    component="matmul",
    name="64 by 64",
    reference="native",
    rounds=11,
    measurements=(
        entry("native", ZIG, 0.001),
        entry("wasm simd", WASMTIME, 0.00125, ratio(1.25, 1.22, 1.27)),
        entry("wasm simd", NODE, 0.0015, ratio(1.5, 1.4, 1.6)),
        entry("wasm base", NODE, 0.004, ratio(4.0, 3.9, 4.1)),
        entry("javascript", NODE, 0.0123, ratio(12.3, 12.0, 12.6)),
    ),
    lead=ratio(1.25, 1.22, 1.27),
)

ODD = BenchResult(
    component="sha",
    name='<&> | "x"',
    reference="native",
    rounds=7,
    measurements=(
        entry("wasm sha-rs threads", NODE, 1.5, ratio(0.98, 0.9, 1.1, significant=False)),
        entry("native", ZIG, 1.6),
        entry("native-cpu", "zig cc native", 1.61, ratio(1.01, 0.93, 1.2, significant=False)),
    ),
    skipped=(
        SkippedParticipant(code="javascript", engine=NODE, why="TypeError: x is not a function", failed=True),
        SkippedParticipant(code="wasm", engine="wasmedge", why="is not installed", fix="wasmforge doctor"),
        SkippedParticipant(code="wasm simd", engine="wasmedge", why="is not installed", fix="wasmforge doctor"),
    ),
    lead=ratio(1.02, 0.9, 1.1, significant=False),
)

ALONE = BenchResult(
    component="fill", name="fill", reference="wasm", rounds=3, measurements=(entry("wasm", NODE, 2e-8),)
)

NOBODY = BenchResult(component="gone", name="gone", reference="", rounds=3, measurements=())

RUN = BenchRun(machine="A & B, 2 processors", date="2026-01-02T03:04:05Z", results=(MATMUL, ODD, ALONE, NOBODY))


def change(times: float, *, slower: bool = False, faster: bool = False, absolute: bool = False) -> RatioChange:
    """How Node.js' standing has changed."""
    return RatioChange(
        component="matmul",
        name="64 by 64",
        code="wasm",
        engine=NODE,
        times=times,
        low=times * 0.5,
        high=times * 2,
        slower=slower,
        faster=faster,
        absolute=absolute,
    )
