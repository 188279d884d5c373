"""What a function may compute in place of its operation: one line each, the simplest first."""

# Over 300 lines: a table, one explanation after the other.

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from softmark.api.diagnosis import parameters as of
from softmark.api.diagnosis.samples import Array, Sample
from softmark.api.diagnosis.steps import ALL, INDICES, SUMS, Explanation, right
from softmark.formats import BFLOAT16, FLOAT16

Step = Callable[[Array, Sample, float], Array]

E = partial(Explanation, operations=SUMS)
EACH: Final = ("softmax", "log_softmax", "sigmoid", "hardmax")
ROWS: Final = ("softmax", "log_softmax", "logsumexp", "softargmax", "smooth_max", "cross_entropy")
MEANS: Final = ("softargmax", "smooth_max")
BETAS: Final = ("softmax", "softargmax", "smooth_max")


def along(axis: int) -> Step:
    """The operation along another axis of what was given."""

    def computed(y: Array, s: Sample, _: float) -> Array:
        if not -s.whole.ndim <= axis < s.whole.ndim or s.labels is not None:
            return np.full(0, np.nan)
        other = Sample(s.operation, s.format, s.whole, axis, s.beta, None, s.got, s.known)
        found = right(other)
        if found.ndim < s.whole.ndim:
            return found
        return np.moveaxis(np.moveaxis(found, -1, axis), s.axis, -1)

    return computed


def whole(y: Array, s: Sample, _: float) -> Array:
    """Over all elements at once."""
    flat = s.whole.reshape(-1)
    if s.operation not in EACH:
        return np.full(0, np.nan)
    other = Sample(s.operation, s.format, flat, -1, s.beta, None, s.got, s.known)
    return np.moveaxis(right(other).reshape(s.whole.shape), s.axis, -1)


def as_if(operation: str) -> Step:
    """Another operation of the same arguments."""

    def computed(y: Array, s: Sample, _: float) -> Array:
        return right(Sample(operation, s.format, s.whole, s.axis, s.beta, None, s.got, s.known))

    return computed


def masked(
    keep: Step,
) -> Step:
    """Logits of which some count as masked."""
    return lambda x, s, p: np.where(keep(np.arange(x.shape[-1]), s, p), x, -np.inf)


def summed(
    keep: Step,
) -> Step:
    """The sum of some of the exponentials."""
    return lambda e, s, p: np.where(keep(np.arange(s.n), s, p), e, 0).sum(axis=-1, keepdims=True)


def full(s: Sample, p: float) -> int:
    """The length without the rest by a tile; all of it where it is shorter."""
    return s.n - s.n % int(p) or s.n


def largest(x: Array, s: Sample, p: float) -> Array:
    if int(p) >= x.shape[-1]:
        return x
    return np.where(x >= np.partition(x, -int(p), axis=-1)[..., -int(p), None], x, -np.inf)


def running(e: Array, s: Sample, _: float) -> Array:
    """One exponential after the other, rounded to the format each time."""
    return np.take(np.add.accumulate(e, axis=-1, dtype=e.dtype), [-1], axis=-1)


def unrescaled(e: Array, s: Sample, _: float) -> Array:
    found = np.exp(s.x - np.maximum.accumulate(s.x, axis=-1)).sum(axis=-1, keepdims=True)
    return np.asarray(found)


def online(e: Array, s: Sample, p: float) -> Array:
    """An online sum whose rescale of a block that is entirely masked is e^(-inf + inf)."""
    size = int(p)
    top, total = np.full(s.x.shape[:-1], -np.inf), np.zeros(s.x.shape[:-1])
    for start in range(0, s.n, size):
        block = s.x[..., start : start + size]
        new = np.maximum(top, block.max(axis=-1))
        first = np.ones_like(total) if size == 1 and start == 0 else np.exp(top - new)
        total = total * (1.0 if start == 0 and size == 1 else first)
        total = total + np.exp(block - new[..., None]).sum(axis=-1)
        top = new
    return total[..., None]


