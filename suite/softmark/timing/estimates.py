"""A difference in speed as an estimate with an interval, from samples taken in pairs.

Times are compared by the logarithm of their ratio: antisymmetric, so that who
is named first changes the sign and nothing else, and the same in any unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from softmark.formats import Float64Array

CONFIDENCE: Final = 0.99

NINE_IN_TEN: Final = 1.2816
"""Standard deviations below which nine tenths of a normal distribution lie."""

_SHORTEST_BATCH: Final = 4
"""Samples in a row whose dependence is looked at; fewer say nothing about it."""


@dataclass(frozen=True)
class Estimate:
    """log(time of B / time of A), with the interval that holds it at ``CONFIDENCE``.

    Attributes
    ----------
    log, low, high:
        Natural logarithms; the interval is infinite where there are too few samples for one.
    samples:
        How many it was made from.
    """

    log: float
    low: float
    high: float
    samples: int

    @property
    def ratio(self) -> float:
        """Time of B over time of A."""
        return math.exp(self.log)

    @property
    def half_width(self) -> float:
        """The larger arm of the interval."""
        return max(self.high - self.log, self.log - self.low)

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0

    def __neg__(self) -> Estimate:
        """The same with A and B exchanged."""
        return Estimate(-self.log, -self.high, -self.low, self.samples)

    def widened(self, allowance: float) -> Estimate:
        """With ``allowance`` more on each side, for what the samples cannot know."""
        return Estimate(self.log, self.low - allowance, self.high + allowance, self.samples)


def median_estimate(samples: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """The median of samples in the order in which they were taken.

    The interval is that of the sign test, between two order statistics: it is what a bootstrap
    of the median tends to, holds at any sample size and for any distribution of independent
    samples, and needs no random numbers.  Where neighbours are alike, as they are while a
    machine is in one of its modes, it is widened as if there were fewer samples.

    Parameters
    ----------
    samples:
        Logarithms of ratios, one a round; at least one.
    confidence:
        Probability with which the interval holds the median.
    """
    series = np.asarray(samples, dtype=np.float64)
    ordered = np.sort(series)
    middle = float(np.median(ordered))
    rank = _rank(series.size, alikeness(series - middle), confidence)
    if rank < 1:
        return Estimate(middle, -math.inf, math.inf, series.size)
    return Estimate(middle, float(ordered[rank - 1]), float(ordered[-rank]), series.size)


def _rank(count: int, alike: float, confidence: float) -> int:
    """The rank, from either end, of the ends of the interval; 0 when there is none."""
    from scipy.special import bdtr

    independent = int(count / alike)
    ranks = np.arange(independent // 2 + 1)
    outside = bdtr(ranks, independent, 0.5)  # of at most this number of samples on one side
    allowed = int(np.searchsorted(outside, (1 - confidence) / 2, side="right"))
    return math.floor(allowed * count / independent)


def alikeness(residuals: Float64Array) -> float:
    """By how many times the sign of ``residuals`` varies more in batches than on its own; >= 1.

    Source: the method of batch means, with batches of about the square root of the count.
    """
    signs = np.sign(residuals)
    length = math.isqrt(signs.size)
    if length < _SHORTEST_BATCH:
        return 1.0
    batches = signs[: signs.size // length * length].reshape(-1, length).sum(axis=1)
    return min(max(1.0, float(np.square(batches).mean()) / length), float(length))


def mean_estimate(samples: Sequence[float], confidence: float = CONFIDENCE) -> Estimate:
    """The mean of a few independent values, with Student's interval.

    For values that are medians already, one for each fresh pair of processes, whose differences
    no single pair can show.
    """
    from scipy.special import stdtrit

    values = np.asarray(samples, dtype=np.float64)
    middle = float(values.mean())
    if values.size < 2:
        return Estimate(middle, -math.inf, math.inf, values.size)
    factor = float(stdtrit(values.size - 1, (1 + confidence) / 2))
    arm = factor * float(values.std(ddof=1)) / math.sqrt(values.size)
    return Estimate(middle, middle - arm, middle + arm, values.size)
