"""Results in extended precision, without a proof: they say which ones are worth judging.

Where the oracle has no kernel, ball arithmetic takes milliseconds a row.  These take microseconds.
Their errors are about 2^-11 of those of float64, so they order results by their errors, and no
verdict rests on them.  The formulas are those of ``softmark.oracle.quantities``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array
from softmark.operations.base import Estimate, Problem

Wide = NDArray[np.longdouble]
IS_WIDE: Final = np.finfo(np.longdouble).nmant >= 63
"""Whether this machine has a format that is wide enough."""


@dataclass(frozen=True)
class _Rows:
    """Rows of logits, and what the formulas are made of; directions are matrices of rows."""

    x: Wide
    beta: float
    g: Wide
    v: Wide
    labels: Wide

    @cached_property
    def finite(self) -> Wide:
        """The logits, 0 in place of absent ones."""
        return np.where(np.isfinite(self.x), self.x, 0)

    @cached_property
    def p(self) -> Wide:
        return _weights(self.x, self.beta)

    @cached_property
    def apart(self) -> Wide:
        """The logits less the other ones, 0 in place of absent ones."""
        here = np.isfinite(self.x) & np.isfinite(self.labels)
        return np.where(here, self.x - self.labels, 0)

    @cached_property
    def index(self) -> Wide:
        return np.broadcast_to(np.arange(self.x.shape[1]), self.x.shape).astype(np.longdouble)

    @cached_property
    def share(self) -> Wide:
        """The sum of each row's class weights."""
        return _sum(self.labels)

    def apart_from_mean(self, a: Wide) -> Wide:
        return np.asarray(a - _sum(self.p * a))

    def along(self, a: Wide, added: float = 0.0, factor: float = 1.0) -> Wide:
        """``p (dv (added + factor da) - factor cov(v, a))``, d for the distance from the mean."""
        dv, da = self.apart_from_mean(self.v), self.apart_from_mean(a)
        return np.asarray(self.p * (dv * (added + factor * da) - factor * _sum(self.p * dv * da)))

    def covariance(self, a: Wide) -> Wide:
        return _sum(self.p * self.apart_from_mean(self.v) * self.apart_from_mean(a))


def _sum(a: Wide) -> Wide:
    return np.asarray(a.sum(axis=1, keepdims=True))


def _weights(x: Wide, beta: float = 1.0) -> Wide:
    each = np.exp((x - x.max(axis=1, keepdims=True)) * np.longdouble(beta))
    return np.asarray(each / _sum(each))


def _capped_hvp(r: _Rows) -> Wide:
    """That of softmax along ``w = s v``, times the slope s, and the slope's own derivative."""
    cap = np.longdouble(r.beta)
    tanh, slope = np.tanh(r.x / cap), 1 / np.cosh(r.x / cap) ** 2
    inner = _Rows(cap * tanh, 1.0, r.g, slope * r.v, r.labels)
    bent = -2 * tanh * slope / cap * r.v * inner.p * inner.apart_from_mean(r.g)
    return np.asarray(slope * inner.along(r.g) + bent)


def _softplus(x: Wide) -> Wide:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def _support(x: Wide) -> tuple[Wide, Wide]:
    """``x - tau`` of sparsemax, and 1 where that is above 0."""
    z = x - x.max(axis=1, keepdims=True)
    ordered = -np.sort(-z, axis=1)
    total = np.cumsum(ordered, axis=1) - 1
    count = np.arange(1, x.shape[1] + 1)
    size = np.count_nonzero(count * ordered > total, axis=1, keepdims=True)
    above = z - np.take_along_axis(total, np.maximum(size, 1) - 1, axis=1) / size
    return above, (above > 0).astype(np.longdouble)


def _projected(x: Wide, a: Wide) -> Wide:
    """A direction less its mean over the support of sparsemax, there."""
    _, inside = _support(x)
    kept = np.where(inside > 0, a, 0)
    return np.asarray(inside * (kept - _sum(kept) / _sum(inside)))


Formula = Callable[[_Rows], Wide]