def blocks(e: Array, s: Sample, p: float) -> Array:
    """For each element the sum of its own block, shifted by the block's maximum."""
    parts = np.split(s.x, range(int(p), s.n, int(p)), axis=-1)
    tops = [part.max(axis=-1, keepdims=True) for part in parts]
    sums = [np.exp(x - t).sum(axis=-1, keepdims=True) for x, t in zip(parts, tops, strict=True)]
    top = s.x.max(axis=-1, keepdims=True)
    own = [np.broadcast_to(z * np.exp(t - top), x.shape)
           for x, t, z in zip(parts, tops, sums, strict=True)]  # fmt: skip
    return np.concatenate(own, axis=-1)


def rescaled(late: bool) -> Step:
    """An online sum by blocks that is rescaled too late, or the wrong way round."""

    def computed(e: Array, s: Sample, p: float) -> Array:
        first, *rest = np.split(s.x, range(int(p), s.n, int(p)), axis=-1)
        top = first.max(axis=-1)
        total = np.exp(first - top[..., None]).sum(axis=-1)
        for block in rest:
            new = np.maximum(top, block.max(axis=-1))
            add = np.exp(block - new[..., None]).sum(axis=-1)
            total = (total + add) * np.exp(top - new) if late else total * np.exp(new - top) + add
            top = new
        return np.asarray(total[..., None])

    return computed


def parts_added(count: int) -> Step:
    """The sums of some parts of the row, each with its own maximum, added as they are."""

    def computed(e: Array, s: Sample, _: float) -> Array:
        parts = [part for part in np.array_split(s.x, count, axis=-1) if part.shape[-1]]
        tops = [x.max(axis=-1, keepdims=True) for x in parts]
        sums = [np.exp(x - t).sum(axis=-1, keepdims=True) for x, t in zip(parts, tops, strict=True)]
        return np.asarray(np.add.reduce(sums))

    return computed


def once_each(e: Array, s: Sample, _: float) -> Array:
    """Equal logits counted once."""
    rows = np.sort(e, axis=-1)
    new = np.concatenate([np.ones_like(rows[..., :1], bool), np.diff(rows) > 0], axis=-1)
    return np.asarray((rows * new).sum(axis=-1, keepdims=True))


def in16(x: Array) -> Array:
    return x.astype(np.float16).astype(x.dtype)


def in_b16(x: Array) -> Array:
    """Rounded to 8 bits, to nearest; of normal numbers."""
    m, e = np.frexp(np.asarray(x, dtype=np.float64))
    return np.where(np.isfinite(x), np.ldexp(np.rint(m * 256) / 256, e), x).astype(x.dtype)


def infinite_kept(x: Array, narrow: Callable[[Array], Array]) -> Array:
    """Rounded, and what overflows so left as it is."""
    found = narrow(x)
    return np.where(np.isinf(found), x, found)


def rolled(y: Array) -> Array:
    """Each row with the first element of the row before it."""
    z = np.array(y)
    if z.ndim > 1 and z.shape[0] > 1:
        z[1:, ..., 0] = y[:-1, ..., 0]
    return z


def last_row(y: Array) -> Array:
    z = np.array(y)
    if z.shape[:1] and z.ndim > 1:
        z[-1] = 0
    return z


def rest_to_last(y: Array) -> Array:
    z = np.array(y)
    z[..., -1] += np.nan_to_num(1 - y.sum(axis=-1))
    return z


def length_one(x: Array, s: Sample, y: Array, value: Array) -> Array:
    return value if s.n == 1 else y


OPERATIONS: Final = [
    Explanation(f"{name}(x)", result=as_if(name), operations=tuple(o for o in ALL if o != name))
    for name in ("softmax", "log_softmax", "logsumexp", "smooth_max", "softargmax", "sigmoid",
                 "argmax", "hardmax")
]  # fmt: skip
"""First of all: it may be right, and the wrong operation was named."""

