"""Computes medians, spreads and ratios with intervals from times, without assuming a distribution. Pure."""

import math
import statistics
from collections.abc import Sequence

from wasmforge.model.bench import Ratio

CONFIDENCE = 0.95
"""The least probability with which an interval contains the true median."""


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> float:
    """Half the distance between the quartiles: how far a value usually is from the median."""
    if len(values) < 2:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return (high - low) / 2


def ratio(times: Sequence[float], reference: Sequence[float]) -> Ratio:
    """How many times as long these take as the reference, round by round: a slow round is slow for both.

    The interval is between two of the sorted ratios. By the sign test the true median is outside with the probability
    that a fair coin falls on one side that often, whatever the distribution of the noise.
    """
    ratios = sorted(a / b for a, b in zip(times, reference, strict=True))
    rank = _interval_rank(len(ratios))
    low, high = ratios[rank or 0], ratios[-1 - (rank or 0)]
    significant = rank is not None and not low <= 1 <= high
    return Ratio(times=statistics.median(ratios), low=low, high=high, significant=significant)


def _interval_rank(count: int) -> int | None:
    """How many of the sorted values are outside the interval at each end; None when they are too few for one."""
    outside, largest = 0.0, None
    for rank in range((count + 1) // 2):
        outside += 2 * math.comb(count, rank) / 2**count
        if outside > 1 - CONFIDENCE:
            break
        largest = rank
    return largest
