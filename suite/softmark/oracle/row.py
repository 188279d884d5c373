"""One row of logits in ball arithmetic: its weights, their sum, means and covariances.

Equal logits are taken together and the coefficient of each exponential is an
exact rational.  By the theorem of Lindemann and Weierstrass exponentials of distinct
rationals are linearly independent over the rationals, so a mean is rational
only if all these coefficients vanish: then the ball is exactly zero here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from flint import arb, ctx, fmpq

from softmark.oracle.split import ZERO, Split, rational

EXACT_PRECISION = 8192
"""Bits that hold every difference and product of float64 numbers formed here without rounding."""


class ExactRow:
    """Softmax weights of ``beta * x`` at the working precision of flint's context.

    Parameters
    ----------
    x:
        Logits; ``-inf`` marks an absent element.  At least one is finite, none is NaN or +inf.
    beta:
        Inverse temperature, finite, of any sign.
    """

    def __init__(self, x: Sequence[float], beta: float = 1.0) -> None:
        self.x = x
        self.beta = rational(beta)
        self.present: list[int] = np.flatnonzero(np.isfinite(np.asarray(x))).tolist()
        self.groups = self._group_equal(beta)
        self.reference = (max if beta >= 0 else min)(self.groups)
        self.top = self.groups[self.reference]
        self.weights = self._weights(beta)
        self.tail = sum((len(self.groups[v]) * w for v, w in self.weights.items()), ZERO)
        self.total = self.tail + len(self.top)

    def _group_equal(self, beta: float) -> dict[float, list[int]]:
        """The places of each logit; rows of ties may have a million."""
        present = np.asarray(self.x)[self.present] if beta else np.zeros(len(self.present))
        order = np.argsort(present, kind="stable")
        logits = present[order]
        ends = (np.flatnonzero(logits[1:] != logits[:-1]) + 1).tolist()
        places = np.asarray(self.present)[order].tolist()
        bounds = pairwise([0, *ends, len(places)])
        return {float(logits[start]): places[start:end] for start, end in bounds}

    def _weights(self, beta: float) -> dict[float, arb]:
        """``exp(beta (value - reference))`` of each group below the reference."""
        with ctx.workprec(EXACT_PRECISION):
            scale, origin = arb(beta), arb(self.reference)
            exponents = {v: (arb(v) - origin) * scale for v in self.groups if v != self.reference}
        return {v: d.exp() for v, d in exponents.items()}

    def _value(self, i: int) -> float:
        return self.x[i] if self.beta != 0 else 0.0

    def probability(self, i: int) -> Split:
        """``p_i``; of an element of the top group as ``1/k - T/(k (k + T))``."""
        if not math.isfinite(self.x[i]):
            return Split(fmpq(0))
        value = self._value(i)
        if value != self.reference:
            return Split(fmpq(0), self.weights[value] / self.total)
        k = len(self.top)
        return Split(fmpq(1, k), -self.tail / (self.total * k))

    def log_total(self) -> Split:
        """``log sum_j exp(beta (x_j - reference))``, never negative."""
        if len(self.top) == 1:
            return Split(fmpq(0), self.tail.log1p())
        return Split(fmpq(0), self.total.log())

    def mean(self, a: Sequence[fmpq]) -> Split:
        """``sum_j p_j a_j``, centred at the mean of ``a`` over the top group."""
        centre = sum((a[i] for i in self.top), fmpq(0)) / len(self.top)
        excess = ZERO
        for value, weight in self.weights.items():
            members = self.groups[value]
            coefficient = sum((a[i] for i in members), fmpq(0)) - len(members) * centre
            if coefficient != 0:
                excess = excess + arb(coefficient) * weight
        return Split(centre, excess / self.total)

    def covariance(self, a: Sequence[fmpq], b: Sequence[fmpq]) -> Split:
        """``sum_j p_j (a_j - mean a)(b_j - mean b)``."""
        mean_a, mean_b = self.mean(a), self.mean(b)
        products = [fmpq(0)] * len(self.x)
        for i in self.present:
            products[i] = (a[i] - mean_a.exact) * (b[i] - mean_b.exact)
        return self.mean(products) - Split(fmpq(0), mean_a.ball * mean_b.ball)
