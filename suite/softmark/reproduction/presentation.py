"""How a script gives its arrays to a function that takes less than the case has.

``softmark.workers.presenting`` decides it for a check; here is the same as text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from softmark.contracts import Contract
from softmark.operations import load
from softmark.records import Record
from softmark.reproduction.given import Given
from softmark.reproduction.safe import NotReproducible
from softmark.subjects import NotOffered
from softmark.workers.presenting import Presented, presented

EACH: Final = "row"
"""The row that a script is at when it takes all of them, one after the other."""

_HIGHEST: Final = 32
"""The most dimensions of an array in a script."""


@dataclass(frozen=True)
class Presentation:
    """How arrays are given in one call.

    Attributes
    ----------
    seen:
        The shapes and axes.
    row:
        The row that is a call of its own: its number, or the name ``EACH``; ``None`` for none.
    """

    seen: Presented
    row: int | str | None

    @property
    def axis(self) -> int:
        """At which the function is given the rows."""
        return self.seen.to

    @property
    def is_each(self) -> bool:
        """Whether all rows are given, one after the other."""
        return self.row == EACH

    @property
    def rows(self) -> int:
        """How many there are."""
        return math.prod(self._others)

    def array(self, name: str, *, has_axis: bool) -> str:
        """The expression for an array as the function takes it, from a name in the script."""
        arranged = self._with_axis(name) if has_axis else self._reshaped(name, self._others)
        return arranged if self.row is None else f"{arranged}[{self.row}]"

    def _with_axis(self, name: str) -> str:
        seen = self.seen
        n = seen.shape[seen.axis]
        is_last = seen.axis in (-1, len(seen.shape) - 1)
        rows = name if is_last else f"np.moveaxis({name}, {seen.axis}, -1)"
        rows = self._reshaped(rows, (*self._others, n))
        if seen.to in (-1, seen.rank - 1):
            return rows
        return f"np.moveaxis({rows}, -1, {seen.to}).copy()"

    def _reshaped(self, rows: str, shape: tuple[int, ...]) -> str:
        further = (1,) * (self.seen.rank - len(self.seen.shape))
        return f"{rows}.reshape({(*further, *shape)})" if further else rows

    @property
    def _others(self) -> tuple[int, ...]:
        """The shape of the logits without the axis."""
        at = self.seen.axis % len(self.seen.shape)
        return self.seen.shape[:at] + self.seen.shape[at + 1 :]

    def index(self, index: list[int]) -> list[int]:
        """Where an element of the case's result is in what the function returns."""
        if not index:  # of a single number
            return index
        place, along = [*index], []
        if len(place) == len(self.seen.shape):
            along = [place.pop(self.seen.axis)]
        if self.row is not None:
            return along
        place = [0] * (self.seen.rank - len(self.seen.shape)) + place
        at = self.seen.to % self.seen.rank
        return place[:at] + along + place[at:] if along else place


def presentation(
    contract: Contract,
    shape: tuple[int, ...],
    axis: int,
    operation: str,
    index: list[int] | None,
) -> Presentation | None:
    """How logits of a shape are given; ``None`` where they are given as they are.

    Parameters
    ----------
    index:
        The element to look at, whose row alone is given where rows are given one by one.

    Raises
    ------
    NotReproducible
        The function takes nothing of the kind.
    """
    try:
        seen = presented(contract, shape, axis, elementwise=load(operation).is_pointwise)
    except NotOffered as error:
        raise NotReproducible(f"the function takes no such input ({error.message})") from error
    if seen.rank > _HIGHEST:
        raise NotReproducible(f"no script is known for arrays of {seen.rank} dimensions")
    if seen.by_row:
        return Presentation(seen, EACH if index is None else _row(index, seen))
    return None if seen.is_same else Presentation(seen, None)


def with_axis(record: Record, given: Given) -> frozenset[str]:
    """The names of the arrays that have an element for each logit."""
    result = load(record.operation).output_shape(given.shape, record.case.axis)
    without = {"g"} if len(result) < len(given.shape) else set()
    is_whole = load(record.operation).takes_mask  # a mask has an element for each logit
    indices = {name for name, is_integer in given.others.items() if is_integer and not is_whole}
    return frozenset(given.others.keys() - without - indices)


def _row(index: list[int], seen: Presented) -> int:
    """The row of an element of a matrix, or of a result for each row."""
    return index[0] if len(index) == 1 else index[1 - seen.axis % len(seen.shape)]
