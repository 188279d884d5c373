"""What a gradient may be in place of the vector-Jacobian product: the same for derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from softmark.api.diagnosis import parameters as of
from softmark.api.diagnosis.forward import in16, in_b16, p_of
from softmark.api.diagnosis.samples import Array, Sample
from softmark.api.diagnosis.steps import ALL, Explanation, Parameter, is_near

Gradient = Callable[[Array, Array, Sample], Array]
SOFT: Final = ("softmax",)
LOG: Final = ("log_softmax",)


def _spread(g: Array, s: Sample) -> Array:
    """The cotangent as far as the row, where there is one for all of it."""
    return g if g.ndim == s.x.ndim else g[..., None]


def _one_hot(s: Sample) -> Array:
    assert s.labels is not None
    if s.labels.ndim == s.x.ndim:
        return s.labels
    return np.asarray(np.arange(s.n) == s.labels[..., None], dtype=float)


def _of(operation: str, p: Array, g: Array, s: Sample) -> Array:
    """The product with the Jacobian, from probabilities that may be off."""
    found: Any = np.zeros_like(s.x)  # an index has no derivative
    match operation:
        case "softmax":
            found = s.beta * p * (g - _mean(p, g))
        case "log_softmax":
            found = g - p * g.sum(axis=-1, keepdims=True)
        case "logsumexp":
            found = p * g
        case "sigmoid":
            y = 1 / (1 + np.exp(-s.x))
            found = g * y * (1 - y)
        case "softargmax":
            index = np.arange(s.n)
            found = s.beta * p * (index - _mean(p, index)) * g
        case "smooth_max":
            x = np.where(p == 0, 0, s.x)
            found = np.where(p == 0, 0, p * (1 + s.beta * (x - _mean(p, x)))) * g
        case "cross_entropy":
            found = (p - _one_hot(s)) * g
    return np.asarray(found)


def exact(s: Sample, probabilities: Callable[[Array], Array] = lambda p: p) -> Array:
    """What is right, in float64."""
    assert s.g is not None
    return _of(s.operation, probabilities(p_of(s)), _spread(s.g, s), s)


def allowed(expected: Array, s: Sample) -> Array:
    """By how much a gradient may differ; what cancels is measured by its terms."""
    assert s.g is not None
    p, g = p_of(s), np.abs(_spread(s.g, s))
    far = np.minimum(np.abs(s.x - s.x.max(axis=-1, keepdims=True)), 2.0**12) * abs(s.beta)
    far = np.nan_to_num(far, nan=0.0, posinf=0.0)
    most = g.max(axis=-1, keepdims=True)
    size = s.beta * p * most if s.operation == "softmax" else g + p * g.sum(axis=-1, keepdims=True)
    if s.operation in ("softargmax", "smooth_max"):
        reach = (
            s.n
            if s.operation == "softargmax"
            else 1 + 2 * np.abs(np.where(np.isfinite(s.x), s.x, 0)).max(axis=-1, keepdims=True)
        )
        size = p * g * reach * (1 + s.beta)
    steps = 24 + 4 * np.log2(max(s.n, 2)) + 4 * far
    scale = np.maximum(np.abs(expected), np.nan_to_num(size))
    return np.asarray(s.format.unit_roundoff * steps * scale + 4 * s.format.least_subnormal)


def agrees(values: Array, s: Sample) -> bool:
    """Whether ``values`` are the gradient that came."""
    return is_near(values, s, allowed)


def _ratio(s: Sample) -> Iterator[Parameter]:
    yield from of.ratio(s, exact(s))


def G(words: str, gradient: Gradient, operations: tuple[str, ...] = ALL) -> Explanation:
    """An explanation of a gradient, from the probabilities, the cotangent and the sample."""

    def result(y: Array, s: Sample, p: float) -> Array:
        assert s.g is not None
        inner = s.beta if operations == SOFT else 1.0  # of softmax(beta x)
        return inner * gradient(p_of(s), _spread(s.g, s), s)

    return Explanation(words, result=result, operations=operations)


def _to_maximum(s: Sample) -> Array:
    return np.asarray(np.arange(s.n) == np.argmax(s.x, axis=-1)[..., None], dtype=float)


def _mean(p: Array, g: Array) -> Array:
    return np.asarray((p * g).sum(axis=-1, keepdims=True))


def _along_0(p: Array, g: Array, s: Sample) -> Array:
    total = np.moveaxis(p * g, -1, s.axis).sum(axis=0, keepdims=True)
    return np.asarray(p * (g - np.moveaxis(total, s.axis, -1)))


def _running(terms: Array, s: Sample) -> Array:
    narrow = terms.astype(s.dtype)
    return np.take(np.add.accumulate(narrow, axis=-1, dtype=s.dtype), [-1], axis=-1).astype(float)


BACKWARD: Final = [
    G("0", lambda p, g, s: np.zeros_like(p)),
    G("the cotangent, passed straight through", lambda p, g, s: np.broadcast_to(g, p.shape)),
    G("p g: the projection is missing", lambda p, g, s: p * g, SOFT),
    G("p (1 - p) g: the diagonal of the Jacobian alone", lambda p, g, s: p * (1 - p) * g, SOFT),
    G("p (g - mean g): the mean is not weighted",
      lambda p, g, s: p * (g - g.mean(axis=-1, keepdims=True)), SOFT),
    G("p (g - sum p g) with the sum along axis 0", _along_0, SOFT),
    G("g - p sum p g", lambda p, g, s: g - p * _mean(p, g), (*SOFT, *LOG)),
    G("g - mean g: the probabilities are missing",
      lambda p, g, s: g - g.mean(axis=-1, keepdims=True), LOG),
    G("g - p g: the sum is missing", lambda p, g, s: g - p * g, LOG),
    G("g at the maximum alone", lambda p, g, s: _to_maximum(s) * g, ("logsumexp",)),
    G("p g: the weights are taken for constants", lambda p, g, s: p * g, ("smooth_max",)),
    G("the right one over beta: beta is missing",
      lambda p, g, s: exact(s) / (s.beta or 1), ("softargmax",)),
    G("sigmoid(x) g: the slope's second factor is missing",
      lambda p, g, s: g / (1 + np.exp(-s.x)), ("sigmoid",)),
    G("p g: the label is missing", lambda p, g, s: p * g, ("cross_entropy",)),
    G("p - y: the cotangent is taken for 1",
      lambda p, g, s: p - _one_hot(s), ("cross_entropy",)),
    G("p - y over the number of rows: the cotangent is taken for a mean's",
      lambda p, g, s: (p - _one_hot(s)) / s.x.shape[0], ("cross_entropy",)),
    G("the right one over the number of rows", lambda p, g, s: exact(s) / (s.x.size / s.n)),
    G("the right one over the length of the row", lambda p, g, s: exact(s) / s.n),
    G("the gradient of softargmax: straight through",
      lambda p, g, s: _of("softargmax", p, g, s), ("argmax",)),
    G("the gradient of softmax: straight through",
      lambda p, g, s: _of("softmax", p, g, s), ("hardmax",)),
    G("from probabilities rounded to float16", lambda p, g, s: exact(s, in16)),
    G("from probabilities rounded to bfloat16", lambda p, g, s: exact(s, in_b16)),
    G("p (g - sum p g) with a running sum in the format",
      lambda p, g, s: p * (g - _running(p * g, s)), SOFT),
    G("g - p sum g with a running sum in the format",
      lambda p, g, s: g - p * _running(g, s), LOG),
    G("the right one with 0 where p < 1e-6",
      lambda p, g, s: np.where(p < 1e-6, 0, exact(s) / (s.beta or 1)), SOFT),
    Explanation("the right one times {0}", result=lambda y, s, p: exact(s) * p, parameters=_ratio),
]  # fmt: skip
