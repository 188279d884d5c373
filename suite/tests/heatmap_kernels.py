"""Soft-argmax of heat maps, right and wrong: x and y in pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

BETA: Final = 4.0
Array = NDArray[np.float32]
Kernel = Callable[[Array], Array]


def _weights(h: Array, beta: float = BETA) -> Array:
    flat = np.float32(beta) * h.reshape(*h.shape[:-2], -1)
    e = np.exp(flat - flat.max(axis=-1, keepdims=True))
    return np.asarray((e / e.sum(axis=-1, keepdims=True)).reshape(h.shape))


def _places(p: Array, first: int = 0, swapped: bool = False) -> Array:
    height, width = p.shape[-2:]
    x = (p.sum(axis=-2) * np.arange(first, width + first, dtype=np.float32)).sum(axis=-1)
    y = (p.sum(axis=-1) * np.arange(first, height + first, dtype=np.float32)).sum(axis=-1)
    return np.stack([y, x] if swapped else [x, y], axis=-1)


def of_marginals(h: Array) -> Array:
    """The sums of rows and of columns, and one product each."""
    return _places(_weights(h))


def of_a_grid(h: Array) -> Array:
    """All pixels with their coordinates, as they stand in memory."""
    p = _weights(h).reshape(*h.shape[:-2], -1)
    y, x = np.meshgrid(*map(np.arange, h.shape[-2:]), indexing="ij")
    grid = np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
    return np.asarray(p @ grid)


def of_two_steps(h: Array) -> Array:
    """The softmax of each row, weighted by the softmax of the rows' totals."""
    scaled = np.float32(BETA) * h
    top = scaled.max(axis=-1, keepdims=True)
    e = np.exp(scaled - top)
    total = e.sum(axis=-1, keepdims=True)
    lse = (top + np.log(total))[..., 0]
    r = np.exp(lse - lse.max(axis=-1, keepdims=True))
    return _places((r / r.sum(axis=-1, keepdims=True))[..., None] * (e / total))


def swapped(h: Array) -> Array:
    return _places(_weights(h), swapped=True)


def from_1_on(h: Array) -> Array:
    return _places(_weights(h), first=1)


def of_each_row(h: Array) -> Array:
    """A softmax along the last axis alone, and the mean of the rows."""
    e = np.exp(BETA * (h - h.max(axis=-1, keepdims=True)))
    p = e / e.sum(axis=-1, keepdims=True)
    return _places(p / np.float32(h.shape[-2]))


def of_both_axes_apart(h: Array) -> Array:
    """A softmax of the means along each axis, in place of one over all pixels."""
    x, y = (_weights(h.mean(axis=a, keepdims=True)) for a in (-2, -1))
    return np.stack([_places(x)[..., 0], _places(y)[..., 1]], axis=-1)


def without_beta(h: Array) -> Array:
    return _places(_weights(h, 1.0))


def of_a_temperature(h: Array) -> Array:
    """Divided by what it should be multiplied by."""
    return _places(_weights(h, 1 / BETA))


def without_a_shift(h: Array) -> Array:
    e = np.exp(np.float32(BETA) * h)
    return _places(e / e.sum(axis=(-2, -1), keepdims=True))


def of_the_transpose(h: Array) -> Array:
    """The places of the pixels as if height and width were exchanged."""
    height, width = h.shape[-2:]
    return _places(_weights(h).reshape(*h.shape[:-2], width, height))


def of_the_mean_in_float16(h: Array) -> Array:
    """Coordinates and products in 16 bits, as under autocast."""
    p = _weights(h).astype(np.float16)
    return _places(p).astype(np.float16).astype(np.float32)


def rounded_to_pixels(h: Array) -> Any:
    return np.rint(_places(_weights(h)))


RIGHT: Final[tuple[Kernel, ...]] = (of_marginals, of_a_grid, of_two_steps)
WRONG: Final[tuple[Kernel, ...]] = (
    swapped,
    from_1_on,
    of_each_row,
    of_both_axes_apart,
    without_beta,
    of_a_temperature,
    without_a_shift,
    of_the_transpose,
    of_the_mean_in_float16,
    rounded_to_pixels,
)