CONSTANTS: Final = [
    Explanation("0 everywhere", result=lambda y, s, p: np.zeros_like(y)),
    Explanation("1 everywhere", result=lambda y, s, p: np.ones_like(y)),
    Explanation("NaN everywhere", result=lambda y, s, p: np.full(y.shape, np.nan)),
    E("1 / n, whatever the logits are", result=lambda y, s, p: np.full(y.shape, 1 / s.n),
      operations=("softmax",)),
    E("the logits themselves", result=lambda y, s, p: s.x, operations=EACH),
    E("the largest logit of the row", result=lambda y, s, p: s.x.max(axis=-1),
      operations=("logsumexp", "smooth_max")),
]  # fmt: skip

AXES: Final = [
    Explanation("{op} along axis 0, whatever is asked for", result=along(0)),
    Explanation("{op} along the last axis, whatever is asked for", result=along(-1)),
    Explanation("{op} along axis 1, whatever is asked for", result=along(1)),
    Explanation("{op} along the last axis but one, whatever is asked for", result=along(-2)),
    E("{op} over all elements of the array at once", result=whole, operations=EACH),
]

SCALES: Final = [
    E("{op} of {0}", beta=lambda s, p: s.beta * p, parameters=of.scale_of_logits),
    E("{op} of {0} x, whatever beta is", beta=lambda s, p: p, parameters=of.own_beta,
      operations=BETAS),
    E("{op} with 1 / beta in place of beta", beta=lambda s, p: 1 / s.beta if s.beta else 0.0,
      operations=BETAS),
    E("{op} with beta held to {0} at most", beta=lambda s, p: min(s.beta, p),
      parameters=of.among((1, 2, 4, 8, 10, 16, 32, 64, 100, 256, 1024)), operations=BETAS),
    E("{op} of x / sqrt(n)", beta=lambda s, p: s.beta / math.sqrt(s.n)),
    E("{op} of abs(x)", logits=lambda x, s, p: np.abs(x), operations=ALL),
    E("{op} of -x", logits=lambda x, s, p: -x, operations=INDICES),
]  # fmt: skip

SHIFTS: Final = [
    E("{op} without the shift by the maximum", top=lambda x, s, p: np.zeros_like(x[..., :1]),
      narrow=True),
    E("{op} shifted by the mean, not by the maximum",
      top=lambda x, s, p: x.mean(axis=-1, keepdims=True, dtype=np.float64), narrow=True),
    E("{op} shifted by the maximum of the whole array, not of the row",
      top=lambda x, s, p: np.broadcast_to(x.max(), x[..., :1].shape), narrow=True),
    E("{op} shifted by the largest size of a logit, not by the largest logit",
      top=lambda x, s, p: np.abs(x).max(axis=-1, keepdims=True), narrow=True),
    E("{op} shifted by a maximum that starts from 0",
      top=lambda x, s, p: np.maximum(x.max(axis=-1, keepdims=True), 0), narrow=True),
    E("{op} shifted by the least logit, not by the largest",
      top=lambda x, s, p: x.min(axis=-1, keepdims=True), narrow=True),
    E("{op} shifted by the first logit, not by the largest",
      top=lambda x, s, p: x[..., :1], narrow=True),
    E("{op} shifted by the maximum of whole vectors of {0} alone",
      top=lambda x, s, p: x[..., : full(s, p)].max(axis=-1, keepdims=True),
      parameters=of.tiles, narrow=True, operations=ROWS),
    E("{op} shifted by the maximum in float16",
      top=lambda x, s, p: in16(x.max(axis=-1, keepdims=True)), narrow=True),
    E("{op} of beta x, which overflows before the shift",
      logits=lambda x, s, p: x * x.dtype.type(s.beta), beta=lambda s, p: 1.0, narrow=True,
      operations=BETAS),
    E("{op} of beta x, shifted by the maximum of x without beta",
      top=lambda x, s, p: x.max(axis=-1, keepdims=True) / (s.beta or 1), narrow=True,
      operations=BETAS),
]  # fmt: skip

