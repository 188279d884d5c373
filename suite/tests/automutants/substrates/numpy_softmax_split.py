"""Softmax of two halves that have a maximum and a sum each, merged at the end (split-K)."""

from typing import Any

import numpy as np

OPERATION = "softmax"
FRAMEWORK = "numpy"
FORMATS = ("float32", "float64")


def softmax(x: Any, axis: int = -1) -> Any:
    rows = np.moveaxis(x.astype(np.result_type(x, np.float32)), axis, -1)
    middle = (rows.shape[-1] + 1) // 2
    left, right = rows[..., :middle], rows[..., middle:]
    tops = left.max(axis=-1, keepdims=True), right.max(axis=-1, keepdims=True, initial=-np.inf)
    top = np.maximum(tops[0], tops[1])
    total = exponentials(left, tops[0]).sum(axis=-1, keepdims=True) * exponentials(tops[0], top)
    total += exponentials(right, tops[1]).sum(axis=-1, keepdims=True) * exponentials(tops[1], top)
    return np.moveaxis(np.exp(rows - top) / total, -1, axis)


def exponentials(x: Any, top: Any) -> Any:
    base = np.where(np.isneginf(top), x.dtype.type(0), top)
    return np.exp(x - base)
