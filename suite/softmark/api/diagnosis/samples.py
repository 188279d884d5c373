"""Calls whose results are explained: the input and what came, with the rows along the last axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Sample:
    """One call.

    Attributes
    ----------
    operation:
        What the function is meant to compute.
    whole, axis:
        The logits as they were given, and the axis that was asked for.
    beta, labels:
        The other arguments.
    got:
        The result, or the gradient; its row along the last axis where it has one.
    known:
        Which elements of ``got`` are there.
    g:
        The cotangent of a gradient, its row along the last axis; ``None`` for a value.
    """

    operation: str
    format: Format
    whole: Float64Array
    axis: int
    beta: float
    labels: Array | None
    got: Float64Array
    known: NDArray[np.bool_]
    g: Float64Array | None = None

    @cached_property
    def x(self) -> Float64Array:
        """The logits with their rows along the last axis."""
        return np.moveaxis(self.whole, self.axis, -1)

    @property
    def n(self) -> int:
        return int(self.x.shape[-1])

    @property
    def dtype(self) -> type[Any]:
        """What the steps are rounded to where they are done in the format of the logits."""
        return {"float64": np.float64, "float16": np.float16}.get(self.format.name, np.float32)

    @cached_property
    def judged(self) -> NDArray[np.bool_]:
        """The elements that an explanation has to reproduce.

        Rows with +inf, or masked entirely, have no right result; nothing is said of them.
        """
        is_open = np.asarray(np.isposinf(self.x).any(axis=-1) | np.isneginf(self.x).all(axis=-1))
        if self.got.ndim == self.x.ndim:
            is_open = is_open[..., None]
        return self.known & ~is_open if self.operation != "sigmoid" else self.known
