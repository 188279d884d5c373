"""What the oracle can be asked: the family's functions and their derivatives, one formula each.

With ``p = softmax(beta x)``, a bar for a mean under ``p`` and ``cov`` for a covariance under ``p``,
every formula is written once, over numbers that ball arithmetic evaluates at any precision.
The derivatives follow from ``dp_i = beta p_i (dx_i - mean dx)``.
"""

# Over 300 lines: a list of formulas.

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from flint import fmpq

from softmark.oracle.row import ExactRow
from softmark.oracle.split import Split, rational

Operation = str
Kind = Literal["value", "vjp", "jvp", "hvp", "vjp_beta", "vjp_other"]


@dataclass(frozen=True)
class RowInputs:
    """One row and what goes with it; the sequences have the length of the row.

    Attributes
    ----------
    x, beta:
        Logits and inverse temperature.
    cotangent:
        A number for each output of the operation.
    tangent:
        Direction in the space of the logits.
    labels:
        Class weights of a cross-entropy; those of an index label are one-hot.  Of a divergence the
        other logits.
    """

    x: Sequence[float]
    beta: float = 1.0
    cotangent: Sequence[float] = field(default_factory=list)
    tangent: Sequence[float] = field(default_factory=list)
    labels: Sequence[float] = field(default_factory=list)

    def by_column(self, operation: Operation, kind: Kind) -> ByColumn:
        """The quantity of each output, at the working precision of flint's context."""
        return FORMULAS[operation, kind](Terms(self))


class Terms:
    """The parts that the formulas are made of."""

    def __init__(self, inputs: RowInputs) -> None:
        self.row = ExactRow(inputs.x, inputs.beta)
        self.beta = Split(self.row.beta)
        self._inputs = inputs

    @cached_property
    def x(self) -> list[fmpq]:
        """Logits, 0 in place of absent ones."""
        return [rational(v) if math.isfinite(v) else fmpq(0) for v in self._inputs.x]

    @cached_property
    def g(self) -> list[fmpq]:
        return [rational(v) for v in self._inputs.cotangent]

    @cached_property
    def v(self) -> list[fmpq]:
        return [rational(v) for v in self._inputs.tangent]

    @cached_property
    def q(self) -> list[fmpq]:
        return [rational(v) for v in self._inputs.labels]

    @cached_property
    def other(self) -> ExactRow:
        """The row that a divergence compares with."""
        return ExactRow(self._inputs.labels)

    @cached_property
    def apart(self) -> list[fmpq]:
        """The logits less the other ones, 0 in place of absent ones."""
        pairs = zip(self._inputs.x, self._inputs.labels, strict=True)
        both = [math.isfinite(v) and math.isfinite(w) for v, w in pairs]
        pairs = zip(self._inputs.x, self._inputs.labels, strict=True)
        return [
            rational(v) - rational(w) if here else fmpq(0)
            for here, (v, w) in zip(both, pairs, strict=True)
        ]

    @cached_property
    def is_same(self) -> bool:
        """Whether both rows have the same probabilities: they differ by a constant."""
        here = set(self.row.present)
        return here == set(self.other.present) and len({self.apart[i] for i in here}) == 1

    @cached_property
    def index(self) -> list[fmpq]:
        return [fmpq(i) for i in range(len(self._inputs.x))]

    @property
    def g0(self) -> Split:
        """The cotangent of an operation with a single output."""
        return Split(self.g[0])

    def p(self, i: int) -> Split:
        return self.row.probability(i)

    def deviation(self, a: Sequence[fmpq]) -> Callable[[int], Split]:
        """``i -> a_i - mean a``."""
        mean = self.row.mean(a)
        return lambda i: Split(a[i]) - mean


def _total(a: Sequence[fmpq]) -> Split:
    return Split(sum(a, fmpq(0)))


def _dot(a: Sequence[fmpq], b: Sequence[fmpq]) -> Split:
    return Split(sum((s * t for s, t in zip(a, b, strict=True)), fmpq(0)))


ONE, TWO = Split(fmpq(1)), Split(fmpq(2))
ByColumn = Callable[[int], Split]
"""Value of each output of the row; an operation with one output has column 0 alone."""


def _softmax(t: Terms) -> ByColumn:
    return t.p


def _log_softmax(t: Terms) -> ByColumn:
    log_total = t.row.log_total()
    top = rational(t.row.reference)
    return lambda i: Split(rational(t.row.x[i]) - top) - log_total


def _logsumexp(t: Terms) -> ByColumn:
    return lambda _: Split(rational(t.row.reference)) + t.row.log_total()


def _softargmax(t: Terms) -> ByColumn:
    return lambda _: t.row.mean(t.index)


