"""Softmax whose maximum and sum come from one pass over blocks (Milakov, Gimelshein 2018)."""

from typing import Any

import numpy as np

OPERATION = "softmax"
FRAMEWORK = "numpy"
FORMATS = ("float32", "float64")
BLOCK = 32


def softmax(x: Any, axis: int = -1) -> Any:
    rows = np.moveaxis(x.astype(np.result_type(x, np.float32)), axis, -1)
    top = np.full((*rows.shape[:-1], 1), -np.inf, rows.dtype)
    total = np.zeros_like(top)
    for first in range(0, rows.shape[-1], BLOCK):
        block = rows[..., first : first + BLOCK]
        greater = np.maximum(top, block.max(axis=-1, keepdims=True))
        base = np.where(np.isneginf(greater), rows.dtype.type(0), greater)
        total = total * np.exp(top - base) + np.exp(block - base).sum(axis=-1, keepdims=True)
        top = greater
    return np.moveaxis(np.exp(rows - top) / total, -1, axis)
