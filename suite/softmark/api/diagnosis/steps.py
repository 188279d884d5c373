"""The steps of each operation, any of which an explanation may replace by a wrong one.

``softmax`` of ``x`` is: the logits, their maximum, the distances from it, the exponentials, their
sum, the quotient.  The other operations end otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from softmark.api.diagnosis.samples import Array, Sample
from softmark.formats import Format

Parameter = tuple[float, str]
"""A number and how a sentence says it."""

SUMS: Final = (
    "softmax", "log_softmax", "logsumexp", "softargmax", "smooth_max", "cross_entropy", "sigmoid",
)  # fmt: skip
INDICES: Final = ("argmax", "hardmax")
ALL: Final = (*SUMS, *INDICES)


def _none(_: Sample) -> Iterable[Parameter]:
    yield 0.0, ""


@dataclass(frozen=True)
class Explanation:
    """What a function may compute in place of its operation.

    Attributes
    ----------
    words:
        What is said of it; ``{0}`` is the parameter.
    logits, top, power, total, result, beta:
        The steps that are done otherwise; each is given what it changes, the sample and the
        parameter.
    narrow:
        Whether every step is rounded to the format of the logits; else to float64.
    within:
        The format whose roundings the result may have, and whose numbers it must hold; else that
        of the logits.
    parameters:
        What the parameter may be, from one sample.
    operations:
        Those that it is an explanation for.
    """

    words: str
    logits: Callable[[Array, Sample, float], Array] | None = None
    top: Callable[[Array, Sample, float], Array] | None = None
    power: Callable[[Array, Sample, float], Array] | None = None
    total: Callable[[Array, Sample, float], Array] | None = None
    result: Callable[[Array, Sample, float], Array] | None = None
    beta: Callable[[Sample, float], float] | None = None
    narrow: bool = False
    within: Format | None = None
    parameters: Callable[[Sample], Iterable[Parameter]] = _none
    operations: tuple[str, ...] = ALL

    def values(self, sample: Sample, parameter: float) -> Array:
        """What comes of it, as float64."""
        dtype = sample.dtype if self.narrow else np.float64
        x = np.asarray(sample.x, dtype=dtype)
        if sample.operation == "sigmoid":
            x = np.stack([x, np.zeros_like(x)], axis=-1)
        if self.logits is not None:
            x = np.asarray(self.logits(x, sample, parameter))
        beta = sample.beta if self.beta is None else self.beta(sample, parameter)
        y = self._after(x, x.dtype.type(beta), sample, parameter)
        if self.result is not None:
            y = self.result(y, sample, parameter)
        return np.asarray(y, dtype=np.float64)

    def _after(self, x: Array, beta: Any, sample: Sample, parameter: float) -> Array:
        if sample.operation in INDICES:
            return np.asarray(_INDEX[sample.operation](x))
        top = x.max(axis=-1, keepdims=True)
        if self.top is not None:
            top = np.asarray(self.top(x, sample, parameter), dtype=x.dtype)
        d = (x - top) * beta if beta != 1 else x - top
        e = np.exp(d) if self.power is None else self.power(d, sample, parameter).astype(x.dtype)
        if self.total is None:
            total = e.sum(axis=-1, keepdims=True)
        else:
            total = np.asarray(self.total(e, sample, parameter))
        return _ENDS[sample.operation](Steps(x, top, d, e, total, sample))


@dataclass(frozen=True)
class Steps:
    """What the steps gave."""

    x: Array
    top: Array
    d: Array
    e: Array
    total: Array
    sample: Sample

    @property
    def p(self) -> Array:
        return self.e / self.total

    def weighted(self, values: Array) -> Array:
        """The mean of ``values``, of which those without weight count nothing."""
        return np.asarray(np.where(self.p == 0, 0, self.p * values).sum(axis=-1))


def _loss(steps: Steps) -> Array:
    log_p, labels = steps.d - np.log(steps.total), steps.sample.labels
    assert labels is not None
    if labels.ndim == steps.x.ndim:
        return np.asarray(-np.where(labels == 0, 0, labels * log_p).sum(axis=-1))
    return np.asarray(-np.take_along_axis(log_p, labels[..., None], axis=-1)[..., 0])


def _hardmax(x: Array) -> Array:
    return np.asarray(np.arange(x.shape[-1]) == np.argmax(x, axis=-1)[..., None], dtype=float)


_INDEX: Final = {"argmax": lambda x: np.argmax(x, axis=-1), "hardmax": _hardmax}
_ENDS: Final[dict[str, Callable[[Steps], Array]]] = {
    "softmax": lambda s: s.p,
    "sigmoid": lambda s: s.p[..., 0],
    "log_softmax": lambda s: s.d - np.log(s.total),
    "logsumexp": lambda s: (s.top + np.log(s.total))[..., 0],
    "softargmax": lambda s: s.weighted(np.arange(s.x.shape[-1])),
    "smooth_max": lambda s: s.weighted(s.x),
    "cross_entropy": _loss,
}

RIGHT: Final = Explanation("right")


def right(sample: Sample) -> Array:
    """What is right, in float64."""
    return RIGHT.values(sample, 0.0)


def allowed(expected: Array, sample: Sample) -> Array:
    """By how much a result may differ from ``expected`` and be the same, rounded otherwise.

    A few roundings of each step, of which the exponential's grow with the distance from the
    maximum, as in the operations' own bounds.
    """
    x, u = sample.x, sample.format.unit_roundoff
    if sample.operation in INDICES:
        return np.asarray(u * np.abs(expected) * (sample.operation == "hardmax"))
    finite = np.where(np.isfinite(x), x, 0.0)
    size = np.abs(finite).max(axis=-1, keepdims=True)
    far = np.abs(x - np.where(np.isfinite(x), x, -np.inf).max(axis=-1, keepdims=True))
    far = np.where(np.isfinite(far), np.minimum(far, 2.0**12), 0.0) * abs(sample.beta)
    steps = 12 + 2 * np.log2(max(sample.n, 2))
    if expected.ndim < x.ndim:
        far, size = far.max(axis=-1), size[..., 0]
        steps = steps + 2 * np.minimum(far, 40) if sample.operation != "logsumexp" else steps
    else:
        steps = steps + 4 * far
    scale = np.abs(expected)
    if sample.operation in ("logsumexp", "smooth_max", "log_softmax", "cross_entropy"):
        scale = scale + (size if sample.operation != "log_softmax" else 1.0)
    if sample.operation == "softargmax":
        scale = scale + sample.n / 64
    return np.asarray(u * steps * scale + 4 * sample.format.least_subnormal)


def agrees(values: Array, sample: Sample) -> bool:
    """Whether ``values`` are what came, wherever that is judged; NaN and infinity too."""
    return is_near(values, sample, allowed)


def allowed_of_running_sums(expected: Array, sample: Sample) -> Array:
    """The same where sums may be running ones: n roundings more (Higham, Accuracy, 4.2)."""
    running = sample.n * sample.format.unit_roundoff * np.abs(expected)
    return allowed(expected, sample) + running


def is_near(values: Array, sample: Sample, allowed: Callable[[Array, Sample], Array]) -> bool:
    """The same with what a result ``allowed`` may differ by; a zero may have been flushed."""
    if values.shape != sample.got.shape:
        return False
    got, fmt = sample.got, sample.format
    same = (got == values) | (np.isnan(got) & np.isnan(values))
    same |= np.isfinite(values) & (np.abs(got - values) <= allowed(values, sample))
    same |= np.isinf(got) & (np.abs(values) >= fmt.max) & (np.sign(got) == np.sign(values))
    if sample.operation not in INDICES:
        same |= (got == 0) & (np.abs(values) < 2 * fmt.least_normal)
    return bool(same[sample.judged].all())


def candidates(explanation: Explanation, samples: Iterable[Sample]) -> Iterator[Parameter]:
    """The parameters that some samples suggest, each once."""
    seen: set[str] = set()
    for sample in samples:
        for value, said in explanation.parameters(sample):
            if said not in seen:
                seen.add(said)
                yield value, said