def _smooth_max(t: Terms) -> ByColumn:
    return lambda _: t.row.mean(t.x)


def _cross_entropy(t: Terms) -> ByColumn:
    top = rational(t.row.reference)
    linear = Split(sum((q * (top - x) for q, x in zip(t.q, t.x, strict=True)), fmpq(0)))
    return lambda _: _total(t.q) * t.row.log_total() + linear


def _entropy(t: Terms) -> ByColumn:
    """Of the greatest logit m: ``log sum_j e^(x_j - m) + mean (m - x)``."""
    top = rational(t.row.reference)
    below = [top - x for x in t.x]
    return lambda _: t.row.log_total() + t.row.mean(below)


def _kl_divergence(t: Terms) -> ByColumn:
    """``mean (d - e) - log(1 + t_x) + log(1 + t_y)``: d the differences, e that of the greatest."""
    if t.is_same:
        return lambda _: Split(fmpq(0))
    between = rational(t.row.reference) - rational(t.other.reference)
    apart = [d - between for d in t.apart]
    return lambda _: t.row.mean(apart) - t.row.log_total() + t.other.log_total()


def _softmax_vjp(t: Terms) -> ByColumn:
    deviation = t.deviation(t.g)
    return lambda i: t.beta * t.p(i) * deviation(i)


def _log_softmax_vjp(t: Terms) -> ByColumn:
    total = _total(t.g)
    return lambda i: Split(t.g[i]) - t.p(i) * total


def _logsumexp_vjp(t: Terms) -> ByColumn:
    return lambda i: t.g0 * t.p(i)


def _softargmax_vjp(t: Terms) -> ByColumn:
    deviation = t.deviation(t.index)
    return lambda i: t.g0 * t.beta * t.p(i) * deviation(i)


def _smooth_max_vjp(t: Terms) -> ByColumn:
    deviation = t.deviation(t.x)
    return lambda i: t.g0 * t.p(i) * (ONE + t.beta * deviation(i))


def _cross_entropy_vjp(t: Terms) -> ByColumn:
    total = _total(t.q)
    return lambda i: t.g0 * (total * t.p(i) - Split(t.q[i]))


def _entropy_vjp(t: Terms) -> ByColumn:
    deviation = t.deviation(t.x)
    return lambda i: Split(-t.g[0]) * t.p(i) * deviation(i)


def _kl_divergence_vjp(t: Terms) -> ByColumn:
    deviation = t.deviation(t.apart)
    return lambda i: t.g0 * t.p(i) * deviation(i)


def _kl_divergence_vjp_other(t: Terms) -> ByColumn:
    if t.is_same:
        return lambda _: Split(fmpq(0))
    return lambda i: t.g0 * (t.other.probability(i) - t.p(i))


def _softmax_jvp(t: Terms) -> ByColumn:
    deviation = t.deviation(t.v)
    return lambda i: t.beta * t.p(i) * deviation(i)


def _log_softmax_jvp(t: Terms) -> ByColumn:
    return t.deviation(t.v)


def _logsumexp_jvp(t: Terms) -> ByColumn:
    return lambda _: t.row.mean(t.v)


def _softargmax_jvp(t: Terms) -> ByColumn:
    return lambda _: t.beta * t.row.covariance(t.v, t.index)


def _smooth_max_jvp(t: Terms) -> ByColumn:
    return lambda _: t.row.mean(t.v) + t.beta * t.row.covariance(t.v, t.x)


def _cross_entropy_jvp(t: Terms) -> ByColumn:
    return lambda _: _total(t.q) * t.row.mean(t.v) - _dot(t.q, t.v)


def _entropy_jvp(t: Terms) -> ByColumn:
    return lambda _: Split(fmpq(-1)) * t.row.covariance(t.v, t.x)


def _kl_divergence_jvp(t: Terms) -> ByColumn:
    return lambda _: t.row.covariance(t.v, t.apart)


def _softmax_hvp(t: Terms) -> ByColumn:
    along_v, along_g = t.deviation(t.v), t.deviation(t.g)
    covariance = t.row.covariance(t.v, t.g)
    return lambda i: t.beta * t.beta * t.p(i) * (along_v(i) * along_g(i) - covariance)


def _log_softmax_hvp(t: Terms) -> ByColumn:
    along_v, total = t.deviation(t.v), _total([-g for g in t.g])
    return lambda i: total * t.p(i) * along_v(i)


def _logsumexp_hvp(t: Terms) -> ByColumn:
    along_v = t.deviation(t.v)
    return lambda i: t.g0 * t.p(i) * along_v(i)


