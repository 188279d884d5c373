"""Softmax of int8 logits, right and wrong, as kernels for small processors compute it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SCALE: Final = 0.0625
Int8 = NDArray[np.int8]
Kernel = Callable[[Int8], Int8]
LOW, HIGH = -128, 127
ONE: Final = 1 << 23
"""1 in fixed point."""


def _differences(q: Int8) -> NDArray[np.int64]:
    wide = q.astype(np.int64)
    return wide - wide.max(axis=-1, keepdims=True)


def _probabilities(q: Int8) -> NDArray[np.float64]:
    e = np.exp(SCALE * _differences(q))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _stored(p: Any, scale: float = 256.0) -> Int8:
    return np.clip(np.rint(p * scale) + LOW, LOW, HIGH).astype(np.int8)


def rounded(q: Int8) -> Int8:
    """In floating point, and rounded once."""
    return _stored(_probabilities(q))


def cut_off(q: Int8) -> Int8:
    """The same without rounding."""
    return np.clip(np.floor(_probabilities(q) * 256) + LOW, LOW, HIGH).astype(np.int8)


def of_a_table(q: Int8) -> Int8:
    """Whole numbers alone: a table of exponentials in fixed point, and one division."""
    table = np.rint(np.exp(-SCALE * np.arange(256)) * ONE).astype(np.int64)
    e = table[-_differences(q)]
    total = e.sum(axis=-1, keepdims=True)
    return np.clip((256 * e + total // 2) // total + LOW, LOW, HIGH).astype(np.int8)


def without_saturation(q: Int8) -> Int8:
    """A probability of 1 is 128, which int8 does not have."""
    return (np.rint(_probabilities(q) * 256) + LOW).astype(np.int64).astype(np.int8)


def of_255(q: Int8) -> Int8:
    """Another scale: 1 is 127, and a quarter is off by a quarter of a step, but a half of two."""
    return _stored(_probabilities(q), 254.0)


def without_the_scale(q: Int8) -> Int8:
    e = np.exp(_differences(q).astype(np.float64))
    return _stored(e / e.sum(axis=-1, keepdims=True))


def of_differences_in_int8(q: Int8) -> Int8:
    """x - max wraps round where it is below -128."""
    with np.errstate(over="ignore"):
        e = np.exp(SCALE * (q - q.max(axis=-1, keepdims=True)).astype(np.float64))
    return _stored(e / e.sum(axis=-1, keepdims=True))


def with_a_total_of_16_bits(q: Int8) -> Int8:
    """Terms of 8 bits in a total that is cut off at 32,767."""
    e = np.rint(np.exp(SCALE * _differences(q)) * 255).astype(np.int64)
    total = np.minimum(e.sum(axis=-1, keepdims=True), 32767)
    return _stored(e / total)


def of_terms_of_8_bits(q: Int8) -> Int8:
    """Small terms are lost before they are added up."""
    e = np.floor(np.exp(SCALE * _differences(q)) * 16)
    return _stored(e / e.sum(axis=-1, keepdims=True))


def of_the_columns(q: Int8) -> Int8:
    return rounded(q.T).T


def of_base_2(q: Int8) -> Int8:
    e = np.exp2(SCALE * _differences(q))
    return _stored(e / e.sum(axis=-1, keepdims=True))


def shifted_by_a_zero_point(q: Int8) -> Int8:
    """Of uint8, in int8: 0 stands for 0."""
    return np.clip(np.rint(_probabilities(q) * 256), LOW, HIGH).astype(np.int8)


RIGHT: Final[tuple[Kernel, ...]] = (rounded, cut_off, of_a_table)
WRONG: Final[tuple[Kernel, ...]] = (
    without_saturation,
    of_255,
    without_the_scale,
    of_differences_in_int8,
    with_a_total_of_16_bits,
    of_terms_of_8_bits,
    of_the_columns,
    of_base_2,
    shifted_by_a_zero_point,
)
