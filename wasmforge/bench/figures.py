"""Times into figures: medians, spreads, ratios with intervals; pure, and without assuming how noise is distributed."""

import math
import statistics
from collections.abc import Sequence

from wasmforge.model.bench import Ratio

SURE = 0.95
"""The least probability with which an interval holds the true median."""


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> float:
    """Half the distance between the quartiles: how far a value usually is from the median."""
    if len(values) < 2:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / 2


def ratio(these: Sequence[float], those: Sequence[float]) -> Ratio:
    """How many times as long these take as those, round by round: what slows a whole round down slows both.

    The interval lies between two of the sorted ratios: the median is outside with the probability that a fair coin
    falls on one side as often as that (the sign test), whatever the noise looks like.
    """
    ratios = sorted(a / b for a, b in zip(these, those, strict=True))
    rank = _rank(len(ratios))
    low, high = ratios[rank or 0], ratios[-1 - (rank or 0)]
    sure = rank is not None and not low <= 1 <= high
    return Ratio(times=statistics.median(ratios), low=low, high=high, sure=sure)


def _rank(count: int) -> int | None:
    """The innermost place, from either end, at which an interval is still sure enough; None if none is."""
    outside, found = 0.0, None
    for rank in range((count + 1) // 2):
        outside += 2 * math.comb(count, rank) / 2**count
        if outside > 1 - SURE:
            break
        found = rank
    return found