def _softargmax_hvp(t: Terms) -> ByColumn:
    along_v, along_index = t.deviation(t.v), t.deviation(t.index)
    covariance = t.row.covariance(t.v, t.index)
    factor = t.g0 * t.beta * t.beta
    return lambda i: factor * t.p(i) * (along_v(i) * along_index(i) - covariance)


def _smooth_max_hvp(t: Terms) -> ByColumn:
    along_v, along_x = t.deviation(t.v), t.deviation(t.x)
    covariance = t.beta * t.row.covariance(t.v, t.x)
    factor = t.g0 * t.beta
    return lambda i: factor * t.p(i) * (along_v(i) * (TWO + t.beta * along_x(i)) - covariance)


def _cross_entropy_hvp(t: Terms) -> ByColumn:
    along_v, total = t.deviation(t.v), _total(t.q)
    return lambda i: t.g0 * total * t.p(i) * along_v(i)


def _entropy_hvp(t: Terms) -> ByColumn:
    along_v, along_x = t.deviation(t.v), t.deviation(t.x)
    covariance = t.row.covariance(t.v, t.x)
    return lambda i: Split(-t.g[0]) * t.p(i) * (along_v(i) * (ONE + along_x(i)) - covariance)


def _kl_divergence_hvp(t: Terms) -> ByColumn:
    along_v, along_d = t.deviation(t.v), t.deviation(t.apart)
    covariance = t.row.covariance(t.v, t.apart)
    return lambda i: t.g0 * t.p(i) * (along_v(i) * (ONE + along_d(i)) - covariance)


def _softmax_vjp_beta(t: Terms) -> ByColumn:
    return lambda _: t.row.covariance(t.g, t.x)


def _softargmax_vjp_beta(t: Terms) -> ByColumn:
    return lambda _: t.g0 * t.row.covariance(t.index, t.x)


def _smooth_max_vjp_beta(t: Terms) -> ByColumn:
    return lambda _: t.g0 * t.row.covariance(t.x, t.x)


FORMULAS: dict[tuple[Operation, Kind], Callable[[Terms], ByColumn]] = {
    ("softmax", "value"): _softmax,
    ("softmax", "vjp"): _softmax_vjp,
    ("softmax", "jvp"): _softmax_jvp,
    ("softmax", "hvp"): _softmax_hvp,
    ("softmax", "vjp_beta"): _softmax_vjp_beta,
    ("log_softmax", "value"): _log_softmax,
    ("log_softmax", "vjp"): _log_softmax_vjp,
    ("log_softmax", "jvp"): _log_softmax_jvp,
    ("log_softmax", "hvp"): _log_softmax_hvp,
    ("logsumexp", "value"): _logsumexp,
    ("logsumexp", "vjp"): _logsumexp_vjp,
    ("logsumexp", "jvp"): _logsumexp_jvp,
    ("logsumexp", "hvp"): _logsumexp_hvp,
    ("softargmax", "value"): _softargmax,
    ("softargmax", "vjp"): _softargmax_vjp,
    ("softargmax", "jvp"): _softargmax_jvp,
    ("softargmax", "hvp"): _softargmax_hvp,
    ("softargmax", "vjp_beta"): _softargmax_vjp_beta,
    ("smooth_max", "value"): _smooth_max,
    ("smooth_max", "vjp"): _smooth_max_vjp,
    ("smooth_max", "jvp"): _smooth_max_jvp,
    ("smooth_max", "hvp"): _smooth_max_hvp,
    ("smooth_max", "vjp_beta"): _smooth_max_vjp_beta,
    ("entropy", "value"): _entropy,
    ("entropy", "vjp"): _entropy_vjp,
    ("entropy", "jvp"): _entropy_jvp,
    ("entropy", "hvp"): _entropy_hvp,
    ("kl_divergence", "value"): _kl_divergence,
    ("kl_divergence", "vjp"): _kl_divergence_vjp,
    ("kl_divergence", "vjp_other"): _kl_divergence_vjp_other,
    ("kl_divergence", "jvp"): _kl_divergence_jvp,
    ("kl_divergence", "hvp"): _kl_divergence_hvp,
    ("cross_entropy", "value"): _cross_entropy,
    ("cross_entropy", "vjp"): _cross_entropy_vjp,
    ("cross_entropy", "jvp"): _cross_entropy_jvp,
    ("cross_entropy", "hvp"): _cross_entropy_hvp,
}


def evaluate(
    operation: Operation, kind: Kind, inputs: RowInputs, columns: Sequence[int]
) -> list[Split]:
    """The quantity in the given columns, at the working precision of flint's context."""
    by_column = inputs.by_column(operation, kind)
    return [by_column(i) for i in columns]