LOGITS: Final = [
    E("{op} of logits held between -{0} and {0}", logits=lambda x, s, p: np.clip(x, -p, p),
      parameters=of.among(of.LIMITS), operations=ALL),
    E("{op} of logits held to {0} at most", logits=lambda x, s, p: np.minimum(x, p),
      parameters=of.among(of.LIMITS)),
    E("{op} of logits held to -{0} at least", logits=lambda x, s, p: np.maximum(x, -p),
      parameters=of.among(of.LIMITS)),
    E("{op} of distances from the maximum held to {0} at most",
      logits=lambda x, s, p: np.maximum(x, x.max(axis=-1, keepdims=True) - p),
      parameters=of.among(of.LIMITS)),
    E("{op} of logits rounded to float16", logits=lambda x, s, p: in16(x), operations=ALL),
    E("{op} of logits rounded to float16, where they do not overflow",
      logits=lambda x, s, p: infinite_kept(x, in16), operations=ALL),
    E("{op} of logits rounded to bfloat16", logits=lambda x, s, p: in_b16(x), operations=ALL),
    E("{op} of masked logits taken for {0}",
      logits=lambda x, s, p: np.where(np.isneginf(x), p, x), parameters=of.among(of.MASKS)),
    E("{op} of masked logits taken for the least number",
      logits=lambda x, s, p: np.where(np.isneginf(x), -s.format.max, x)),
    E("{op} of infinite logits taken for masked",
      logits=lambda x, s, p: np.where(np.isinf(x), -np.inf, x), operations=ALL),
    E("{op} of NaN taken for 0", logits=lambda x, s, p: np.where(np.isnan(x), 0, x)),
    E("{op} that leaves NaN out", logits=lambda x, s, p: np.where(np.isnan(x), -np.inf, x),
      result=lambda y, s, p: np.where(np.isnan(s.x), np.nan, y) if y.shape == s.x.shape else y),
    E("{op} without the last logit", logits=masked(lambda i, s, p: i < max(s.n - 1, 1)),
      operations=(*ROWS, *INDICES)),
    E("{op} without the first logit", logits=masked(lambda i, s, p: (i > 0) | (s.n == 1)),
      operations=(*ROWS, *INDICES)),
    E("{op} without the rest of the row by {0}", logits=masked(lambda i, s, p: i < full(s, p)),
      parameters=of.tiles, operations=(*ROWS, *INDICES)),
    E("{op} of the first {0} logits", logits=masked(lambda i, s, p: i < p),
      parameters=of.tiles, operations=(*ROWS, *INDICES)),
    E("{op} of the {0} largest logits", logits=largest,
      parameters=of.among((1, 2, 4, 5, 8, 10, 16, 20, 32, 40, 50, 64, 100, 128, 256)),
      operations=ROWS),
    E("{op} of x + {0} i, with i the place in the row",
      logits=lambda x, s, p: x + p * np.arange(x.shape[-1]), parameters=of.per_index,
      operations=ROWS),
    E("{op} of x rounded down to a multiple of 1/{0} below the maximum",
      logits=lambda x, s, p: (m := x.max(axis=-1, keepdims=True)) - np.floor((m - x) * p) / p,
      parameters=of.among((4, 8, 16, 32, 64)), operations=ROWS),
]  # fmt: skip

RUNNING: Final = [
    E("{op} whose sum is a running one, rounded to the format at each step", total=running,
      narrow=True, operations=ROWS),
    E("{op} whose online sum is NaN after a block that is masked entirely", total=online,
      parameters=lambda s: [(1.0, "1"), *of.tiles(s)], operations=ROWS),
]  # fmt: skip

