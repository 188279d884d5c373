"""The softmax of capped logits ``c tanh(x / c)``: what is asked, and ball arithmetic for it.

A cap leaves the logits beyond it so close together that no practical precision tells them apart.
So differences of capped logits are formed without cancellation, and the weights near the greatest
as 1 plus a small ball: their probabilities are 1/k plus another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import arb, ctx, fmpq
from numpy.typing import ArrayLike

from softmark.oracle.arguments import as_rows, axis_of, real_array, shaped
from softmark.oracle.enclosure import Enclosure
from softmark.oracle.problem import RowBatch
from softmark.oracle.quantities import ByColumn, Kind, Operation, RowInputs
from softmark.oracle.row import EXACT_PRECISION, ExactRow
from softmark.oracle.solve import solve
from softmark.oracle.split import ZERO, Split, rational

ONE, NOTHING = Split(fmpq(1)), Split(fmpq(0))
NEAR = arb(-1) / 2**64
"""Exponents above this have weights that are kept as 1 plus a ball."""


class CappedRow(ExactRow):
    """Softmax weights of ``c tanh(x / c)``; the logits may be infinite, the greatest too."""

    def __init__(self, x: Sequence[float], cap: float) -> None:
        self.x, self.cap = x, rational(cap)
        self.beta = fmpq(1)
        self.present = list(range(len(x)))
        self.groups = self._group_equal(1.0)
        self.reference = max(self.groups)
        self.above: dict[float, arb] = {self.reference: ZERO}
        self.weights = self._weights(1.0)
        self.top = [i for value in self.above for i in self.groups[value]]
        self.tail = sum((len(self.groups[v]) * w for v, w in self.weights.items()), ZERO)
        self.total = self.tail + len(self.top)

    def _weights(self, beta: float) -> dict[float, arb]:
        """The weights of each group below the reference; less 1 where they are near it."""
        found = {}
        for value in self.groups:
            if value != self.reference:
                exponent = arb(self.cap) * self.difference(value, self.reference)
                if exponent > NEAR:
                    found[value] = self.above[value] = exponent.expm1()
                else:
                    found[value] = exponent.exp()
        return found

    def decay(self, value: float) -> arb:
        """``exp(-2 |x| / c)``; 0 for an infinity."""
        return ZERO if math.isinf(value) else self._exponent(abs(value), 0.0).exp()

    def _exponent(self, larger: float, smaller: float) -> arb:
        """``-2 (larger - smaller) / c`` of two finite sizes."""
        with ctx.workprec(EXACT_PRECISION):
            return arb(fmpq(-2) * (rational(larger) - rational(smaller)) / self.cap)

    def lack(self, value: float) -> arb:
        """``1 - exp(-2 |x| / c)``."""
        return arb(1) if math.isinf(value) else -self._exponent(abs(value), 0.0).expm1()

    def difference(self, a: float, b: float) -> arb:
        """``tanh(a / c) - tanh(b / c)`` without cancellation."""
        of_a, of_b = self.decay(a), self.decay(b)
        if (a < 0) != (b < 0):
            size = self.lack(a) / (1 + of_a) + self.lack(b) / (1 + of_b)
            return -size if a < b else size
        near, far = sorted((abs(a), abs(b)))
        between = arb(1) if math.isinf(far) else -self._exponent(far, near).expm1()
        size = 2 * self.decay(near) * between / ((1 + of_a) * (1 + of_b))
        return size if a > b else -size

    def slope(self, value: float) -> Split:
        """``sech(x / c)^2``."""
        if value == 0:
            return ONE
        decay = self.decay(value)
        return NOTHING if decay.is_zero() else Split(fmpq(0), 4 * decay / (1 + decay) ** 2)

    def bend(self, value: float) -> Split:
        """The derivative of the slope, ``-2 tanh(x / c) sech(x / c)^2 / c``."""
        tanh = self.lack(value) / (1 + self.decay(value))
        factor = -2 * (tanh if value > 0 else -tanh) / arb(self.cap)
        return self.slope(value) * Split(fmpq(0), ZERO if value == 0 else factor)

    def probability(self, i: int) -> Split:
        """``p_i``; of an element near the top as 1/k and what is left of that."""
        value, k = self.x[i], len(self.top)
        if value not in self.above:
            return Split(fmpq(0), self.weights[value] / self.total)
        return Split(fmpq(1, k), (k * self.above[value] - self.tail) / (self.total * k))


class CappedInputs(RowInputs):
    """One row, with its cap in place of an inverse temperature."""

    def by_column(self, operation: Operation, kind: Kind) -> ByColumn:
        terms = Terms(CappedRow(self.x, self.beta), self)
        formulas = {"value": terms.value, "vjp": terms.vjp, "jvp": terms.jvp, "hvp": terms.hvp}
        return formulas[kind]


@dataclass(frozen=True)
class Terms:
    """The value and its derivatives, with ``s`` the slopes and ``w = s v``."""

    row: CappedRow
    given: RowInputs

    def value(self, i: int) -> Split:
        return self.row.probability(i)

    def vjp(self, i: int) -> Split:
        """``s_i p_i (g_i - mean g)``."""
        return self.slope(i) * self.row.probability(i) * self._along_g(i)

    def jvp(self, i: int) -> Split:
        """``p_i (w_i - mean w)``."""
        return self.row.probability(i) * self._along_w(i)

    def hvp(self, i: int) -> Split:
        """The derivative of the VJP: ``p_i [s'_i v_i (g_i - mean g) + s_i (dev dev - cov)]``."""
        along = self._along_g(i)
        both = self._along_w(i) * along - self._covariance
        bent = self.row.bend(self.row.x[i]) * Split(self._v[i]) * along
        return self.row.probability(i) * (bent + self.slope(i) * both)

    @cached_property
    def _slope_of(self) -> dict[float, Split]:
        return {value: self.row.slope(value) for value in self.row.groups}

    def slope(self, i: int) -> Split:
        return self._slope_of[self.row.x[i]]

    @cached_property
    def _g(self) -> list[fmpq]:
        return [rational(v) for v in self.given.cotangent]

    @cached_property
    def _v(self) -> list[fmpq]:
        return [rational(v) for v in self.given.tangent]

    @cached_property
    def _mean_g(self) -> Split:
        return self.row.mean(self._g)

    def _along_g(self, i: int) -> Split:
        return Split(self._g[i]) - self._mean_g

    @cached_property
    def _centre(self) -> fmpq:
        """The mean tangent of the greatest logit's group."""
        members = self.row.groups[self.row.reference]
        return sum((self._v[i] for i in members), fmpq(0)) / len(members)

    def _from_centre(self, value: float, total: fmpq, count: int) -> Split:
        """``s total`` less as many times the greatest logit's slope times its mean tangent."""
        own, top = self._slope_of[value], self._slope_of[self.row.reference]
        if abs(value) == abs(self.row.reference):
            return top * Split(total - count * self._centre)
        return own * Split(total) - top * Split(count * self._centre)

    @cached_property
    def _mean_from_centre(self) -> Split:
        found = NOTHING
        for value, members in self.row.groups.items():
            if value != self.row.reference:
                total = sum((self._v[j] for j in members), fmpq(0))
                share = self.row.probability(members[0])
                found = found + share * self._from_centre(value, total, len(members))
        return found

    def _along_w(self, i: int) -> Split:
        """``w_i - mean w``, both from that of the greatest logit, so that nothing cancels there."""
        return self._from_centre(self.row.x[i], self._v[i], 1) - self._mean_from_centre

    @cached_property
    def _covariance(self) -> Split:
        """``sum_j p_j w_j (g_j - mean g)``."""
        found = NOTHING
        for i in self.row.present:
            found = found + self.row.probability(i) * self.slope(i) * Split(
                self._v[i]
            ) * self._along_g(i)
        return found


def softcap_softmax(x: ArrayLike, cap: float, axis: int = -1) -> Enclosure:
    """``softmax(cap tanh(x / cap))`` along ``axis``; shape of ``x``.

    Parameters
    ----------
    cap:
        Finite, above 0.  An infinity in ``x`` is capped like any other number.

    Raises
    ------
    ValueError
        The cap is not such a number.
    """
    return ask("value", x, axis, cap)


def ask(
    kind: Kind,
    x: ArrayLike,
    axis: int,
    cap: float,
    cotangent: ArrayLike | None = None,
    tangent: ArrayLike | None = None,
) -> Enclosure:
    """The softmax of capped logits, or a derivative of it."""
    if not 0 < cap < math.inf:
        raise ValueError(f"the cap is {cap}; it must be finite and above 0")
    logits = real_array(x, "x")
    axis = axis_of(logits, axis)
    g = shaped(cotangent, logits.shape, "the cotangent")
    v = shaped(tangent, logits.shape, "the tangent")
    problem = RowBatch(
        "softcap_softmax",
        kind,
        as_rows(logits, axis),
        logits.shape[axis],
        float(cap),
        cotangent=None if g is None else as_rows(g, axis),
        tangent=None if v is None else as_rows(v, axis),
    )

    def inputs(row: int) -> CappedInputs:
        return CappedInputs(**vars(problem.row_inputs(row)))

    return solve(problem._replace(inputs_of=inputs), logits.shape, axis)
