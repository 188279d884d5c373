"""log_softmax, shifted by the maximum."""

from typing import Any

import numpy as np

OPERATION = "log_softmax"
FRAMEWORK = "numpy"
FORMATS = ("float32", "float64")


def log_softmax(x: Any, axis: int = -1) -> Any:
    wide = x.astype(np.result_type(x, np.float32))
    shifted = wide - wide.max(axis=axis, keepdims=True)
    total = np.exp(shifted).sum(axis=axis, keepdims=True)
    return shifted - np.log(total)
