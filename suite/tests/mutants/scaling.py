"""softmax(x * beta) as written: right where nothing overflows, wrong by one contraction."""

from __future__ import annotations

from typing import Any

import numpy as np

from mutants import mutant

Array = Any


@mutant("softmax", "stability")
def product_that_is_rounded_in_the_maximum_only(x: Array, axis: int = -1, beta: float = 1.0) -> Any:
    """What a compiler makes of x * beta - max(x * beta) by an FMA, where it does not overflow."""
    wide = x.astype(np.float64) * beta
    rounded = (x * x.dtype.type(beta)).max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(rounded), rounded, wide.max(axis=axis, keepdims=True))
    e = np.exp((wide - top).astype(x.dtype))
    return e / e.sum(axis=axis, keepdims=True)


@mutant("softmax", "limit")
def product_before_the_shift(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    z = x * x.dtype.type(beta)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
