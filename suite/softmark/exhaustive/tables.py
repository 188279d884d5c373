"""For each number that a function may return: the differences at which its error is small enough.

Results of two logits that depend on their difference alone go one way on each side of 0, so the
differences at which a number y is within a limit of the exact result are an interval.  It is found
by bisection with the oracle, once for all 65,536 numbers of the format; to judge a result is then
to look up two numbers.

The distance is measured in the smaller one of the ulp of y and that of the exact result.  That is
never less than the error, and grows as the exact result goes away from y, as the error itself does
not where the ulp doubles.  So no result outside the limit is missed, and a few are looked at in
vain.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softmark.exhaustive.curves import Measurand
from softmark.formats import Float64Array, decode, encode, ulp

Steps = NDArray[np.int64]
NOWHERE = (np.inf, -1.0)


@dataclass(frozen=True)
class Table:
    """Where numbers are near enough.

    Attributes
    ----------
    low, high:
        Shape ``(outputs, 2, 65536)``: the least and the largest ``|d|`` for a bit pattern, for
        ``d >= 0`` and ``d < 0``.
    """

    low: Float64Array
    high: Float64Array

    @classmethod
    def within(cls, limits: Float64Array, question: Measurand, farthest: float) -> Table:
        """The table for a limit in ulp at each output, and ``|d|`` up to ``farthest``."""
        shape = (len(question.curves), 2, 65536)
        low, high = np.full(shape, NOWHERE[0]), np.full(shape, NOWHERE[1])
        for output, limit in enumerate(limits):
            for side, sign in enumerate((1.0, -1.0)):
                branch = Branch(question, output, sign, farthest)
                at = (output, side, branch.bits)
                low[at], high[at] = branch.interval(limit)
                if (start := branch.overflow()) < math.inf:
                    at_infinity = (output, side, branch.infinity)
                    low[at_infinity], high[at_infinity] = start, math.inf
        return cls(low, high)


class Branch:
    """One output as a function of ``|d|`` on one side of 0, where it is monotone."""

    def __init__(self, question: Measurand, output: int, sign: float, farthest: float) -> None:
        self._question, self._output, self._sign = question, output, sign
        self._end = int(np.float64(farthest).view(np.int64))
        self._format = question.format
        ends = self._at(np.array([0.0, farthest]))
        self._rises = bool(ends[1] > ends[0])
        every = decode(np.arange(65536, dtype=np.uint16), question.format)
        margin = ulp(ends, question.format)
        fits = (every >= (ends - margin).min()) & (every <= (ends + margin).max())
        self.bits = np.flatnonzero(fits)
        self._y = every[self.bits]
        self._unit = ulp(self._y, question.format)
        self.infinity = int(encode(math.copysign(math.inf, float(ends[1])), question.format))

    def _at(self, size: Float64Array) -> Float64Array:
        return self._question.at(self._sign * size)[:, self._output]

    def overflow(self) -> float:
        """The least ``|d|`` from which the exact result rounds to an infinity, or infinity."""
        fmt = self._format
        least = fmt.max + 0.5 * float(ulp(fmt.max, fmt))

        def is_finite(at: Steps) -> NDArray[np.bool_]:
            return np.asarray(np.abs(self._at(at.view(np.float64))) < least)

        end = np.array([self._end])
        last = _last(is_finite, np.zeros(1, np.int64), end)
        return math.inf if last == end else float((last + 1).view(np.float64)[0])

    def interval(self, limit: float) -> tuple[Float64Array, Float64Array]:
        """The least and the largest ``|d|`` within the limit, for each of ``bits``."""
        nearest = self._nearest()
        is_near = self._is_within(limit, nearest)
        first, last = np.zeros_like(nearest), np.full_like(nearest, self._end)
        high = _last(lambda at: self._is_within(limit, at), nearest, last)
        low = -_last(lambda at: self._is_within(limit, -at), -nearest, -first)
        nowhere_low, nowhere_high = NOWHERE
        return (
            np.where(is_near, low.view(np.float64), nowhere_low),
            np.where(is_near, high.view(np.float64), nowhere_high),
        )

    def _nearest(self) -> Steps:
        """Where the exact result is nearest to each number."""
        first = np.zeros(len(self._y), dtype=np.int64)
        before = _last(self._is_before, first, np.full_like(first, self._end))
        after = np.minimum(before + 1, self._end)
        return np.where(self._distance(after) < self._distance(before), after, before)

    def _is_before(self, at: Steps) -> NDArray[np.bool_]:
        exact = self._at(at.view(np.float64))
        return np.asarray(exact <= self._y if self._rises else exact >= self._y)

    def _is_within(self, limit: float, at: Steps) -> NDArray[np.bool_]:
        return np.asarray(self._distance(at) <= limit)

    def _distance(self, at: Steps) -> Float64Array:
        exact = self._at(at.view(np.float64))
        smaller = np.minimum(ulp(exact, self._format), self._unit)
        return np.asarray(np.abs(self._y - exact) / smaller)


def _last(holds: Callable[[Steps], NDArray[np.bool_]], first: Steps, last: Steps) -> Steps:
    """The last place from ``first`` to ``last`` at which it holds, as it does at ``first``."""
    low, high = first.copy(), last.copy()
    low = np.where(holds(last), last, low)
    while (high - low > 1).any():
        middle = low + (high - low) // 2
        held = holds(middle)
        low, high = np.where(held, middle, low), np.where(held, high, middle)
    return low


def subnormal_stretch(question: Measurand, farthest: float) -> Float64Array:
    """``|d|`` at which exact results are subnormal and do not round to 0: from, to.

    Shape ``(outputs, 2, 2)``, for ``d >= 0`` and ``d < 0``; an empty stretch where there are none.
    """
    fmt = question.format
    found = np.empty((len(question.curves), 2, 2))
    for output in range(len(question.curves)):
        for side, sign in enumerate((1.0, -1.0)):
            levels = np.array([fmt.least_normal, fmt.least_subnormal / 2])

            def is_above(
                at: Steps, output: int = output, sign: float = sign, levels: Float64Array = levels
            ) -> NDArray[np.bool_]:
                size = np.abs(question.at(sign * at.view(np.float64))[:, output])
                return np.asarray(size >= levels)

            end = np.full(2, np.float64(farthest).view(np.int64))
            found[output, side] = _last(is_above, np.zeros(2, np.int64), end).view(np.float64)
    found[found[:, :, 0] == farthest] = NOWHERE
    return found
