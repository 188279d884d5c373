"""Softmax at an inverse temperature, in place where it can be."""

from typing import Any

import numpy as np

OPERATION = "softmax"
FRAMEWORK = "numpy"
FORMATS = ("float32", "float64")


def softmax(x: Any, axis: int = -1, beta: float = 1.0) -> Any:
    scale = x.dtype.type(beta) if x.dtype.kind == "f" else float(beta)
    e = x.astype(np.float64 if x.dtype.kind in "iub" else x.dtype)
    e -= e.max(axis=axis, keepdims=True)
    e *= scale
    np.exp(e, out=e)
    e /= e.sum(axis=axis, keepdims=True)
    return e
