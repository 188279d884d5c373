"""How a case is given to a function that takes less than the case has: its contract decides.

Rows along the last axis are given along the one axis that the function works along, with further
axes of size 1 where it takes no 2-D arrays, or one by one where it takes vectors alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.contracts import Contract
from softmark.subjects.faults import NotOffered

Array = NDArray[Any]

HIGHEST: Final = 8
"""The most dimensions that are tried to reach an axis."""


@dataclass(frozen=True)
class Presented:
    """The arrays of one call as a function takes them.

    Attributes
    ----------
    shape, axis:
        Of the logits as the case has them.
    to:
        The axis at which the function is given the rows.
    rank:
        Of what it is given.
    by_row:
        Whether each row is a call of its own.
    """

    shape: tuple[int, ...]
    axis: int
    to: int
    rank: int
    by_row: bool = False

    @property
    def is_same(self) -> bool:
        return self.to == self.axis and self.rank == len(self.shape)

    def array(self, x: Array) -> Array:
        """Logits, or what has their shape."""
        if self.is_same:
            return x
        x = np.moveaxis(x, self.axis, -1)
        led = x.reshape((*self._further, *x.shape))
        return np.ascontiguousarray(np.moveaxis(led, -1, self.to))

    def result(self, values: Array) -> Array:
        """What has the shape of the result, which may lack the axis."""
        if self.is_same or values.ndim == len(self.shape):
            return self.array(values)
        return values.reshape((*self._further, *values.shape))

    def back(self, values: Array) -> Array:
        """What the function returned, as the case has it."""
        if self.is_same:
            return values
        if values.ndim < self.rank:
            return values.reshape(values.shape[len(self._further) :])
        moved = np.moveaxis(values, self.to, -1)
        return np.moveaxis(moved.reshape(moved.shape[len(self._further) :]), -1, self.axis)

    @property
    def _further(self) -> tuple[int, ...]:
        return (1,) * (self.rank - len(self.shape))


def presented(
    contract: Contract, shape: tuple[int, ...], axis: int, *, elementwise: bool = False
) -> Presented:
    """How logits of a shape are given to a function with this contract.

    Parameters
    ----------
    elementwise:
        Whether the axis is nothing to the operation.

    Raises
    ------
    NotOffered
        It takes nothing of the kind.
    """
    rank = len(shape)
    as_it_is = Presented(shape, axis, axis, rank)
    if not -rank <= axis < rank:
        return as_it_is  # which is to be an error, and nothing that a contract is about
    _refuse_sizes(contract, shape, axis)
    if contract.axes != "any" and axis not in (-1, rank - 1) and not elementwise:
        raise NotOffered(
            contract.restriction("axis", "it takes no axis, and works along the last one")
        )
    to = axis if contract.axes in ("any", "last") else int(contract.axes)
    if contract.takes_rank(rank) and -rank <= to < rank:
        return replace(as_it_is, to=to)
    fitting = _fitting(contract, to) if rank == 2 else None
    if fitting is None:
        raise NotOffered(contract.restriction("ranks" if contract.ranks else "axis"))
    if fitting == 1:
        return replace(as_it_is, to=-1, by_row=True)
    return replace(as_it_is, to=-1 if contract.axes == "last" else to, rank=fitting)


def _refuse_sizes(contract: Contract, shape: tuple[int, ...], axis: int) -> None:
    n = shape[axis]
    if n and not contract.takes_length(n):
        raise NotOffered(contract.restriction("length"))
    if n and not contract.takes_rows(math.prod(shape) // n):
        raise NotOffered(contract.restriction("rows"))


def _fitting(contract: Contract, to: int) -> int | None:
    """A number of dimensions that it takes, in which 2-D arrays can be given; 1 for rows."""
    ranks = sorted(contract.ranks) or range(2, HIGHEST)
    more = [rank for rank in ranks if rank > 2 and -rank <= to < rank]
    if more:
        return more[0]
    return 1 if 1 in contract.ranks and to in (-1, 0, 1) else None
