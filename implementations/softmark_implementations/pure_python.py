# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26"]
# ///
"""Pure Python: softmax as it is taught, and the same with the two repairs it needs.

The functions work on lists of floats.  NumPy only carries the rows to them
and back, so that they are measured like the others.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark_implementations.declare import implementation
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]


class PythonFramework(NumPyFramework):
    """NumPy's arrays at the border, Python's own floats inside."""

    name = "python"

    def versions(self) -> dict[str, str]:
        return {"python": sys.version.partition(" ")[0], **super().versions()}


FRAMEWORK = PythonFramework()


def taught(z: list[float]) -> list[float]:
    """``e^z_i / sum_j e^z_j`` as a list comprehension."""
    exponentials = [math.exp(value) for value in z]
    total = sum(exponentials)
    return [value / total for value in exponentials]


def stable(z: list[float]) -> list[float]:
    """The same after the maximum is subtracted, and with a sum that is rounded once."""
    maximum = max(z, default=0.0)
    exponentials = [math.exp(value - maximum) for value in z]
    total = math.fsum(exponentials)
    return [value / total for value in exponentials]


@implementation("softmax", "naive", formats=("float64",), gradient=False)
def naive_softmax(x: Array, axis: int = -1) -> Array:
    """A list comprehension of e^x over its sum, as in first lessons."""
    return _row_by_row(taught, x, axis)


@implementation("softmax", formats=("float64",), gradient=False)
def softmax(x: Array, axis: int = -1) -> Array:
    """The list comprehension with shifted logits and ``math.fsum``."""
    return _row_by_row(stable, x, axis)


def _row_by_row(function: Callable[[list[float]], list[float]], x: Array, axis: int) -> Array:
    rows = np.moveaxis(x, axis, -1)
    results = [function(row.tolist()) for row in rows.reshape(-1, rows.shape[-1])]
    return np.moveaxis(np.array(results, dtype=np.float64).reshape(rows.shape), -1, axis)
