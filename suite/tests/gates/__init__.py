"""Acceptance rules in use elsewhere, written down to see what they let through.

Each is the inputs, the tolerance and the comparison of a test that some project uses for its
softmax, described in this project's own words and code, with the file that it is from.  Where the
original runs on so much that a processor cannot, rows were left out, and ``told`` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Function = Callable[..., Array]


@dataclass(frozen=True)
class Gate:
    """A rule that accepts or rejects a function.

    Attributes
    ----------
    name:
        Who uses it, and for what.
    source:
        The file that it is from, as ``owner/repository: path``.
    told:
        Inputs and tolerance in one line.
    accepts:
        Whether it lets a function through: of a forward gate ``f(x, axis)``, of a gradient gate
        ``f(x, cotangent)``, which gives the gradient along the last axis.
    """

    name: str
    source: str
    told: str
    accepts: Callable[[Function], bool]


def softmax(x: Array, axis: int = -1) -> Array:
    """What most of the rules compare with, in float64."""
    wide = x.astype(np.float64)
    e = np.exp(wide - wide.max(axis=axis, keepdims=True, initial=-np.inf))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def gradient(x: Array, g: Array) -> Array:
    """The softmax's gradient along a cotangent, in float64."""
    p = softmax(x)
    return np.asarray(p * (g - (p * g).sum(axis=-1, keepdims=True)))


def close(given: Array, due: Array, rtol: float, atol: float) -> bool:
    """``allclose`` as all of these libraries have it, where a NaN is close to nothing."""
    return given.shape == due.shape and bool(np.allclose(given, due, rtol=rtol, atol=atol))