FORMULAS: Final[dict[tuple[str, str], Formula]] = {
    ("softplus", "value"): lambda r: _softplus(r.x[:, :1]),
    ("log_sigmoid", "value"): lambda r: -_softplus(-r.x[:, :1]),
    ("sparsemax", "value"): lambda r: np.maximum(_support(r.x)[0], 0),
    ("sparsemax", "vjp"): lambda r: _projected(r.x, r.g),
    ("sparsemax", "jvp"): lambda r: _projected(r.x, r.v),
    ("softcap_softmax", "hvp"): _capped_hvp,
    ("sigmoid", "vjp"): lambda r: r.p * r.apart_from_mean(r.g),
    ("sigmoid", "jvp"): lambda r: r.p * r.apart_from_mean(r.v),
    ("softplus", "vjp"): lambda r: r.p * r.g,
    ("softplus", "jvp"): lambda r: r.p * r.v,
    ("log_sigmoid", "vjp"): lambda r: r.p[:, ::-1] * r.g,
    ("log_sigmoid", "jvp"): lambda r: r.p[:, ::-1] * r.v,
    ("softmax", "hvp"): lambda r: r.beta**2 * r.along(r.g),
    ("log_softmax", "hvp"): lambda r: -_sum(r.g) * r.p * r.apart_from_mean(r.v),
    ("logsumexp", "hvp"): lambda r: r.g * r.p * r.apart_from_mean(r.v),
    ("softargmax", "jvp"): lambda r: r.beta * r.covariance(r.index),
    ("softargmax", "hvp"): lambda r: r.g * r.beta**2 * r.along(r.index),
    ("smooth_max", "jvp"): lambda r: _sum(r.p * r.v) + r.beta * r.covariance(r.finite),
    ("smooth_max", "hvp"): lambda r: r.g * r.beta * r.along(r.finite, 2.0, r.beta),
    ("entropy", "jvp"): lambda r: -r.covariance(r.finite),
    ("entropy", "hvp"): lambda r: -r.g * r.along(r.finite, 1.0),
    ("kl_divergence", "vjp"): lambda r: r.g * r.p * r.apart_from_mean(r.apart),
    ("kl_divergence", "jvp"): lambda r: r.covariance(r.apart),
    ("kl_divergence", "hvp"): lambda r: r.g * r.along(r.apart, 1.0),
    ("cross_entropy", "jvp"): lambda r: r.share * _sum(r.p * r.v) - _sum(r.labels * r.v),
    ("cross_entropy", "hvp"): lambda r: r.g * r.share * r.p * r.apart_from_mean(r.v),
}
"""By operation and what is asked; those that are not here the oracle answers as fast."""


def of(name: str, kind: str) -> Estimate | None:
    """The estimate of a value or a derivative, where there is one."""
    beneath, given = KNOWN.get(name, (name, _plain))
    formula = FORMULAS.get((name, kind)) or FORMULAS.get((beneath, kind))
    if formula is None or not IS_WIDE:
        return None

    def estimate(problem: Problem, *along: Float64Array) -> Float64Array | None:
        """Of a matrix along its last axis, else ``None``; no number where it is not known."""
        if problem.x.ndim != 2 or problem.axis not in (-1, 1) or not problem.options.is_plain:
            return None
        with np.errstate(all="ignore"):
            return np.asarray(given(formula, problem, kind, along), dtype=np.float64)

    return estimate


def _plain(formula: Formula, problem: Problem, kind: str, along: tuple[Float64Array, ...]) -> Wide:
    rows = len(problem.x)
    names = {"value": "", "vjp": "g", "jvp": "v", "hvp": "gv"}
    given = dict(zip(names[kind], along, strict=True))
    sides = {name: _wide(given.get(name, np.zeros(rows))).reshape(rows, -1) for name in "gv"}
    found = formula(_Rows(_wide(problem.x), problem.beta, labels=_labels(problem), **sides))
    return found[:, 0] if found.shape[1] == 1 and kind == "jvp" else found


def _labels(problem: Problem) -> Wide:
    """What is given beside the logits, as a matrix; a class as a one among zeros."""
    if problem.labels is None:
        return np.zeros((len(problem.x), 1), dtype=np.longdouble)
    if problem.labels.ndim == 2:
        return _wide(problem.labels)
    return _wide(np.arange(problem.n) == problem.labels[:, None])


def _with_sink(
    formula: Formula, problem: Problem, kind: str, along: tuple[Float64Array, ...]
) -> Wide:
    """The softmax of one logit more, whose own result is left out."""
    sink = np.asarray(problem.labels, dtype=np.float64).reshape(-1, 1)
    whole = Problem(np.concatenate([problem.x, sink], axis=1))
    padded = tuple(np.pad(a, ((0, 0), (0, 1))) for a in along)
    return np.asarray(_plain(formula, whole, kind, padded)[:, :-1])


def _of_two(formula: Formula, problem: Problem, kind: str, along: tuple[Float64Array, ...]) -> Wide:
    """The softmax of each logit and 0."""
    beside = [np.pad(a.reshape(-1, 1), ((0, 0), (0, 1))) for a in (problem.x, *along)]
    found = _plain(formula, Problem(beside[0]), kind, tuple(beside[1:]))
    return np.asarray(found[:, 0].reshape(problem.x.shape))


def _wide(array: NDArray[Any]) -> Wide:
    return np.asarray(array, dtype=np.longdouble)


KNOWN: Final = {
    "sigmoid": ("softmax", _of_two),
    "softplus": ("logsumexp", _of_two),
    "log_sigmoid": ("log_softmax", _of_two),
    "sink_softmax": ("softmax", _with_sink),
}
"""Operations that are another's results on rows of one logit more, and how to ask for them."""
