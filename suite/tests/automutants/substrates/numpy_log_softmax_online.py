"""log_softmax whose maximum and sum come from one pass over blocks."""

from typing import Any

import numpy as np

OPERATION = "log_softmax"
FRAMEWORK = "numpy"
FORMATS = ("float32", "float64")
BLOCK = 64


def log_softmax(x: Any, axis: int = -1) -> Any:
    rows = np.moveaxis(x.astype(np.result_type(x, np.float32)), axis, -1)
    top = np.full((*rows.shape[:-1], 1), -np.inf, rows.dtype)
    total = np.zeros_like(top)
    for first in range(0, rows.shape[-1], BLOCK):
        block = rows[..., first : first + BLOCK]
        greater = np.maximum(top, block.max(axis=-1, keepdims=True))
        base = np.where(np.isneginf(greater), rows.dtype.type(0), greater)
        total = total * np.exp(top - base) + np.exp(block - base).sum(axis=-1, keepdims=True)
        top = greater
    return np.moveaxis((rows - top) - np.log(total), -1, axis)