SUMMED: Final = [
    E("{op} whose sum leaves out the rest of the row by {0}",
      total=summed(lambda i, s, p: i < full(s, p)), parameters=of.tiles, operations=ROWS),
    E("{op} whose sum leaves out what is beyond {0} elements",
      total=summed(lambda i, s, p: i < p), parameters=of.tiles, operations=ROWS),
    E("{op} whose sum is rounded to float16",
      total=lambda e, s, p: in16(e.sum(axis=-1, keepdims=True)), operations=ROWS),
    E("{op} whose sum is rounded to bfloat16",
      total=lambda e, s, p: in_b16(e.sum(axis=-1, keepdims=True)), operations=ROWS),
    E("{op} whose exponentials are divided by their mean",
      total=lambda e, s, p: e.mean(axis=-1, keepdims=True), operations=ROWS),
    E("{op} whose sum is not divided by", total=lambda e, s, p: np.ones_like(e[..., :1]),
      operations=ROWS),
    E("{op} whose online sum is never rescaled", total=unrescaled, operations=ROWS),
    E("{op} whose online sum (blocks of {0}) is rescaled after the block is added",
      total=rescaled(True), parameters=of.tiles, operations=ROWS),
    E("{op} whose online sum (blocks of {0}) is rescaled the wrong way round",
      total=rescaled(False), parameters=of.tiles, operations=ROWS),
    E("{op} of each block of {0} on its own", total=blocks, parameters=of.tiles,
      operations=("softmax", "log_softmax")),
    E("{op} whose two halves are added without their maxima", total=parts_added(2),
      operations=ROWS),
    E("{op} whose row is filled up with zeros to a multiple of {0}",
      total=lambda e, s, p: e.sum(axis=-1, keepdims=True)
      + (-s.n % int(p)) * np.exp(-s.beta * s.x.max(axis=-1, keepdims=True)),
      parameters=of.tiles, operations=ROWS),
    E("{op} whose sum counts equal logits once", total=once_each, operations=ROWS),
    E("{op} whose sum is {0} larger", total=lambda e, s, p: e.sum(axis=-1, keepdims=True) + p,
      parameters=of.epsilon, operations=ROWS),
    E("{op} whose sum is divided by twice",
      total=lambda e, s, p: e.sum(axis=-1, keepdims=True) ** 2, operations=("softmax",)),
    E("{op} whose sum runs along axis 0", operations=("softmax", "log_softmax"),
      total=lambda e, s, p: np.moveaxis(
          np.moveaxis(e, -1, s.axis).sum(axis=0, keepdims=True), s.axis, -1)),
    E("{op} with (1 + x / {0})^{0} in place of e^x",
      power=lambda d, s, p: np.maximum(1 + d / p, 0) ** p,
      parameters=of.among((16, 32, 64, 128, 256, 512, 1024)), operations=ROWS),
]  # fmt: skip


def sigmoid(function: Callable[[Array], Any]) -> Step:
    """A formula of the logits alone, in their format."""
    return lambda y, s, p: np.asarray(function(s.x.astype(s.dtype)))


def loss(picked: Callable[[Array, Array], Array]) -> Step:
    """A loss of other labels than those that were given."""

    def computed(y: Array, s: Sample, _: float) -> Array:
        if s.labels is None or s.labels.ndim == s.x.ndim:
            return np.full(0, np.nan)
        labels = picked(s.labels, np.asarray(s.n)) % s.n
        return right(Sample(s.operation, s.format, s.whole, s.axis, 1.0, labels, s.got, s.known))

    return computed


def smoothed(y: Array, s: Sample, p: float) -> Array:
    x = s.x.astype(s.dtype)
    d = x - x.max(axis=-1, keepdims=True)
    log_p = d - np.log(np.exp(d).sum(axis=-1, keepdims=True))
    return np.asarray((1 - p) * y - p * log_p.mean(axis=-1))


def p_of(s: Sample, dtype: type[Any] = np.float64) -> Array:
    x = s.x.astype(dtype)
    e = np.exp((x - x.max(axis=-1, keepdims=True)) * dtype(s.beta))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def stored(s: Sample) -> Array:
    """logsumexp, rounded to the format."""
    x = s.x.astype(s.dtype)
    top = x.max(axis=-1, keepdims=True)
    return np.asarray(top + np.log(np.exp(x - top).sum(axis=-1, keepdims=True)))


