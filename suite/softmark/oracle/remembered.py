"""Exact results that were found before: many implementations are measured with the same cases.

A result depends on nothing but the row and what is asked of it, so it is the same again.  What was
asked about longest ago is forgotten.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from typing import Final, TypeVar, cast

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from softmark.oracle.problem import RowBatch
from softmark.oracle.refine import decide

MOST: Final = 400_000
"""Results that are kept, of some 200 bytes each."""

Answer = TypeVar("Answer")
Found = TypeVar("Found", bound=Sized)


class Memory:
    """What was found, up to a number of results; several threads may ask."""

    def __init__(self, most: int) -> None:
        self._most, self._count = most, 0
        self._found: OrderedDict[Hashable, Sized] = OrderedDict()
        self._in_use = threading.Lock()

    def once(self, key: Hashable, work: Callable[[], Found]) -> Found:
        """What ``work`` gives, or gave for this key before; nobody may change it."""
        with self._in_use:
            if (known := self._found.get(key)) is not None:
                self._found.move_to_end(key)
                return cast("Found", known)
        found = work()
        with self._in_use:
            if key not in self._found:
                self._found[key] = found
                self._count += len(found)
            while self._count > self._most:
                self._count -= len(self._found.popitem(last=False)[1])
        return found


MEMORY: Final = Memory(MOST)


def decided(
    problem: RowBatch,
    row: int,
    columns: NDArray[np.intp],
    judge: Callable[[int, fmpq, fmpq], Answer | None],
) -> list[Answer]:
    """What ``refine.decide`` answers about some columns of a row.

    Two questions are the same if ``judge`` is the same function object.

    Raises
    ------
    UndecidedError
        Some column has no answer.
    """

    def ask() -> list[Answer]:
        inputs = problem.row_inputs(row)
        return decide(problem.operation, problem.kind, inputs, columns, judge)

    return MEMORY.once((judge, columns.tobytes(), problem.row_key(row)), ask)
