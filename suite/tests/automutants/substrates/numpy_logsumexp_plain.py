"""logsumexp, shifted by the maximum."""

from typing import Any

import numpy as np

OPERATION = "logsumexp"
FRAMEWORK = "numpy"
FORMATS = ("float32", "float64")


def logsumexp(x: Any, axis: int = -1) -> Any:
    wide = x.astype(np.result_type(x, np.float32))
    top = wide.max(axis=axis, keepdims=True)
    base = np.where(np.isinf(top), wide.dtype.type(0), top)
    total = np.exp(wide - base).sum(axis=axis)
    return np.squeeze(base, axis) + np.log(total)