def lse_of(x: Array) -> Array:
    top = x.max(axis=-1)
    return np.asarray(top + np.log(np.exp(x - top[..., None]).sum(axis=-1)))


def of_probabilities(y: Array, s: Sample, _: float) -> Array:
    """A softmax before a loss that has one of its own."""
    if s.labels is None:
        return np.full(0, np.nan)
    p, t = p_of(s, s.dtype), s.labels
    if t.ndim < p.ndim:
        return np.asarray(lse_of(p) - np.take_along_axis(p, t[..., None], -1)[..., 0])
    return np.asarray(lse_of(p) * t.sum(axis=-1) - (t * p).sum(axis=-1))


def halves(s: Sample) -> Array:
    parts = [lse_of(part) for part in np.array_split(s.x, 2, axis=-1) if part.shape[-1]]
    return np.asarray(np.add.reduce(parts))


FORMULAS: Final = [
    E("the logarithm of a softmax that is rounded to the format",
      result=lambda y, s, p: np.log(p_of(s, s.dtype)), operations=("log_softmax",)),
    E("the logarithm of softmax(x) + {0}", result=lambda y, s, p: np.log(p_of(s) + p),
      parameters=of.epsilon, operations=("log_softmax",)),
    E("the logits less a logsumexp that is rounded to the format",
      result=lambda y, s, p: s.x.astype(s.dtype) - stored(s), operations=("log_softmax",)),
    E("log_softmax whose log of the sum is rounded to float16", operations=("log_softmax",),
      result=lambda y, s, p: (d := s.x - s.x.max(axis=-1, keepdims=True))
      - in16(np.log(np.exp(d).sum(axis=-1, keepdims=True)))),
    E("e^(x - max), without the division", result=lambda y, s, p: np.exp(
        s.beta * (s.x - s.x.max(axis=-1, keepdims=True))), operations=("softmax",)),
    E("log_softmax without its sign", result=lambda y, s, p: -y, operations=("log_softmax",)),
    E("logsumexp less its maximum", result=lambda y, s, p: y - s.x.max(axis=-1),
      operations=("logsumexp",)),
    E("logsumexp whose maximum is not added back where it is negative",
      result=lambda y, s, p: y - np.minimum(s.x.max(axis=-1), 0), operations=("logsumexp",)),
    E("logsumexp of the two halves, added", result=lambda y, s, p: halves(s),
      operations=("logsumexp",)),
    E("softmax of a softmax", result=lambda y, s, p: np.exp(y) / np.exp(y).sum(
        axis=-1, keepdims=True), operations=("softmax",)),
    E("sum of the logits' exponentials, without the logarithm",
      result=lambda y, s, p: np.exp(y), operations=("logsumexp",)),
    E("(1 + tanh(x / 2)) / 2, rounded to the format", operations=("sigmoid",),
      result=sigmoid(lambda x: (1 + np.tanh(x / 2)) / 2)),
    E("1 - sigmoid(-x) for negative logits, rounded to the format", operations=("sigmoid",),
      result=sigmoid(lambda x: np.where(
          x < 0, 1 - 1 / (1 + np.exp(-np.abs(x))), 1 / (1 + np.exp(-np.abs(x)))))),
    E("e^x / (1 + e^x), which is NaN where e^x overflows", operations=("sigmoid",),
      result=sigmoid(lambda x: np.exp(x) / (1 + np.exp(x)))),
    E("1 / (1 + e^-x), which is 0 where e^-x overflows", operations=("sigmoid",),
      result=sigmoid(lambda x: 1 / (1 + np.exp(-x)))),
    E("e^(x - log(1 + e^x)), which is NaN at infinity", operations=("sigmoid",),
      result=sigmoid(lambda x: np.exp(x - np.logaddexp(x.dtype.type(0), x)))),
    E("x / {0} + 1/2 held between 0 and 1", operations=("sigmoid",),
      result=lambda y, s, p: np.clip(s.x / p + 0.5, 0, 1), parameters=of.among((4, 5, 6))),
    E("logsumexp(beta x) / beta", operations=("smooth_max",),
      result=lambda y, s, p: lse_of(s.x * s.beta) / (s.beta or 1)),
    E("the largest weighted logit, not their sum", operations=("smooth_max",),
      result=lambda y, s, p: (p_of(s) * s.x).max(axis=-1)),
    E("smooth_max less the row's maximum", operations=("smooth_max",),
      result=lambda y, s, p: y - s.x.max(axis=-1)),
    E("smooth_max - max x + max abs(x)", operations=("smooth_max",),
      result=lambda y, s, p: y - s.x.max(axis=-1) + np.abs(s.x).max(axis=-1)),
    E("softargmax of coordinates from -1 to 1", operations=("softargmax",),
      result=lambda y, s, p: (p_of(s) * np.linspace(-1, 1, s.n)).sum(axis=-1)),
    E("softargmax of coordinates from 0 to 1", operations=("softargmax",),
      result=lambda y, s, p: y / max(s.n - 1, 1)),
    E("softargmax times n / (n - 1)", operations=("softargmax",),
      result=lambda y, s, p: y * s.n / max(s.n - 1, 1)),
    E("softargmax rounded to a whole number", operations=("softargmax",),
      result=lambda y, s, p: np.rint(y)),
    E("the loss of the next label", operations=("cross_entropy",),
      result=loss(lambda labels, n: labels + 1)),
    E("the loss of the label before", operations=("cross_entropy",),
      result=loss(lambda labels, n: labels - 1)),
    E("the loss with the last class out of reach", operations=("cross_entropy",),
      result=loss(lambda labels, n: np.minimum(labels, np.maximum(n - 2, 0)))),
    E("the loss with labels smoothed by {0}", result=smoothed,
      parameters=of.among((0.001, 0.01, 0.05, 0.1, 0.2)), operations=("cross_entropy",)),
    E("the loss of probabilities in place of logits: a softmax twice", result=of_probabilities,
      operations=("cross_entropy",)),
    E("the mean loss of the batch in each row", operations=("cross_entropy",),
      result=lambda y, s, p: np.full(y.shape, y.mean()) if y.size else y),
    E("the loss without its sign", result=lambda y, s, p: -y, operations=("cross_entropy",)),
    E("the loss with class 0 ignored", operations=("cross_entropy",),
      result=lambda y, s, p: np.where(s.labels == 0, 0, y)
      if s.labels is not None and s.labels.ndim == y.ndim else y),
    E("a logsumexp rounded to the format, less the logit of the label",
      result=lambda y, s, p: (stored(s) - np.take_along_axis(
          s.x.astype(s.dtype), s.labels[..., None], -1))[..., 0]
      if s.labels is not None and s.labels.ndim < s.x.ndim else y, operations=("cross_entropy",)),
    E("the loss of probabilities held between 1e-7 and 1", operations=("cross_entropy",),
      result=lambda y, s, p: -np.log(np.clip(np.exp(-y), 1e-7, 1 - 1e-7))),
    E("the loss, 0 where it is infinite", operations=("cross_entropy",),
      result=lambda y, s, p: np.where(np.isinf(y), 0, y)),
    E("the index of the last of equal maxima", operations=("argmax",),
      result=lambda y, s, p: s.n - 1 - np.argmax(np.flip(s.x, -1), axis=-1)),
    E("the index after the last of equal maxima", operations=("argmax",),
      result=lambda y, s, p: (s.n - np.argmax(np.flip(s.x, -1), axis=-1)) % s.n),
    E("an index kept in 16 bits", operations=("argmax",),
      result=lambda y, s, p: (s.n - 1 - np.argmax(np.flip(s.x, -1), axis=-1)).astype(np.int16)),
    E("0 where no logit is above 0, as a maximum that starts from 0 gives it",
      operations=("argmax",), result=lambda y, s, p: np.where(s.x.max(axis=-1) > 0, y, 0)),
    E("1 at each of equal maxima", operations=("hardmax",),
      result=lambda y, s, p: s.x == s.x.max(axis=-1, keepdims=True)),
    E("1 shared among equal maxima", operations=("hardmax",),
      result=lambda y, s, p: (at := s.x == s.x.max(axis=-1, keepdims=True))
      / at.sum(axis=-1, keepdims=True)),
    E("the maximum in place of 1", operations=("hardmax",),
      result=lambda y, s, p: np.where(y > 0, s.x.max(axis=-1, keepdims=True), 0)),
]  # fmt: skip

