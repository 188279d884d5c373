"""What several files of mutants start from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def softmax(x: Array, axis: int = -1, top: Any = None) -> Array:
    with np.errstate(all="ignore"):
        e = np.exp(x - (x.max(axis=axis, keepdims=True) if top is None else top))
        p = np.asarray(e / e.sum(axis=axis, keepdims=True))
        return p if x.dtype.kind in "biu" else p.astype(x.dtype)
