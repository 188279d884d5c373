"""Exact tests of counts against probabilities that are known up to rounding.

The counts of N independent draws in k groups are a chain of binomial variables: given the counts
of the groups before it, that of group j is binomial, with the number of draws that are left and
the probability of the group among those that are left.  Each link has an exact p-value, from the
binomial distribution at the end of the interval of probabilities that is nearest to the count, so
that it holds for every probability in the interval.  Given the links before it, the p-value is at
most t with a probability of at most t.  So is a chi-squared variable with one degree of freedom
that is made of it larger than s no more often than such a variable is, and by induction over the
links their sum is larger than s no more often than a chi-squared variable with k - 1 degrees of
freedom.  No limit theorem is used: the false alarm is a theorem at any number of draws.

For large counts it is Pearson's test, whose power is that of the noncentral chi-squared
distribution.  Its noncentrality, N sum (q - p)^2 / p, is at least 4 N d^2 where d is the total
variation distance of the two (Cauchy and Schwarz), whatever the fault is.

Source: H. O. Lancaster, The combination of probabilities: an application of orthonormal functions,
Austral. J. Statist. 3 (1961) 20-33, adds up chi-squared variables that are made of p-values; that
this holds for a chain, and for intervals of probabilities, is the argument above.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from softmark.formats import Float64Array

_Whole = int | NDArray[np.int64]
_Number = float | Float64Array

FALSE_ALARM: Final = 1e-6
"""Probability that a right sampler fails any test of a run."""

TESTS: Final = 128
"""Tests that a run has at most; each has this share of the false alarm (Bonferroni)."""

LEVEL: Final = FALSE_ALARM / TESTS
"""p-value below which a test fails."""

GROUPS: Final = 12
"""Groups of tokens of a test: with more the power at 10^6 draws is below ``POWER``."""

DISTANCE: Final = 0.005
"""Total variation distance on the groups that is found at 10^6 draws, with ``POWER``."""

POWER: Final = 0.99


def two_sided(count: _Whole, draws: _Whole, least: _Number, most: _Number) -> Float64Array:
    """The p-value of binomial counts whose probability lies between ``least`` and ``most``."""
    above = stats.binom.sf(np.asarray(count) - 1, draws, most)
    below = stats.binom.cdf(count, draws, least)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(above, below)))


def chain(counts: NDArray[np.int64], least: Float64Array, most: Float64Array) -> Float64Array:
    """The p-value of the counts in k groups.

    Parameters
    ----------
    counts:
        Shape ``(..., k)``; one p-value for each but the last axis.
    least, most:
        Shape ``(k,)``; the probability of each group lies between them.
    """
    k = counts.shape[-1]
    total = np.zeros(counts.shape[:-1])
    for j in range(k - 1):
        low, high = least[j], most[j]
        rest_low, rest_high = least[j + 1 :].sum(), most[j + 1 :].sum()
        p = two_sided(
            counts[..., j],
            counts[..., j:].sum(axis=-1),
            low / (low + rest_high) if low else 0.0,
            high / (high + rest_low) if high else 0.0,
        )
        total += stats.chi2.isf(p, 1)
    return np.asarray(stats.chi2.sf(total, k - 1)) if k > 1 else np.ones(counts.shape[:-1])


def found_distance(draws: int, groups: int, level: float = LEVEL) -> float:
    """The total variation distance on ``groups`` groups that is found with ``POWER``.

    1 where that many draws find none.
    """
    if groups < 2:
        return 1.0
    threshold = stats.chi2.isf(level, groups - 1)
    low, high = 0.0, 1000.0
    for _ in range(60):
        middle = (low + high) / 2
        is_found = stats.ncx2.sf(threshold, groups - 1, middle) >= POWER
        low, high = (low, middle) if is_found else (middle, high)
    return min(1.0, float(np.sqrt(high / (4 * draws))))
