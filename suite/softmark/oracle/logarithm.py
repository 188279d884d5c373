"""``log(1 + t)`` of a double word ``t >= 0`` with relative error at most ``LOG_BOUND``.

Relative, because log_softmax at the greatest logit is ``-log(1 + t)`` with t the weight of all
others: as small as it may be.
"""

from __future__ import annotations

import math
from typing import Final

from softmark.oracle.double_word import add_same_sign, fast_two_sum, times, two_prod
from softmark.oracle.exponential import exponential, power_of_two
from softmark.oracle.jit import inlined

LOG_BOUND: Final = 2.0**-72.5
"""Relative error of ``log1p``, without that of its argument."""
SERIES_LIMIT: Final = 2.0**-11


@inlined
def log1p(th: float, tl: float) -> tuple[float, float]:
    """``log(1 + t)``; NaN where the platform's own log1p is off by more than 2**-45."""
    if th < SERIES_LIMIT:
        return _series(th, tl)
    return _newton(th, tl)


@inlined
def _series(th: float, tl: float) -> tuple[float, float]:
    """``t - t**2/2 + ...`` to degree 7: truncation 2**-80 relative, roundings 2**-74."""
    square, square_low = two_prod(th, th)
    tail = 1 / 3 - th * (1 / 4 - th * (1 / 5 - th * (1 / 6 - th / 7)))
    s, e = fast_two_sum(th, -0.5 * square)
    return fast_two_sum(s, e + (tl - (0.5 * square_low + th * tl) + square * th * tail))


@inlined
def _newton(th: float, tl: float) -> tuple[float, float]:
    """One step ``y + log((1 + t) exp(-y))`` from a float64 guess y.

    The product errs by at most ``2**-83.9``, the logarithm of ``1 + delta`` is delta within
    ``delta**2 / 2 < 2**-91``, and the result is at least ``2**-11.1``.
    """
    y = math.log1p(th)
    mh, ml, e = exponential(-y, 0.0)
    scale = power_of_two(e)
    sh, sl = add_same_sign(1.0, 0.0, th, tl)
    ph, pl = times(sh, sl, mh * scale, ml * scale)
    delta = (ph - 1.0) + pl
    return fast_two_sum(y, delta) if abs(delta) < 2.0**-45 else (math.nan, math.nan)
