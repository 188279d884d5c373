"""Attention of given scores in NumPy, right and wrong: outputs and totals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Kernel = Callable[[Array, Array], tuple[Array, Array]]
BLOCK: Final = 16
FLOAT8: Final = ml_dtypes.float8_e4m3fn


def whole(s: Array, v: Array) -> tuple[Array, Array]:
    """All keys at once."""
    top = s.max(axis=1, keepdims=True)
    e = np.exp(s - top)
    total = e.sum(axis=1, keepdims=True)
    return (e / total) @ v, (top + np.log(total))[:, 0]


def _online(s: Array, v: Array, multiplied: Callable[[Array], Array], **how: bool) -> Any:
    """Block after block, as flash attention has it; ``how`` leaves something out."""
    rows = len(s)
    top = np.full((rows, 1), -np.inf, np.float32)
    total, o = np.zeros((rows, 1), np.float32), np.zeros((rows, v.shape[1]), np.float32)
    for start in range(0, s.shape[1], BLOCK):
        part, values = s[:, start : start + BLOCK], v[start : start + BLOCK]
        new = np.maximum(top, part.max(axis=1, keepdims=True))
        fade = np.where(np.isneginf(top), 0, np.exp(top - np.where(np.isneginf(new), 0, new)))
        e = np.where(np.isneginf(part), 0, np.exp(part - np.where(np.isneginf(new), 0, new)))
        e = e.astype(np.float32)
        added = (
            multiplied(e).sum(axis=1, keepdims=True)
            if how.get("rounded_total")
            else e.sum(axis=1, keepdims=True)
        )
        total = (total if how.get("stale_total") else fade * total) + added
        o = (o if how.get("stale_output") else fade * o) + multiplied(e) @ values
        top = new.astype(np.float32)
    with np.errstate(all="ignore"):
        found = np.where(total > 0, o / total, 0).astype(np.float32)
        return found, (top + np.log(total))[:, 0].astype(np.float32)


def online(s: Array, v: Array) -> tuple[Array, Array]:
    return _online(s, v, lambda e: e)


def online_in_float8(s: Array, v: Array) -> tuple[Array, Array]:
    return _online(s, v, lambda e: e.astype(FLOAT8).astype(np.float32))


def in_two_halves(s: Array, v: Array) -> tuple[Array, Array]:
    """Two halves of the keys, merged by their totals."""
    half = s.shape[1] // 2
    (a, la), (b, lb) = online(s[:, :half], v[:half]), online(s[:, half:], v[half:])
    lse = np.logaddexp(la, lb)
    return (np.exp(la - lse)[:, None] * a + np.exp(lb - lse)[:, None] * b), lse


def stale_output(s: Array, v: Array) -> tuple[Array, Array]:
    """The output is not rescaled when the maximum grows."""
    return _online(s, v, lambda e: e, stale_output=True)


def stale_total(s: Array, v: Array) -> tuple[Array, Array]:
    return _online(s, v, lambda e: e, stale_total=True)


def lost_tail(s: Array, v: Array) -> tuple[Array, Array]:
    """The keys of the last block that is not full are left out."""
    kept = s.shape[1] // BLOCK * BLOCK
    return online(s[:, :kept], v[:kept])


def not_divided(s: Array, v: Array) -> tuple[Array, Array]:
    o, lse = online(s, v)
    return o * np.exp(lse - s.max(axis=1))[:, None], lse


def total_in_base_2(s: Array, v: Array) -> tuple[Array, Array]:
    o, lse = online(s, v)
    return o, lse / np.float32(np.log(2))


def total_without_the_maximum(s: Array, v: Array) -> tuple[Array, Array]:
    o, lse = online(s, v)
    return o, lse - s.max(axis=1)


def mean_of_halves(s: Array, v: Array) -> tuple[Array, Array]:
    """Halves weigh alike, whatever their totals."""
    half = s.shape[1] // 2
    (a, la), (b, lb) = online(s[:, :half], v[:half]), online(s[:, half:], v[half:])
    return (a + b) / 2, np.logaddexp(la, lb)


def masked_as_zero(s: Array, v: Array) -> tuple[Array, Array]:
    """A masked key has the score 0."""
    return whole(np.where(np.isneginf(s), np.float32(0), s), v)


def total_of_rounded(s: Array, v: Array) -> tuple[Array, Array]:
    """The total is that of the rounded weights: outputs are right, lse is that of float8."""
    return _online(s, v, lambda e: e.astype(FLOAT8).astype(np.float32), rounded_total=True)


RIGHT: Final[tuple[Kernel, ...]] = (whole, online, in_two_halves)
WRONG: Final[tuple[Kernel, ...]] = (
    stale_output,
    stale_total,
    lost_tail,
    not_divided,
    total_in_base_2,
    total_without_the_maximum,
    mean_of_halves,
    masked_as_zero,
    online_in_float8,
    total_of_rounded,
)
