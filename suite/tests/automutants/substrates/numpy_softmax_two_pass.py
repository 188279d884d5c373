"""Softmax of rows in blocks: a pass for the maximum, one for the sum, one that writes."""

from typing import Any

import numpy as np

OPERATION = "softmax"
FRAMEWORK = "numpy"
FORMATS = ("float32", "float64")
BLOCK = 48


def softmax(x: Any, axis: int = -1) -> Any:
    moved = np.moveaxis(x.astype(np.result_type(x, np.float32)), axis, -1)
    n = moved.shape[-1]
    rows = np.ascontiguousarray(moved).reshape(-1, n) if moved.size else moved
    out = np.empty_like(rows)
    top = rows[..., 0]
    for first in range(0, n, BLOCK):
        top = np.maximum(top, rows[..., first : first + BLOCK].max(axis=-1))
    total = np.zeros_like(top)
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        e = np.exp(rows[..., first:last] - top[..., None])
        out[..., first:last] = e
        total += e.sum(axis=-1)
    out /= total[..., None]
    return np.moveaxis(out.reshape(moved.shape), -1, axis)
