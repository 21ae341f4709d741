"""Compares a run with an earlier one. Returns how the ratios changed. Pure."""

from collections.abc import Iterator

from wasmforge.bench.statistics import median
from wasmforge.model.bench import MIN_ROUNDS, BenchResult, BenchRun, Measurement, Ratio, RatioChange


def compare_runs(new: BenchRun, old: BenchRun) -> tuple[RatioChange, ...]:
    """The change of each participant that both runs have.

    Ratios to the reference are compared, since a machine is never equally busy twice; times only where the runs have no
    common reference. An engine in another version is the same engine: its changes are of interest too.
    """
    return tuple(c for result in new.results for earlier in _same_bench(result, old) for c in _compare(result, earlier))


def _same_bench(result: BenchResult, run: BenchRun) -> list[BenchResult]:
    return [r for r in run.results if (r.component, r.name) == (result.component, result.name)][:1]


def _compare(new: BenchResult, old: BenchResult) -> Iterator[RatioChange]:
    earlier = {_key(m): m for m in old.measurements}
    relative = _reference(new) == _reference(old) and len(earlier) > 1 and len(new.measurements) > 1
    for measurement in new.measurements:
        if (before := earlier.get(_key(measurement))) and not (relative and measurement.ratio is None):
            yield _change(new, measurement, before, relative=relative)


def _change(result: BenchResult, new: Measurement, old: Measurement, *, relative: bool) -> RatioChange:
    new_ratio, old_ratio = (new.ratio, old.ratio) if relative else (None, None)
    now, before = new_ratio or _times_as_ratio(new), old_ratio or _times_as_ratio(old)
    low, high = now.low / before.high, now.high / before.low
    enough = min(len(new.seconds), len(old.seconds)) >= MIN_ROUNDS
    return RatioChange(
        component=result.component,
        name=result.name,
        code=new.code,
        engine=new.engine,
        times=now.times / before.times,
        low=low,
        high=high,
        slower=enough and low > 1,
        faster=enough and high < 1,
        absolute=not relative,
    )


def _times_as_ratio(measurement: Measurement) -> Ratio:
    """Times as if they were ratios, between the fastest and the slowest round."""
    seconds = measurement.seconds
    return Ratio(times=median(seconds), low=min(seconds), high=max(seconds), significant=False)


def _reference(result: BenchResult) -> tuple[str, str] | None:
    return next((_key(m) for m in result.measurements if m.ratio is None), None)


def _key(measurement: Measurement) -> tuple[str, str]:
    """The code and its engine without the version."""
    return measurement.code, measurement.engine.partition(" ")[0]
