"""Softmax by its definition, shifted by the maximum."""

from typing import Any

import numpy as np

OPERATION = "softmax"
FRAMEWORK = "numpy"
FORMATS = ("float32", "float64")


def softmax(x: Any, axis: int = -1) -> Any:
    wide = np.asarray(x, dtype=np.result_type(x, np.float32))
    top = np.max(wide, axis=axis, keepdims=True)
    e = np.exp(wide - top)
    total = np.sum(e, axis=axis, keepdims=True)
    return e / total
