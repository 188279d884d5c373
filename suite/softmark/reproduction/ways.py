"""How the logits of a record reached the function: along which axis, in which layout, by how many.

The check ``special_values`` takes the same rows by several ways and says which of them gave what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from softmark.judging.scope import said
from softmark.records import Record
from softmark.reproduction.presentation import Presentation
from softmark.reproduction.safe import whole


@dataclass(frozen=True)
class Way:
    """One way.

    Attributes
    ----------
    axis:
        The argument.
    layout:
        See ``softmark_implementations.framework.LAYOUTS``.
    rank:
        Axes of the array that the rows of the case are made into; 0 leaves it as it is.
    row:
        The row that is a call of its own; ``None`` for all of them in one.
    answer:
        What came that way.
    presentation:
        How the function's contract changes that; ``None`` where it does not.
    """

    axis: int
    layout: str = "contiguous"
    rank: int = 0
    row: int | None = None
    answer: str = ""
    presentation: Presentation | None = None

    def presented(self, presentation: Presentation | None) -> Way:
        """The same for a function that takes less."""
        if presentation is None:
            return self
        return replace(self, axis=presentation.axis, presentation=presentation)

    @property
    def is_each_row(self) -> bool:
        """Whether the rows are given one after the other."""
        return self.presentation is not None and self.presentation.is_each

    @property
    def among_others(self) -> bool:
        """Whether one row is not enough to show it."""
        return self.layout != "contiguous" or (self.rank > 0 and self.row is None)

    def arranged(self, values: str) -> str:
        """The logits by this way, from a NumPy array of rows."""
        rows = self.beside(values, has_axis=True)
        if self.presentation is not None or self.rank == 0 or self.axis == -1:
            return rows
        return f"np.moveaxis({rows}, -1, {self.axis}).copy()"

    def named(self, name: str) -> str:
        """The framework's array of the NumPy array ``name``, which another way may still need."""
        return f"its_{name}" if self.answer else name

    def source(self, name: str) -> str:
        """The NumPy array of that name, which in a loop over its rows holds the row."""
        return f"all_{name}" if self.is_each_row else name

    def index(self, index: list[int]) -> list[int] | None:
        """Where an element of the result for the rows is in the result of this way, if simple."""
        if self.presentation is not None:
            return self.presentation.index(index)
        if self.rank == 0 or self.axis == -1:
            return index
        return index[::-1] if self.rank == 2 else None

    def beside(self, values: str, *, has_axis: bool) -> str:
        """Rows, or what goes with each of them, spread over the axes before the last.

        Parameters
        ----------
        has_axis:
            Whether the array has an element for each logit.
        """
        if self.presentation is not None:
            return self.presentation.array(values, has_axis=has_axis)
        match self.rank, self.row:
            case 1, int(row):
                return f"{values}[{row}]"
            case 2, int(row):
                return f"{values}[{row} : {row + 1}]"
            case 3, _:
                return f"{values}.reshape(2, -1, *{values}.shape[1:])"
            case _:
                return values


def ways_of(record: Record) -> list[Way]:
    """The ways that a record's witness names, or the one of its case."""
    told: Any = record.witness.get("paths") or [record.witness.get("path")]
    row: Any = record.witness.get("row")
    row = None if row is None else whole(row)
    if told == [None]:
        layout = said(record.case).get("layout", "contiguous")
        return [Way(record.case.axis, layout)]
    return [
        Way(
            axis=whole(path["axis"]),
            layout=str(path["layout"]),
            rank=whole(path["rank"]),
            row=row if path.get("alone") else None,
            answer=str(path.get("answer", "")),
        )
        for path in told
    ]