RESULTS: Final = [
    E("{op}(x) times {0}", result=lambda y, s, p: y * p, parameters=of.factor),
    E("{op}(x) + {0}", result=lambda y, s, p: y + p, parameters=of.added),
    E("{op}(x) held to {0} at least", result=lambda y, s, p: np.maximum(y, p),
      parameters=of.extreme(np.min)),
    E("{op}(x) held to {0} at most", result=lambda y, s, p: np.minimum(y, p),
      parameters=of.extreme(np.max)),
    E("{op}(x) with 0 below {0}", result=lambda y, s, p: np.where(np.abs(y) < p, 0, y),
      parameters=of.among((1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-37, 1e-38))),
    E("{op}(x) rounded to float16", result=lambda y, s, p: in16(y)),
    E("{op}(x) rounded to bfloat16", result=lambda y, s, p: in_b16(y)),
    E("{op}(x) computed in float16", logits=lambda x, s, p: in16(x), within=FLOAT16),
    E("{op}(x) computed in bfloat16", logits=lambda x, s, p: in_b16(x), within=BFLOAT16),
    E("{op}(x) with 0 in place of NaN", result=lambda y, s, p: np.where(np.isnan(y), 0, y)),
    E("{op}(x) with NaN everywhere as soon as one logit is NaN",
      result=lambda y, s, p: np.full(y.shape, np.nan) if np.isnan(s.x).any() else y),
    E("{op}(x) whose NaN is in the next row too", operations=("softmax", "log_softmax"),
      result=lambda y, s, p: np.where(np.roll(np.isnan(s.x).any(axis=-1), 1, 0)[..., None],
                                      np.nan, y) if s.x.ndim == 2 else y),
    E("the rounded result where the winner is clear (0.999)", operations=("softmax",),
      result=lambda y, s, p: np.where(y.max(axis=-1, keepdims=True) > 0.999, np.rint(y), y)),
    E("{op}(x) whose last row is not written", result=lambda y, s, p: last_row(y)),
    E("{op}(x) whose rows begin with the first element of the row before",
      result=lambda y, s, p: rolled(y), operations=EACH),
    E("{op}(x) with what is left of 1 added to the last element",
      result=lambda y, s, p: rest_to_last(y), operations=("softmax",)),
    E("{op}(x) with finite numbers where it is -inf", operations=("log_softmax",),
      result=lambda y, s, p: np.where(np.isneginf(y), -s.format.max, y)),
    E("the logit itself in a row of one", result=lambda y, s, p: s.x if s.n == 1 else y,
      operations=("softmax",)),
    E("1 in a row of one, whatever it holds", operations=("softmax",),
      result=lambda y, s, p: np.ones_like(y) if s.n == 1 else y),
    E("the results of a row in the opposite order", result=lambda y, s, p: np.flip(y, -1),
      operations=("softmax", "log_softmax", "hardmax")),
]  # fmt: skip

FORWARD: Final = [
    *OPERATIONS, *CONSTANTS, *AXES, *SCALES, *RUNNING, *SHIFTS, *LOGITS, *FORMULAS, *SUMMED,
    *RESULTS,
]  # fmt: skip
